"""Creating a user: one call with everything in it, proficiencies after it, and what the object tells afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from .manifests import PASSWORD
from .stage import FINALIZER, OWNER_TAG, Stage

pytestmark = pytest.mark.usefixtures("operator")

FULL: dict[str, Any] = {
    "username": "ada.lovelace",
    "identityInfo": {
        "firstName": "Ada",
        "lastName": "Lovelace",
        "email": "ada@example.com",
        "secondaryEmail": "ada@home.example.com",
        "mobile": "+4915112345678",
    },
    "routingProfileName": "Basic Routing Profile",
    "securityProfileNames": ["QualityAnalyst", "Agent"],
    "hierarchyGroupPath": "EMEA/Berlin/Team A",
    # Legacy where no list says the same, and lists: both in one call.
    "phoneConfig": {"phoneType": "DESK_PHONE", "deskPhoneNumber": "+493012345678", "persistentConnection": True},
    "autoAcceptConfigs": [
        {"channel": "VOICE", "autoAccept": True, "agentFirstCallbackAutoAccept": True},
        {"channel": "CHAT", "autoAccept": False},
    ],
    "afterContactWorkConfigs": [
        {"channel": "CHAT", "afterContactWorkConfig": {"afterContactWorkTimeLimit": 30}},
        {
            "channel": "VOICE",
            "afterContactWorkConfig": {"afterContactWorkTimeLimit": 60},
            "agentFirstCallbackAfterContactWorkConfig": {"afterContactWorkTimeLimit": 90},
        },
    ],
    "voiceEnhancementConfigs": [{"channel": "VOICE", "voiceEnhancementMode": "NOISE_SUPPRESSION"}],
    "proficiencies": [
        {"attributeName": "Language", "attributeValue": "German", "level": 5},
        {"attributeName": "Skill", "attributeValue": "Billing", "level": 2},
    ],
    "tags": {"team": "a", "cost-center": "4711"},
}


KINDS = ("routing-profiles", "security-profiles", "hierarchy-groups")
# What Connect then shows; the legacy block and the lists are two views of the same settings.
ARRIVED: dict[str, Any] = {
    "IdentityInfo": {
        "FirstName": "Ada",
        "LastName": "Lovelace",
        "Email": "ada@example.com",
        "SecondaryEmail": "ada@home.example.com",
        "Mobile": "+4915112345678",
    },
    "PhoneConfig": {
        "PhoneType": "DESK_PHONE",
        "DeskPhoneNumber": "+493012345678",
        "PersistentConnection": True,
        "AutoAccept": True,
        "AfterContactWorkTimeLimit": 60,
    },
    "AutoAcceptConfigs": [
        {"Channel": "VOICE", "AutoAccept": True, "AgentFirstCallbackAutoAccept": True},
        {"Channel": "CHAT", "AutoAccept": False},
    ],
    "AfterContactWorkConfigs": [
        {
            "Channel": "VOICE",
            "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 60},
            "AgentFirstCallbackAfterContactWorkConfig": {"AfterContactWorkTimeLimit": 90},
        },
        {"Channel": "CHAT", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 30}},
    ],
    "VoiceEnhancementConfigs": [{"Channel": "VOICE", "VoiceEnhancementMode": "NOISE_SUPPRESSION"}],
    "Proficiencies": [
        {"AttributeName": "Language", "AttributeValue": "German", "Level": 5},
        {"AttributeName": "Skill", "AttributeValue": "Billing", "Level": 2},
    ],
}


def test_object_tells_what_was_made(stage: Stage) -> None:
    stage.apply_user("ada")
    found = stage.wait_ready("ada")
    [call], user, status = stage.calls("CreateUser"), stage.truth("ada"), found["status"]

    assert call.outcome == "ok"
    assert (status["userId"], status["userArn"]) == (user["Id"], user["Arn"])
    assert status["instanceArn"] == stage.instance_arn
    assert status["observedGeneration"] == found["metadata"]["generation"]
    assert status["createdTime"].endswith("Z")
    assert status["resolved"] == {
        "routingProfileId": user["RoutingProfileId"],
        "securityProfileIds": user["SecurityProfileIds"],
    }
    assert status["verified"]["generation"] == found["metadata"]["generation"]
    assert "plan" not in status
    assert found["metadata"]["finalizers"] == [FINALIZER]


def test_conditions_follow_the_api_conventions(stage: Stage) -> None:
    stage.apply_user("ada")
    found = stage.wait_ready("ada")
    conditions = {each["type"]: each for each in found["status"]["conditions"]}
    assert {kind: each["status"] for kind, each in conditions.items()} == {
        "Ready": "True",
        "Synced": "True",
        "ReferencesResolved": "True",
    }
    assert conditions["Ready"]["reason"] == conditions["Synced"]["reason"] == "Available"
    assert {each["observedGeneration"] for each in conditions.values()} == {found["metadata"]["generation"]}


def test_events_tell_the_write_and_the_result_once(stage: Stage) -> None:
    stage.apply_user("ada")
    found = stage.wait_ready("ada")
    stage.wait_event("ada", "Available")
    [created, available] = stage.events("ada")
    assert (created["reason"], created["type"]) == ("Created", "Normal")
    assert found["status"]["userId"] in created["message"]
    assert (available["reason"], available["type"], available["count"]) == ("Available", "Normal", 1)


def test_password_comes_from_the_secret_and_its_version_is_told(stage: Stage) -> None:
    secret = stage.apply_secret("other", login=PASSWORD)
    stage.apply_user("ada", passwordSecretRef={"name": "other", "key": "login"})
    found = stage.wait_ready("ada")
    [call] = stage.calls("CreateUser")
    assert "Password" in call.params
    assert found["status"]["passwordSecret"] == {
        "uid": secret["metadata"]["uid"],
        "resourceVersion": secret["metadata"]["resourceVersion"],
    }


def test_one_call_holds_every_member(stage: Stage) -> None:
    stage.apply_user("ada", **FULL)
    stage.wait_ready("ada")
    [call] = stage.calls("CreateUser")
    assert set(call.params) == {
        "InstanceId",
        "Username",
        "Password",
        "IdentityInfo",
        "PhoneConfig",
        "RoutingProfileId",
        "SecurityProfileIds",
        "HierarchyGroupId",
        "AutoAcceptConfigs",
        "AfterContactWorkConfigs",
        "VoiceEnhancementConfigs",
        "Tags",
    }
    assert call.params["Tags"] == {**FULL["tags"], OWNER_TAG: stage.owner_tag("ada")}
    assert stage.write_names() == ["CreateUser", "AssociateUserProficiencies"]


def test_full_manifest_arrives_exactly(stage: Stage) -> None:
    stage.apply_user("ada", **FULL)
    stage.wait_ready("ada")
    user = stage.truth("ada.lovelace")
    names = {found: name for kind in KINDS for name, found in stage.ids(kind).items()}
    for member, expected in ARRIVED.items():
        assert user[member] == expected, member
    assert {names[each] for each in user["SecurityProfileIds"]} == {"Agent", "QualityAnalyst"}
    assert names[user["RoutingProfileId"]] == "Basic Routing Profile"
    assert names[user["HierarchyGroupId"]] == "Team A"
    assert user["Tags"] == {**FULL["tags"], OWNER_TAG: stage.owner_tag("ada")}
