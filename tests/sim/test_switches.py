"""The undocumented facts: every switch, in every position, changes what it says it changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connect_sim.control_client import SimControl, SimError
from connect_sim.server.clock import ManualClock
from connect_sim.state.switches import BY_NAME, SWITCHES

from . import scenes
from .scenes import ENGLISH, IDENTITY, OK, VOICE, Client, Json, Scene


@pytest.fixture
def scene(connect: Client, control: SimControl, clock: ManualClock, a_user: Callable[..., Json], ann: Json) -> Scene:
    return Scene(connect, control, clock, a_user, ann)


PARAMETER, REQUEST, MISSING = "InvalidParameterException", "InvalidRequestException", "ResourceNotFoundException"
Scenario = Callable[[Scene], str]

# Switch -> a scenario, and its outcome for each allowed value in their order.
CASES: dict[str, tuple[Scenario, list[str]]] = {
    "throttleCode": (scenes.throttle, ["TooManyRequestsException", "ThrottlingException", "429"]),
    "constraintCode": (lambda s: s.create(Username="x" * 101), [PARAMETER, REQUEST]),
    "passwordRuleCode": (lambda s: s.create(Password="weak"), [PARAMETER, REQUEST]),
    "conflictCode": (
        lambda s: s.create(PhoneConfig={"AutoAccept": True}, AutoAcceptConfigs=[]),
        [PARAMETER, REQUEST],
    ),
    "identityTypeRuleCode": (lambda s: s.create(Password=None), [REQUEST, PARAMETER]),
    "duplicateUsernameCode": (lambda s: s.create(Username="ann"), ["DuplicateResourceException", REQUEST]),
    "missingProficiencyCode": (scenes.missing_proficiency, [MISSING, PARAMETER]),
    "missingAttributeCode": (scenes.missing_attribute, [MISSING, PARAMETER]),
    "proficiencyQuotaCode": (scenes.too_many_proficiencies, [REQUEST, PARAMETER, "LimitExceededException"]),
    "tagQuotaCode": (scenes.too_many_tags, [REQUEST, PARAMETER]),
    "invisibleCode": (scenes.hidden, [MISSING, REQUEST]),
    "contactNotQueuedCode": (scenes.not_queued, [REQUEST, PARAMETER]),
    "identityInfoUpdate": (scenes.identity_update, ["gone", "kept"]),
    "identityInfoIncomplete": (scenes.incomplete_identity, [OK, REQUEST]),
    "phoneConfigUpdate": (scenes.phone_update, ["gone", "kept"]),
    "configListOmitted": (scenes.config_list, ["kept", "gone"]),
    "configChannelOmitted": (scenes.config_channel, ["gone", "kept"]),
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
    "lastModifiedPrecision": (scenes.precision, ["fraction", "whole"]),
    "searchPerChannelUnit": (scenes.search_unit, ["5000", "5"]),
    "phoneViews": (scenes.views, ["lists too", "legacy only"]),
    "searchCase": (lambda s: scenes.search(s, "ANN", "EXACT"), ["0 found", "1 found"]),
    "searchContainsLength": (lambda s: scenes.search(s, "a", "CONTAINS"), [PARAMETER, "1 found"]),
    "usernameCase": (lambda s: s.create(Username="ANN"), [OK, "DuplicateResourceException"]),
    "usernameRule": (
        scenes.username_rule,
        [f"{PARAMETER}, {PARAMETER}", f"{OK}, {PARAMETER}", f"{OK}, {OK}"],
    ),
    "samlEmail": (scenes.saml_email, [REQUEST, OK]),
    "directoryIdOnManaged": (lambda s: s.create(DirectoryUserId="d"), [REQUEST, OK]),
    "phoneSettingsRequired": (lambda s: s.create(PhoneConfig=None), [OK, PARAMETER]),
    "phoneTypeRequired": (lambda s: s.create(PhoneConfig={"AutoAccept": True}), [OK, PARAMETER]),
    "deskPhoneNumberRequired": (lambda s: s.create(PhoneConfig={"PhoneType": "DESK_PHONE"}), [OK, PARAMETER]),
    "acwMaximum": (lambda s: s.create(PhoneConfig={"AfterContactWorkTimeLimit": 2_000_001}), [PARAMETER, OK]),
    "duplicateChannel": (scenes.channel_twice, [PARAMETER, OK]),
    "duplicateSecurityProfiles": (scenes.profile_twice, [PARAMETER, OK]),
    "associateExistingProficiency": (scenes.associate_again, ["ok 5", "ok 3", f"{PARAMETER} 3"]),
    "disassociateAbsent": (scenes.disassociate_absent, [MISSING, OK]),
    "untagAbsent": (lambda s: s.outcome("untag_resource", resourceArn=s.arn(), tagKeys=["x"]), [OK, PARAMETER]),
    "invisibleToWrites": (scenes.hidden_write, [MISSING, OK]),
    "voiceAssociation": (
        lambda s: s.outcome("associate_contact_with_user", **s.ann, ContactId=VOICE),
        [OK, REQUEST],
    ),
    "contactQueueMustMatch": (scenes.queue, [OK, REQUEST]),
    "contactAcceptance": (
        scenes.acceptance,
        ["CONNECTING, CONNECTED", "CONNECTED, CONNECTED", "CONNECTING, CONNECTING"],
    ),
    "endSessionsOfNobody": (lambda s: s.end_sessions(), [OK, MISSING]),
    "endSessionsOnContact": (scenes.desk, ["CONNECTED", "ENDED"]),
    "deleteUserEndsSessions": (scenes.sessions_after_deletion, ["1 left", "0 left"]),
    "currentDataOfOffline": (lambda s: scenes.current(s, Agents=[s.ann["UserId"]]), ["0 shown", "1 shown"]),
    "currentDataWithoutFilter": (scenes.all_current, [PARAMETER, "1 shown"]),
    "unknownAgentFilter": (lambda s: scenes.current(s, Agents=["nobody"]), [MISSING, PARAMETER, "0 shown"]),
    "deleteUserOnContact": (scenes.delete_on_contact, [OK, REQUEST]),
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
