"""The undocumented facts: every switch, in every position, changes what it says it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from connect_sim.control_client import DEFAULT_INSTANCE, SAML_INSTANCE, SimControl, SimError
from connect_sim.server.clock import ManualClock
from connect_sim.state.switches import BY_NAME, SWITCHES

Client = Any
Json = dict[str, Any]
TASK, VOICE = "5eed0000-0000-4000-8000-0000000c0001", "5eed0000-0000-4000-8000-0000000c0003"
IDENTITY = {"FirstName": "Ann", "LastName": "Lee", "Email": "ann@example.com"}
ENGLISH = {"AttributeName": "Language", "AttributeValue": "English", "Level": 3.0}
OK = "ok"


@dataclass(frozen=True)
class Scene:
    """Everything a scenario needs; `ann` exists."""

    connect: Client
    control: SimControl
    clock: ManualClock
    a_user: Callable[..., Json]
    ann: Json

    def outcome(self, operation: str, **params: object) -> str:
        """Return "ok", the error code, or the status if there is no code."""
        try:
            getattr(self.connect, operation)(**params)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return OK

    def create(self, **members: object) -> str:
        return self.outcome("create_user", **self.a_user(**members))

    def user(self) -> Json:
        found: Json = self.connect.describe_user(**self.ann)["User"]
        return found

    def arn(self) -> str:
        return str(self.user()["Arn"])

    def end_sessions(self) -> str:
        ann = {"InstanceId": DEFAULT_INSTANCE, "EntityId": self.ann["UserId"], "EntityType": "USER"}
        return self.outcome("delete_all_entity_sessions", **ann)

    def moved(self, operation: str, **params: object) -> str:
        """Return whether a call moves LastModifiedTime."""
        before = self.user()["LastModifiedTime"]
        self.clock.advance(5)
        assert self.outcome(operation, **params) == OK
        return "moved" if self.user()["LastModifiedTime"] > before else "stayed"

    def add(self, instance: str, **user: object) -> Json:
        [created] = self.control.add_users([user], instance)
        return {"InstanceId": instance, "UserId": created["Id"]}


@pytest.fixture
def scene(connect: Client, control: SimControl, clock: ManualClock, a_user: Callable[..., Json], ann: Json) -> Scene:
    return Scene(connect, control, clock, a_user, ann)


# --- scenarios: each returns a word that depends on the switch ------------------------------


def _throttle(scene: Scene) -> str:
    scene.control.fault("throttle", "DescribeUser")
    return scene.outcome("describe_user", **scene.ann)


def _identity_update(scene: Scene) -> str:
    full = {**IDENTITY, "SecondaryEmail": "b@example.com"}
    scene.outcome("update_user_identity_info", **scene.ann, IdentityInfo=full)
    scene.outcome("update_user_identity_info", **scene.ann, IdentityInfo=IDENTITY)
    return "kept" if "SecondaryEmail" in scene.user()["IdentityInfo"] else "gone"


def _phone_update(scene: Scene) -> str:
    for phone in ({"PhoneType": "SOFT_PHONE", "AutoAccept": True}, {"AfterContactWorkTimeLimit": 5}):
        scene.outcome("update_user_phone_config", **scene.ann, PhoneConfig=phone)
    return "kept" if scene.user()["PhoneConfig"]["AutoAccept"] else "gone"


def _config_list(scene: Scene) -> str:
    accept = [{"Channel": "CHAT", "AutoAccept": True}]
    scene.outcome("update_user_config", **scene.ann, AutoAcceptConfigs=accept)
    scene.outcome("update_user_config", **scene.ann, VoiceEnhancementConfigs=[])
    return "kept" if "AutoAcceptConfigs" in scene.user() else "gone"


def _config_channel(scene: Scene) -> str:
    for channel in ("CHAT", "TASK"):
        accept = [{"Channel": channel, "AutoAccept": True}]
        scene.outcome("update_user_config", **scene.ann, AutoAcceptConfigs=accept)
    channels = {item["Channel"] for item in scene.user()["AutoAcceptConfigs"]}
    return "kept" if "CHAT" in channels else "gone"


def _missing_proficiency(scene: Scene) -> str:
    return scene.outcome("update_user_proficiencies", **scene.ann, UserProficiencies=[ENGLISH])


def _missing_attribute(scene: Scene) -> str:
    items = [{**ENGLISH, "AttributeValue": "Latin"}]
    return scene.outcome("associate_user_proficiencies", **scene.ann, UserProficiencies=items)


def _too_many_proficiencies(scene: Scene) -> str:
    scene.control.add_record("predefined-attributes", name="N", values=[str(n) for n in range(11)])
    items = [{"AttributeName": "N", "AttributeValue": str(n), "Level": 1.0} for n in range(11)]
    return scene.outcome("associate_user_proficiencies", **scene.ann, UserProficiencies=items)


def _associate_again(scene: Scene) -> str:
    scene.outcome("associate_user_proficiencies", **scene.ann, UserProficiencies=[ENGLISH])
    again = [{**ENGLISH, "Level": 5.0}]
    outcome = scene.outcome("associate_user_proficiencies", **scene.ann, UserProficiencies=again)
    [item] = scene.connect.list_user_proficiencies(**scene.ann)["UserProficiencyList"]
    return f"{outcome} {item['Level']:.0f}"


def _disassociate_absent(scene: Scene) -> str:
    items = [{"AttributeName": "Language", "AttributeValue": "English"}]
    return scene.outcome("disassociate_user_proficiencies", **scene.ann, UserProficiencies=items)


def _too_many_tags(scene: Scene) -> str:
    scene.outcome("tag_resource", resourceArn=scene.arn(), tags={str(n): "" for n in range(50)})
    return scene.outcome("tag_resource", resourceArn=scene.arn(), tags={"51": ""})


def _hidden(scene: Scene) -> str:
    scene.control.hide_user(scene.ann["UserId"], 60)
    return scene.outcome("describe_user", **scene.ann)


def _hidden_write(scene: Scene) -> str:
    scene.control.hide_user(scene.ann["UserId"], 60)
    return scene.outcome("delete_user", **scene.ann)


def _not_queued(scene: Scene) -> str:
    scene.control.move_contact(TASK, "ENDED")
    return scene.outcome("associate_contact_with_user", **scene.ann, ContactId=TASK)


def _incomplete_identity(scene: Scene) -> str:
    return scene.outcome("update_user_identity_info", **scene.ann, IdentityInfo={"FirstName": "A"})


def _precision(scene: Scene) -> str:
    scene.clock.advance(0.25 + 1 - scene.clock.now() % 1)
    scene.outcome("update_user_hierarchy", **scene.ann)
    return "fraction" if scene.user()["LastModifiedTime"].microsecond else "whole"


def _search_unit(scene: Scene) -> str:
    scene.outcome("update_user_phone_config", **scene.ann, PhoneConfig={"AfterContactWorkTimeLimit": 5})
    [found] = scene.connect.search_users(InstanceId=DEFAULT_INSTANCE)["Users"]
    assert found["PhoneConfig"]["AfterContactWorkTimeLimit"] == 5000
    return str(found["AfterContactWorkConfigs"][0]["AfterContactWorkConfig"]["AfterContactWorkTimeLimit"])


def _views(scene: Scene) -> str:
    return "lists too" if "AfterContactWorkConfigs" in scene.user() else "legacy only"


def _search(scene: Scene, value: str, comparison: str) -> str:
    condition = {"FieldName": "Username", "Value": value, "ComparisonType": comparison}
    criteria = {"StringCondition": condition}
    outcome = scene.outcome("search_users", InstanceId=DEFAULT_INSTANCE, SearchCriteria=criteria)
    if outcome != OK:
        return outcome
    users = scene.connect.search_users(InstanceId=DEFAULT_INSTANCE, SearchCriteria=criteria)["Users"]
    return f"{len(users)} found"


def _saml_email(scene: Scene) -> str:
    user = scene.add(SAML_INSTANCE, username="sam")
    return scene.outcome("update_user_identity_info", **user, IdentityInfo=IDENTITY)


def _username_rule(scene: Scene) -> str:
    """With SAML, and without."""
    scene.control.unlimited()
    [routing, *_] = scene.control.records("routing-profiles", SAML_INSTANCE)
    [security, *_] = scene.control.records("security-profiles", SAML_INSTANCE)
    saml = scene.create(
        InstanceId=SAML_INSTANCE,
        Username="005A1@00D5EAQ",
        IdentityInfo={"FirstName": "A", "LastName": "B"},
        Password=None,
        RoutingProfileId=routing["id"],
        SecurityProfileIds=[security["id"]],
    )
    return f"{saml}, {scene.create(Username='005A1@00D5EAQ')}"


def _queue(scene: Scene) -> str:
    contact = scene.control.add_record("contacts", queueId="another-queue")["id"]
    return scene.outcome("associate_contact_with_user", **scene.ann, ContactId=contact)


def _acceptance(scene: Scene) -> str:
    other = scene.add(DEFAULT_INSTANCE, username="auto", autoAcceptConfigs=[{"channel": "TASK", "autoAccept": True}])
    states = []
    for user in (scene.ann, other):
        contact = scene.control.add_record("contacts")["id"]
        scene.outcome("associate_contact_with_user", **user, ContactId=contact)
        states.append(scene.control.contact(contact)["state"])
    return ", ".join(states)


def _delete_on_contact(scene: Scene) -> str:
    scene.control.move_contact(TASK, "CONNECTED", agent_id=scene.ann["UserId"])
    return scene.outcome("delete_user", **scene.ann)


def _desk(scene: Scene) -> str:
    """Return where Ann's contact is after her sessions were ended."""
    scene.control.move_contact(TASK, "CONNECTED", agent_id=scene.ann["UserId"])
    scene.end_sessions()
    return str(scene.control.contact(TASK)["state"])


def _sessions_after_deletion(scene: Scene) -> str:
    scene.control.sign_in(scene.ann["UserId"])
    scene.outcome("delete_user", **scene.ann)
    return f"{scene.control.sessions(scene.ann['UserId'])} left"


def _current(scene: Scene, **filters: object) -> str:
    outcome = scene.outcome("get_current_user_data", InstanceId=DEFAULT_INSTANCE, Filters=filters)
    if outcome != OK:
        return outcome
    found = scene.connect.get_current_user_data(InstanceId=DEFAULT_INSTANCE, Filters=filters)
    return f"{len(found['UserDataList'])} shown"


def _all_current(scene: Scene) -> str:
    scene.control.sign_in(scene.ann["UserId"])
    return _current(scene)


def _profile_twice(scene: Scene) -> str:
    profile = scene.user()["SecurityProfileIds"][0]
    return scene.outcome("update_user_security_profiles", **scene.ann, SecurityProfileIds=[profile] * 2)


def _channel_twice(scene: Scene) -> str:
    accept = [{"Channel": "CHAT", "AutoAccept": accept} for accept in (True, False)]
    return scene.outcome("update_user_config", **scene.ann, AutoAcceptConfigs=accept)


PARAMETER, REQUEST, MISSING = "InvalidParameterException", "InvalidRequestException", "ResourceNotFoundException"
Scenario = Callable[[Scene], str]

# Switch -> a scenario, and its outcome for each allowed value in their order.
CASES: dict[str, tuple[Scenario, list[str]]] = {
    "throttleCode": (_throttle, ["TooManyRequestsException", "ThrottlingException", "429"]),
    "constraintCode": (lambda s: s.create(Username="x" * 101), [PARAMETER, REQUEST]),
    "passwordRuleCode": (lambda s: s.create(Password="weak"), [PARAMETER, REQUEST]),
    "conflictCode": (
        lambda s: s.create(PhoneConfig={"AutoAccept": True}, AutoAcceptConfigs=[]),
        [PARAMETER, REQUEST],
    ),
    "identityTypeRuleCode": (lambda s: s.create(Password=None), [REQUEST, PARAMETER]),
    "duplicateUsernameCode": (lambda s: s.create(Username="ann"), ["DuplicateResourceException", REQUEST]),
    "missingProficiencyCode": (_missing_proficiency, [MISSING, PARAMETER]),
    "missingAttributeCode": (_missing_attribute, [MISSING, PARAMETER]),
    "proficiencyQuotaCode": (_too_many_proficiencies, [REQUEST, PARAMETER, "LimitExceededException"]),
    "tagQuotaCode": (_too_many_tags, [REQUEST, PARAMETER]),
    "invisibleCode": (_hidden, [MISSING, REQUEST]),
    "contactNotQueuedCode": (_not_queued, [REQUEST, PARAMETER]),
    "identityInfoUpdate": (_identity_update, ["gone", "kept"]),
    "identityInfoIncomplete": (_incomplete_identity, [OK, REQUEST]),
    "phoneConfigUpdate": (_phone_update, ["gone", "kept"]),
    "configListOmitted": (_config_list, ["kept", "gone"]),
    "configChannelOmitted": (_config_channel, ["gone", "kept"]),
    "emptyHierarchyGroupId": (
        lambda s: s.outcome("update_user_hierarchy", **s.ann, HierarchyGroupId=""),
        [OK, PARAMETER],
    ),
    "taggingMovesLastModified": (
        lambda s: s.moved("tag_resource", resourceArn=s.arn(), tags={"a": ""}),
        ["stayed", "moved"],
    ),
    "proficienciesMoveLastModified": (
        lambda s: s.moved("associate_user_proficiencies", **s.ann, UserProficiencies=[ENGLISH]),
        ["stayed", "moved"],
    ),
    "emailMovesLastModified": (
        lambda s: s.moved("update_user_identity_info", **s.ann, IdentityInfo={**IDENTITY, "Email": "x@example.com"}),
        ["moved", "stayed"],
    ),
    "lastModifiedPrecision": (_precision, ["fraction", "whole"]),
    "searchPerChannelUnit": (_search_unit, ["5000", "5"]),
    "phoneViews": (_views, ["lists too", "legacy only"]),
    "searchCase": (lambda s: _search(s, "ANN", "EXACT"), ["0 found", "1 found"]),
    "searchContainsLength": (lambda s: _search(s, "a", "CONTAINS"), [PARAMETER, "1 found"]),
    "usernameCase": (lambda s: s.create(Username="ANN"), [OK, "DuplicateResourceException"]),
    "usernameRule": (
        _username_rule,
        [f"{PARAMETER}, {PARAMETER}", f"{OK}, {PARAMETER}", f"{OK}, {OK}"],
    ),
    "samlEmail": (_saml_email, [REQUEST, OK]),
    "directoryIdOnManaged": (lambda s: s.create(DirectoryUserId="d"), [REQUEST, OK]),
    "phoneSettingsRequired": (lambda s: s.create(PhoneConfig=None), [OK, PARAMETER]),
    "phoneTypeRequired": (lambda s: s.create(PhoneConfig={"AutoAccept": True}), [OK, PARAMETER]),
    "deskPhoneNumberRequired": (lambda s: s.create(PhoneConfig={"PhoneType": "DESK_PHONE"}), [OK, PARAMETER]),
    "acwMaximum": (lambda s: s.create(PhoneConfig={"AfterContactWorkTimeLimit": 2_000_001}), [PARAMETER, OK]),
    "duplicateChannel": (_channel_twice, [PARAMETER, OK]),
    "duplicateSecurityProfiles": (_profile_twice, [PARAMETER, OK]),
    "associateExistingProficiency": (_associate_again, ["ok 5", "ok 3", f"{PARAMETER} 3"]),
    "disassociateAbsent": (_disassociate_absent, [MISSING, OK]),
    "untagAbsent": (lambda s: s.outcome("untag_resource", resourceArn=s.arn(), tagKeys=["x"]), [OK, PARAMETER]),
    "invisibleToWrites": (_hidden_write, [MISSING, OK]),
    "voiceAssociation": (
        lambda s: s.outcome("associate_contact_with_user", **s.ann, ContactId=VOICE),
        [OK, REQUEST],
    ),
    "contactQueueMustMatch": (_queue, [OK, REQUEST]),
    "contactAcceptance": (
        _acceptance,
        ["CONNECTING, CONNECTED", "CONNECTED, CONNECTED", "CONNECTING, CONNECTING"],
    ),
    "endSessionsOfNobody": (lambda s: s.end_sessions(), [OK, MISSING]),
    "endSessionsOnContact": (_desk, ["CONNECTED", "ENDED"]),
    "deleteUserEndsSessions": (_sessions_after_deletion, ["1 left", "0 left"]),
    "currentDataOfOffline": (lambda s: _current(s, Agents=[s.ann["UserId"]]), ["0 shown", "1 shown"]),
    "currentDataWithoutFilter": (_all_current, [PARAMETER, "1 shown"]),
    "unknownAgentFilter": (lambda s: _current(s, Agents=["nobody"]), [MISSING, PARAMETER, "0 shown"]),
    "deleteUserOnContact": (_delete_on_contact, [OK, REQUEST]),
}
POSITIONS = [
    (name, value, wanted)
    for name, (_, outcomes) in CASES.items()
    for value, wanted in zip(BY_NAME[name].allowed, outcomes, strict=True)
]


@pytest.mark.parametrize(("name", "value", "wanted"), POSITIONS, ids=[f"{p[0]}={p[1]}" for p in POSITIONS])
def test_a_switch_decides(name: str, value: str, wanted: str, scene: Scene) -> None:
    scene.control.settings({name: value})
    assert CASES[name][0](scene) == wanted


def test_every_switch_is_tested_and_described() -> None:
    assert set(CASES) == {switch.name for switch in SWITCHES}
    assert all(switch.description and len(switch.allowed) > 1 for switch in SWITCHES)


def test_settings_show_value_default_allowed_and_description(control: SimControl) -> None:
    shown = control.settings(identityInfoUpdate="merge")["switches"]["identityInfoUpdate"]
    assert shown["value"] == "merge"
    assert (shown["default"], shown["allowed"]) == ("replace", ["replace", "merge"])
    assert "UpdateUserIdentityInfo" in shown["description"]
    assert control.settings(identityInfoUpdate=None)["switches"]["identityInfoUpdate"]["value"] == "replace"


@pytest.mark.parametrize("patch", [{"identityInfoUpdate": "guess"}, {"colour": "red"}, {"switches": {}}])
def test_settings_are_checked_and_nothing_is_half_applied(patch: Json, control: SimControl) -> None:
    before = control.settings()
    with pytest.raises(SimError, match="400"):
        control.settings({"untagAbsent": "refused", **patch})
    assert control.settings() == before
