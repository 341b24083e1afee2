"""What the API server must take: the edges of every bound, and empty values wherever emptying makes sense."""

from __future__ import annotations

from typing import Any

import pytest

from .manifests import INSTANCE_ARN, INSTANCE_ID, a_user, an_assignment, an_instance
from .rest import DRY_RUN, Resource

ARN = "arn:aws:connect:us-east-1:123456789012:instance/0f1e"
LONGEST_INSTANCE_ARN = (
    "arn:aws-us-gov:connect:ap-northeast-1:123456789012:instance/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
)

USERS: dict[str, dict[str, Any]] = {
    "every section left to Connect": {
        "ignoreDrift": [
            "identityInfo",
            "phone",
            "routingProfile",
            "securityProfiles",
            "hierarchyGroup",
            "proficiencies",
            "tags",
        ]
    },
    "no section left to Connect": {"ignoreDrift": []},
    "the instance by ID": {"instanceRef": None, "instanceId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"},
    "the instance by ARN": {"instanceRef": None, "instanceId": INSTANCE_ARN},
    "the longest ARN there is": {"instanceRef": None, "instanceId": LONGEST_INSTANCE_ARN},
    "a username of every character": {"username": "aZ09_.-"},
    "a username of one character": {"username": "j"},
    "a username of 100 characters": {"username": "j" * 100},
    "a username of another program, with two @": {"username": "ckrug@0055g00000JK7EAAA1@00D5g000000f110EAQ"},
    "a username of another program, with an ID of no domain": {"username": "0055g00000JK7EAAA1@00D5g000000f110EAQ"},
    "a username of whatever somebody chose": {"username": "Jörg O'Neil+work #1 / 日本"},
    "a username that ends in @": {"username": "jdoe@"},
    "a username that is an address": {"username": "testuser@example.com"},
    "an address with a deep domain": {"username": "jane_doe-1@mail.eu.example.co.uk"},
    "names in other scripts, as long as they may be": {
        "identityInfo": {"firstName": "é" * 255, "lastName": "山" * 300}
    },
    "an address with an apostrophe": {"identityInfo": {"email": "o'brien@example.com"}},
    "an address outside ASCII": {"identityInfo": {"email": "jörg@bücher.example"}},
    "a secondary address with a plus": {"identityInfo": {"secondaryEmail": "jane+work@mail.example.com"}},
    "the shortest and the longest number": {
        "identityInfo": {"mobile": "+12"},
        "phoneConfig": {"deskPhoneNumber": "+123456789012345"},
    },
    "an empty block": {"identityInfo": {}, "phoneConfig": {}},
    "empty members": {
        "identityInfo": {"firstName": "", "lastName": "", "email": "", "secondaryEmail": "", "mobile": ""},
        "phoneConfig": {"deskPhoneNumber": ""},
    },
    "empty lists and maps": {
        "autoAcceptConfigs": [],
        "afterContactWorkConfigs": [],
        "phoneNumberConfigs": [],
        "persistentConnectionConfigs": [],
        "voiceEnhancementConfigs": [],
        "proficiencies": [],
        "tags": {},
    },
    "a Secret and its key": {"passwordSecretRef": {"name": "jdoe.password-1", "key": "initial_password.txt"}},
    "a directory's user": {"directoryUserId": "S-1-5-21-3623811015-3361044348-30300820-1013"},
    "profiles by ID": {
        "routingProfileName": None,
        "routingProfileId": "3c5b1f6a-0b7e-4d5f-9a53-2f8a0f8f1e11",
        "securityProfileNames": None,
        "securityProfileIds": ["1a", "2b"],
    },
    "profiles by ARN": {
        "routingProfileName": None,
        "routingProfileId": f"{ARN}/routing-profile/1a2b",
        "securityProfileNames": None,
        "securityProfileIds": [f"{ARN}/security-profile/1a2b", "3c4d"],
    },
    "ten security profiles": {"securityProfileNames": [f"Profile {number}" for number in range(10)]},
    "names as long as they may be": {"routingProfileName": "R" * 127, "securityProfileNames": ["S" * 127]},
    "names that differ by case only": {"securityProfileNames": ["Agent", "agent"]},
    "a hierarchy group by ARN": {"hierarchyGroupId": f"{ARN}/agent-group/1a2b"},
    "no hierarchy group, by ID": {"hierarchyGroupId": ""},
    "no hierarchy group, by path": {"hierarchyGroupPath": ""},
    "five levels of names with spaces": {"hierarchyGroupPath": "EMEA/Middle Europe/Berlin/Floor 3/Team Ä"},
    "slashes and backslashes in names": {"hierarchyGroupPath": r"Sales\/Service/A\\B/C\/"},
    "old and new phone settings about different subjects": {
        "phoneConfig": {"phoneType": "SOFT_PHONE", "persistentConnection": False},
        "autoAcceptConfigs": [{"channel": "VOICE", "autoAccept": True, "agentFirstCallbackAutoAccept": False}],
        "voiceEnhancementConfigs": [{"channel": "VOICE", "voiceEnhancementMode": "NONE"}],
    },
    "no limit, and the longest": {
        "afterContactWorkConfigs": [
            {
                "channel": "VOICE",
                "afterContactWorkConfig": {"afterContactWorkTimeLimit": 0},
                "agentFirstCallbackAfterContactWorkConfig": {"afterContactWorkTimeLimit": 2_000_000},
            },
            {"channel": "CHAT", "afterContactWorkConfig": {"afterContactWorkTimeLimit": 2_000_000}},
        ]
    },
    "all channels": {
        "autoAcceptConfigs": [{"channel": each, "autoAccept": True} for each in ("VOICE", "CHAT", "TASK", "EMAIL")]
    },
    "one attribute with two values, at both ends of the scale": {
        "proficiencies": [
            {"attributeName": "Language", "attributeValue": "German", "level": 1},
            {"attributeName": "Language", "attributeValue": "French", "level": 5},
        ]
    },
    "ten proficiencies": {
        "proficiencies": [
            {"attributeName": "A" * 100, "attributeValue": f"{number:0100}", "level": 3} for number in range(10)
        ]
    },
    "49 tags as long as they may be": {"tags": {f"{number:0128}": "v" * 256 for number in range(49)}},
    "tags of every character": {"tags": {"Aä1_.:/=+-@ x": "any, (thing)!", "awsome": "", "operator": "x"}},
    "inactive": {"state": "Inactive", "deletionPolicy": "Deactivate"},
    "a first and a last day, in two time zones": {
        "activeFrom": "2027-02-01T08:00:00+01:00",
        "activeUntil": "2027-02-01T07:00:01Z",
    },
    "a first day only": {"activeFrom": "2027-02-01T08:00:00.5Z"},
    "every policy": {
        "deletionPolicy": "Retain",
        "adoptionPolicy": "Always",
        "managementPolicy": "Observe",
        "suspend": True,
    },
}

INSTANCES: dict[str, dict[str, Any]] = {
    "by ARN, with its Region said again": {"instanceId": INSTANCE_ARN, "region": "us-east-1"},
    "a Region with a longer code": {"region": "us-gov-west-1"},
    "all namespaces": {"allowedNamespaces": [{"name": "*"}]},
    "1000 namespaces as long as they may be": {"allowedNamespaces": [{"name": f"{n:063}"} for n in range(1000)]},
    "another account's role": {
        "assumeRole": {"roleArn": "arn:aws-us-gov:iam::123456789012:role/path/to/role", "externalId": "a+=,.@:/-_9"}
    },
    "Always granted, and the default": {
        "allowedAdoptionPolicies": ["Never", "IfUnowned", "Always"],
        "defaultAdoptionPolicy": "Always",
    },
    "a guard in numbers": {"deletionGuard": {"maxPending": 50, "minPending": 0}},
    "no guard": {"deletionGuard": {"maxPending": "100%"}},
    "a guard without a memory": {"deletionGuard": {"window": "0s"}},
    "a guard that remembers a day": {"deletionGuard": {"window": "24h"}},
    "half a guard": {"deletionGuard": {"minPending": 5}},
    "the shortest interval": {"driftCheckInterval": "10s"},
    "the longest interval": {"driftCheckInterval": "24h"},
    "an interval of several units": {"driftCheckInterval": "1h30m15s"},
    "the shortest interval of details": {"detailCheckInterval": "10s"},
    "the longest interval of details": {"detailCheckInterval": "168h"},
    "as many default tags as there may be": {"defaultTags": {f"key {number}": "" for number in range(20)}},
    "no default tags": {"defaultTags": {}},
    "repair at night, on working days": {
        "driftRepair": {
            "timeZone": "Europe/Berlin",
            "windows": [{"start": "22:00", "end": "06:00", "days": ["Mon", "Tue", "Wed", "Thu", "Fri"]}],
        }
    },
    "repair on whole days, in a zone with three parts": {
        "driftRepair": {
            "timeZone": "America/Argentina/Buenos_Aires",
            "windows": [{"start": "00:00", "end": "24:00", "days": ["Sun"]}, {"start": "12:00", "end": "13:30"}],
        }
    },
    "a zone that only the operator can know not to exist": {
        "driftRepair": {"timeZone": "Etc/GMT+25", "windows": [{"start": "00:00", "end": "00:01"}]}
    },
    "sections left to Connect": {"defaultIgnoreDrift": ["routingProfile", "tags"]},
    "no sections left to Connect": {"defaultIgnoreDrift": []},
    "what inactive users have, by name": {
        "inactive": {"securityProfileNames": ["No Access"], "routingProfileName": "Nobody"}
    },
    "what inactive users have, by ID and ARN": {
        "inactive": {"securityProfileIds": ["7d1f"], "routingProfileId": f"{ARN}/routing-profile/3c5b"}
    },
    "no sessions ended": {"endSessions": []},
    "sessions ended on every occasion": {"endSessions": ["Deletion", "Deactivation", "SecurityProfileRemoval"]},
    "the longest wait for contacts": {"waitForContacts": "24h"},
    "quick connects deleted": {"quickConnectsOfDeletedUsers": "Delete"},
    "one raised quota": {"apiRates": {"CreateUser": {"rate": 10}}},
    "a fractional rate": {"apiRates": {"default": {"rate": 0.5, "burst": 1}}},
    "no raised quota": {"apiRates": {}},
}

ASSIGNMENTS: dict[str, dict[str, Any]] = {
    "everything by ID": {"instanceRef": None, "instanceId": INSTANCE_ID, "userRef": None, "userId": "7d1f"},
    "everything by ARN": {
        "instanceRef": None,
        "instanceId": ARN,
        "contactId": f"{ARN}/contact/2c8e",
        "userRef": None,
        "userId": f"{ARN}/agent/7d1f",
    },
    "ARNs of the instance whose ID is said": {
        "instanceRef": None,
        "instanceId": "0f1e",
        "contactId": f"{ARN}/contact/2c8e",
        "userRef": None,
        "userId": f"{ARN}/agent/7d1f",
    },
    "ARNs where only the operator knows the instance": {
        "contactId": f"{ARN}/contact/2c8e",
        "userRef": None,
        "userId": f"{ARN}/agent/7d1f",
    },
    "a contact's ARN and a user's ID": {"contactId": f"{ARN}/contact/2c8e", "userRef": None, "userId": "7d1f"},
    "a contact's ID and a user's ARN": {
        "instanceRef": None,
        "instanceId": ARN,
        "userRef": None,
        "userId": f"{ARN}/agent/7d1f",
    },
    "IDs of one character": {
        "instanceRef": None,
        "instanceId": "0",
        "contactId": "2",
        "userRef": None,
        "userId": "7",
    },
    "the longest IDs": {"contactId": "c" * 128, "userRef": None, "userId": "u" * 128},
    "the longest ARNs": {
        "instanceRef": None,
        "instanceId": LONGEST_INSTANCE_ARN,
        "contactId": f"{LONGEST_INSTANCE_ARN}/contact/{'c' * 128}",
        "userRef": None,
        "userId": f"{LONGEST_INSTANCE_ARN}/agent/{'u' * 128}",
    },
    "the longest names of objects": {"instanceRef": {"name": "s" * 253}, "userRef": {"name": "j" * 253}},
    "names with dots": {"instanceRef": {"name": "support.eu"}, "userRef": {"name": "jane.doe"}},
    "the shortest deadline, deleted at its end": {"activeDeadlineSeconds": 1, "ttlSecondsAfterFinished": 0},
    "the longest times": {"activeDeadlineSeconds": 31_536_000, "ttlSecondsAfterFinished": 2**31 - 1},
}


@pytest.mark.parametrize("case", USERS)
def test_a_user_is_accepted(any_users: Resource, case: str) -> None:
    manifest = a_user(**USERS[case])
    stored = any_users.create(manifest, DRY_RUN)
    assert {key: stored["spec"].get(key) for key in USERS[case]} == {
        key: manifest["spec"].get(key) for key in USERS[case]
    }


@pytest.mark.parametrize("case", INSTANCES)
def test_an_instance_is_accepted(instances: Resource, case: str) -> None:
    instances.create(an_instance(**INSTANCES[case]), DRY_RUN)


@pytest.mark.parametrize("case", ASSIGNMENTS)
def test_an_assignment_is_accepted(any_assignments: Resource, case: str) -> None:
    manifest = an_assignment(**ASSIGNMENTS[case])
    stored = any_assignments.create(manifest, DRY_RUN)
    assert stored["spec"] == {"activeDeadlineSeconds": 300} | manifest["spec"]
