"""Users as a seed of the simulator has them, with everything that a user can have."""

from __future__ import annotations

from typing import Any

User = dict[str, Any]

GROUPS = ("EMEA", "EMEA/Berlin", "EMEA/Berlin/Team A", "AMER/Austin", "")
LANGUAGES = ("English", "German", "Spanish")
MODES = ("VOICE_ISOLATION", "NOISE_SUPPRESSION", "NONE")


def a_person(number: int) -> User:
    """A user; the number decides what it has, so that a few dozens have every combination."""
    user: User = {
        "Username": f"agent-{number:04}" if number % 3 else f"Agent_{number:04}@ex.org",
        "IdentityInfo": _identity(number),
        "hierarchyGroupPath": GROUPS[number % len(GROUPS)],
        "proficiencies": [
            {"AttributeName": "Language", "AttributeValue": language, "Level": 1 + (number + place) % 5}
            for place, language in enumerate(LANGUAGES[: number % 4])
        ],
        "Tags": {f"key-{place}": f"value {number}" for place in range(number % 4)},
        "securityProfileNames": ["Agent", "CallCenterManager"] if number % 5 == 0 else ["Agent"],
        "routingProfileName": "Priority Routing Profile" if number % 2 else "Basic Routing Profile",
    }
    return user | _phone(number)


def _identity(number: int) -> User:
    identity = {"FirstName": f"Zoë {number}", "LastName": "Yes" if number % 10 == 0 else f"O'Neil {number}"}
    identity |= {"Email": f"agent{number}@example.com"} if number % 4 else {}
    identity |= {"SecondaryEmail": f"second{number}@example.com"} if number % 6 == 0 else {}
    return identity | ({"Mobile": f"+4915{number:08}"} if number % 7 == 0 else {})


def _phone(number: int) -> User:
    match number % 4:
        case 0:
            return {}
        case 1:
            return {"PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 60}}
        case 2:
            return {"PhoneConfig": {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": f"+4930{number:06}"}}
    return {
        "AutoAcceptConfigs": [
            {"Channel": "VOICE", "AutoAccept": True, "AgentFirstCallbackAutoAccept": True},
            {"Channel": "CHAT", "AutoAccept": False},
        ],
        "AfterContactWorkConfigs": [
            {
                "Channel": "VOICE",
                "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 45},
                "AgentFirstCallbackAfterContactWorkConfig": {"AfterContactWorkTimeLimit": 15},
            },
            {"Channel": "TASK", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 0}},
        ],
        "PersistentConnectionConfigs": [{"Channel": "VOICE", "PersistentConnection": True}],
        "VoiceEnhancementConfigs": [{"Channel": "VOICE", "VoiceEnhancementMode": MODES[number % 3]}],
    }
