"""What is played to see where a switch stands: each scene returns a word that depends on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from connect_sim.control_client import DEFAULT_INSTANCE, SAML_INSTANCE, SimControl
from connect_sim.server.clock import ManualClock

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


def throttle(scene: Scene) -> str:
    scene.control.fault("throttle", "DescribeUser")
    return scene.outcome("describe_user", **scene.ann)


def identity_update(scene: Scene) -> str:
    full = {**IDENTITY, "SecondaryEmail": "b@example.com"}
    scene.outcome("update_user_identity_info", **scene.ann, IdentityInfo=full)
    scene.outcome("update_user_identity_info", **scene.ann, IdentityInfo=IDENTITY)
    return "kept" if "SecondaryEmail" in scene.user()["IdentityInfo"] else "gone"


def phone_update(scene: Scene) -> str:
    for phone in ({"PhoneType": "SOFT_PHONE", "AutoAccept": True}, {"AfterContactWorkTimeLimit": 5}):
        scene.outcome("update_user_phone_config", **scene.ann, PhoneConfig=phone)
    return "kept" if scene.user()["PhoneConfig"]["AutoAccept"] else "gone"


def config_list(scene: Scene) -> str:
    accept = [{"Channel": "CHAT", "AutoAccept": True}]
    scene.outcome("update_user_config", **scene.ann, AutoAcceptConfigs=accept)
    scene.outcome("update_user_config", **scene.ann, VoiceEnhancementConfigs=[])
    return "kept" if "AutoAcceptConfigs" in scene.user() else "gone"


def config_channel(scene: Scene) -> str:
    for channel in ("CHAT", "TASK"):
        accept = [{"Channel": channel, "AutoAccept": True}]
        scene.outcome("update_user_config", **scene.ann, AutoAcceptConfigs=accept)
    channels = {item["Channel"] for item in scene.user()["AutoAcceptConfigs"]}
    return "kept" if "CHAT" in channels else "gone"


def missing_proficiency(scene: Scene) -> str:
    return scene.outcome("update_user_proficiencies", **scene.ann, UserProficiencies=[ENGLISH])


def missing_attribute(scene: Scene) -> str:
    items = [{**ENGLISH, "AttributeValue": "Latin"}]
    return scene.outcome("associate_user_proficiencies", **scene.ann, UserProficiencies=items)


def too_many_proficiencies(scene: Scene) -> str:
    scene.control.add_record("predefined-attributes", name="N", values=[str(n) for n in range(11)])
    items = [{"AttributeName": "N", "AttributeValue": str(n), "Level": 1.0} for n in range(11)]
    return scene.outcome("associate_user_proficiencies", **scene.ann, UserProficiencies=items)


def associate_again(scene: Scene) -> str:
    scene.outcome("associate_user_proficiencies", **scene.ann, UserProficiencies=[ENGLISH])
    again = [{**ENGLISH, "Level": 5.0}]
    outcome = scene.outcome("associate_user_proficiencies", **scene.ann, UserProficiencies=again)
    [item] = scene.connect.list_user_proficiencies(**scene.ann)["UserProficiencyList"]
    return f"{outcome} {item['Level']:.0f}"


def disassociate_absent(scene: Scene) -> str:
    items = [{"AttributeName": "Language", "AttributeValue": "English"}]
    return scene.outcome("disassociate_user_proficiencies", **scene.ann, UserProficiencies=items)


def too_many_tags(scene: Scene) -> str:
    scene.outcome("tag_resource", resourceArn=scene.arn(), tags={str(n): "" for n in range(50)})
    return scene.outcome("tag_resource", resourceArn=scene.arn(), tags={"51": ""})


def hidden(scene: Scene) -> str:
    scene.control.hide_user(scene.ann["UserId"], 60)
    return scene.outcome("describe_user", **scene.ann)


def hidden_write(scene: Scene) -> str:
    scene.control.hide_user(scene.ann["UserId"], 60)
    return scene.outcome("delete_user", **scene.ann)


def not_queued(scene: Scene) -> str:
    scene.control.move_contact(TASK, "ENDED")
    return scene.outcome("associate_contact_with_user", **scene.ann, ContactId=TASK)


def incomplete_identity(scene: Scene) -> str:
    return scene.outcome("update_user_identity_info", **scene.ann, IdentityInfo={"FirstName": "A"})


def precision(scene: Scene) -> str:
    scene.clock.advance(0.25 + 1 - scene.clock.now() % 1)
    scene.outcome("update_user_hierarchy", **scene.ann)
    return "fraction" if scene.user()["LastModifiedTime"].microsecond else "whole"


def search_unit(scene: Scene) -> str:
    scene.outcome("update_user_phone_config", **scene.ann, PhoneConfig={"AfterContactWorkTimeLimit": 5})
    [found] = scene.connect.search_users(InstanceId=DEFAULT_INSTANCE)["Users"]
    assert found["PhoneConfig"]["AfterContactWorkTimeLimit"] == 5000
    return str(found["AfterContactWorkConfigs"][0]["AfterContactWorkConfig"]["AfterContactWorkTimeLimit"])


def views(scene: Scene) -> str:
    return "lists too" if "AfterContactWorkConfigs" in scene.user() else "legacy only"


def search(scene: Scene, value: str, comparison: str) -> str:
    condition = {"FieldName": "Username", "Value": value, "ComparisonType": comparison}
    criteria = {"StringCondition": condition}
    outcome = scene.outcome("search_users", InstanceId=DEFAULT_INSTANCE, SearchCriteria=criteria)
    if outcome != OK:
        return outcome
    users = scene.connect.search_users(InstanceId=DEFAULT_INSTANCE, SearchCriteria=criteria)["Users"]
    return f"{len(users)} found"


def saml_email(scene: Scene) -> str:
    user = scene.add(SAML_INSTANCE, username="sam")
    return scene.outcome("update_user_identity_info", **user, IdentityInfo=IDENTITY)


def username_rule(scene: Scene) -> str:
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


def queue(scene: Scene) -> str:
    contact = scene.control.add_record("contacts", queueId="another-queue")["id"]
    return scene.outcome("associate_contact_with_user", **scene.ann, ContactId=contact)


def acceptance(scene: Scene) -> str:
    other = scene.add(DEFAULT_INSTANCE, username="auto", autoAcceptConfigs=[{"channel": "TASK", "autoAccept": True}])
    states = []
    for user in (scene.ann, other):
        contact = scene.control.add_record("contacts")["id"]
        scene.outcome("associate_contact_with_user", **user, ContactId=contact)
        states.append(scene.control.contact(contact)["state"])
    return ", ".join(states)


def delete_on_contact(scene: Scene) -> str:
    scene.control.move_contact(TASK, "CONNECTED", agent_id=scene.ann["UserId"])
    return scene.outcome("delete_user", **scene.ann)


def desk(scene: Scene) -> str:
    """Return where Ann's contact is after her sessions were ended."""
    scene.control.move_contact(TASK, "CONNECTED", agent_id=scene.ann["UserId"])
    scene.end_sessions()
    return str(scene.control.contact(TASK)["state"])


def sessions_after_deletion(scene: Scene) -> str:
    scene.control.sign_in(scene.ann["UserId"])
    scene.outcome("delete_user", **scene.ann)
    return f"{scene.control.sessions(scene.ann['UserId'])} left"


def current(scene: Scene, **filters: object) -> str:
    outcome = scene.outcome("get_current_user_data", InstanceId=DEFAULT_INSTANCE, Filters=filters)
    if outcome != OK:
        return outcome
    found = scene.connect.get_current_user_data(InstanceId=DEFAULT_INSTANCE, Filters=filters)
    return f"{len(found['UserDataList'])} shown"


def all_current(scene: Scene) -> str:
    scene.control.sign_in(scene.ann["UserId"])
    return current(scene)


def profile_twice(scene: Scene) -> str:
    profile = scene.user()["SecurityProfileIds"][0]
    return scene.outcome("update_user_security_profiles", **scene.ann, SecurityProfileIds=[profile] * 2)


def channel_twice(scene: Scene) -> str:
    accept = [{"Channel": "CHAT", "AutoAccept": accept} for accept in (True, False)]
    return scene.outcome("update_user_config", **scene.ann, AutoAcceptConfigs=accept)
