"""The table of a user's mutable fields: what a person writes, step by step, and what Connect must be told and hold.

Ids are written as names in angle brackets. Each walk begins with a user whose manifest does not have the field (but
for those that every manifest has). Sources: the operations' parameters are those of the service model; empty values
and absent fields mean what the CRD says of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Json = dict[str, Any]
NO_CALL: list[tuple[str, Json]] = []

IDENTITY = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com"}
_AWS_IDENTITY = {"FirstName": "Ada", "LastName": "Lovelace", "Email": "ada@example.com"}


@dataclass(frozen=True)
class Step:
    """Members of spec to apply (None: left out), the exact writes, and members of the user as Connect then holds it."""

    spec: Json
    calls: list[tuple[str, Json]]
    holds: Json


@dataclass(frozen=True)
class Walk:
    """The steps of one field in their order: set, change, clear, unmanage, as far as the field has them."""

    steps: dict[str, Step] = field(default_factory=dict)


def _walk(**steps: Step) -> Walk:
    return Walk(steps)


def _name(member: str, aws: str, value: str) -> Walk:
    """A member of identityInfo that cannot be emptied. The call carries the whole block: replace or merge is open."""
    told = {**_AWS_IDENTITY, aws: value}
    absent = {name: each for name, each in IDENTITY.items() if name != member}
    return _walk(
        change=_told({"identityInfo": {**IDENTITY, member: value}}, "UpdateUserIdentityInfo", IdentityInfo=told),
        unmanage=Step({"identityInfo": absent}, NO_CALL, {"IdentityInfo": told}),
    )


def _address(member: str, aws: str, first: str, second: str) -> Walk:
    """A member of identityInfo that can be emptied."""
    cleared = {name: each for name, each in _AWS_IDENTITY.items() if name != aws}
    absent = {name: each for name, each in IDENTITY.items() if name != member}

    def told(value: str, block: Json) -> Step:
        return _told({"identityInfo": {**IDENTITY, member: value}}, "UpdateUserIdentityInfo", IdentityInfo=block)

    return _walk(
        set=told(first, {**_AWS_IDENTITY, aws: first}),
        change=told(second, {**_AWS_IDENTITY, aws: second}),
        clear=told("", cleared),
        unmanage=Step({"identityInfo": absent}, NO_CALL, {"IdentityInfo": cleared}),
    )


def _required_address(member: str, aws: str, first: str, second: str) -> Walk:
    """Likewise for one that cannot."""
    steps = dict(_address(member, aws, first, second).steps)
    del steps["clear"]
    steps["unmanage"] = replace(steps["unmanage"], holds={"IdentityInfo": {**_AWS_IDENTITY, aws: second}})
    return Walk(steps)


def _told(spec: Json, operation: str, **parameters: object) -> Step:
    """A step whose one call says just what Connect then holds."""
    return Step(spec, [(operation, dict(parameters))], dict(parameters))


def _group(member: str, written: Mapping[str, str]) -> Walk:
    """The hierarchy group. Without the member the call takes the user out of the hierarchy."""
    return _walk(
        set=_told({member: written["Team A"]}, "UpdateUserHierarchy", HierarchyGroupId="<Team A>"),
        change=_told({member: written["AMER"]}, "UpdateUserHierarchy", HierarchyGroupId="<AMER>"),
        clear=Step({member: ""}, [("UpdateUserHierarchy", {})], {"HierarchyGroupId": None}),
        unmanage=Step({member: None}, NO_CALL, {"HierarchyGroupId": None}),
    )


_PHONE = {"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 0, "PersistentConnection": False}


def _phone(first: Json, second: Json, *told: Json, cleared: Json | None = None) -> Walk:
    """Members of the legacy block. PhoneType is always sent along: public clients take it as mandatory."""

    def step(spec: Json, block: Json) -> Step:
        sent = {"PhoneType": "SOFT_PHONE", **block}
        call = ("UpdateUserPhoneConfig", {"PhoneConfig": sent})
        return Step({"phoneConfig": spec}, [call], {"PhoneConfig": {**_PHONE, **sent}})

    steps = {"set": step(first, told[0]), "change": step(second, told[1])}
    if cleared is not None:
        steps["clear"] = step(cleared, {})
    last = list(steps.values())[-1].holds
    return Walk({**steps, "unmanage": Step({"phoneConfig": {}}, NO_CALL, last)})


def _list(member: str, first: list[Json], second: list[Json], *told: list[Json], cleared: bool = True) -> Walk:
    """A per-channel list: whole lists are sent, in the order of the channels' names; Connect shows it in its own."""
    aws = member[0].upper() + member[1:]
    emptied = [("UpdateUserConfig", {aws: []})] if cleared else NO_CALL
    left: list[Json] = [] if cleared else told[1]

    def step(entries: list[Json], sent: list[Json]) -> Step:
        return Step({member: entries}, [("UpdateUserConfig", {aws: sent})], {aws: sent})

    return _walk(
        set=step(first, told[0]),
        change=step(second, told[1]),
        clear=Step({member: []}, emptied, {aws: left}),
        unmanage=Step({member: None}, NO_CALL, {aws: left}),
    )


def _acw(channel: str, seconds: int, *, aws: bool = False, first_callback: int | None = None) -> Json:
    def named(name: str) -> str:
        return name[0].upper() + name[1:] if aws else name

    def limit(value: int) -> Json:
        return {named("afterContactWorkTimeLimit"): value}

    entry: Json = {named("channel"): channel, named("afterContactWorkConfig"): limit(seconds)}
    if first_callback is not None:
        entry[named("agentFirstCallbackAfterContactWorkConfig")] = limit(first_callback)
    return entry


def _skill(name: str, value: str, level: float | None = None, *, aws: bool = False) -> Json:
    keys = ("AttributeName", "AttributeValue", "Level") if aws else ("attributeName", "attributeValue", "level")
    members = {keys[0]: name, keys[1]: value, keys[2]: level}
    return {key: member for key, member in members.items() if member is not None}


def _skills(*entries: Json) -> Json:
    return {"UserProficiencies": list(entries)}


WALKS: dict[str, Walk] = {
    "identityInfo.firstName": _name("firstName", "FirstName", "Augusta"),
    "identityInfo.lastName": _name("lastName", "LastName", "King"),
    # The identity type requires it, so it cannot be emptied.
    "identityInfo.email": _required_address("email", "Email", "first@example.com", "second@example.com"),
    "identityInfo.secondaryEmail": _address("secondaryEmail", "SecondaryEmail", "1@example.com", "2@example.com"),
    "identityInfo.mobile": _address("mobile", "Mobile", "+4915110001", "+4915110002"),
    "routingProfileName": _walk(
        change=_told({"routingProfileName": "Priority"}, "UpdateUserRoutingProfile", RoutingProfileId="<Priority>"),
        respell=Step(
            {"routingProfileName": None, "routingProfileId": "<Priority>"}, NO_CALL, {"RoutingProfileId": "<Priority>"}
        ),
    ),
    "routingProfileId": _walk(
        set=Step(
            {"routingProfileName": None, "routingProfileId": "<Basic Routing Profile>"},
            NO_CALL,
            {"RoutingProfileId": "<Basic Routing Profile>"},
        ),
        change=_told(
            {"routingProfileName": None, "routingProfileId": "<Priority>"},
            "UpdateUserRoutingProfile",
            RoutingProfileId="<Priority>",
        ),
    ),
    "securityProfileNames": _walk(
        add=_told(
            {"securityProfileNames": ["Admin", "Agent"]},
            "UpdateUserSecurityProfiles",
            SecurityProfileIds=["<Admin>", "<Agent>"],
        ),
        reorder=Step({"securityProfileNames": ["Agent", "Admin"]}, NO_CALL, {}),
        change=_told({"securityProfileNames": ["Admin"]}, "UpdateUserSecurityProfiles", SecurityProfileIds=["<Admin>"]),
    ),
    "securityProfileIds": _walk(
        change=_told(
            {"securityProfileNames": None, "securityProfileIds": ["<Admin>"]},
            "UpdateUserSecurityProfiles",
            SecurityProfileIds=["<Admin>"],
        ),
        respell=Step({"securityProfileNames": ["Admin"]}, NO_CALL, {"SecurityProfileIds": ["<Admin>"]}),
    ),
    "hierarchyGroupId": _group("hierarchyGroupId", {"Team A": "<Team A>", "AMER": "<AMER>"}),
    "hierarchyGroupPath": _group("hierarchyGroupPath", {"Team A": "EMEA/Berlin/Team A", "AMER": "AMER"}),
    "phoneConfig.phoneType": _phone(
        {"phoneType": "DESK_PHONE", "deskPhoneNumber": "+4930111"},
        {"phoneType": "SOFT_PHONE", "deskPhoneNumber": "+4930111"},
        {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+4930111"},
        {"DeskPhoneNumber": "+4930111"},
    ),
    "phoneConfig.deskPhoneNumber": _phone(
        {"deskPhoneNumber": "+4930111"},
        {"deskPhoneNumber": "+4930112"},
        {"DeskPhoneNumber": "+4930111"},
        {"DeskPhoneNumber": "+4930112"},
        cleared={"deskPhoneNumber": ""},
    ),
    "phoneConfig.autoAccept": _phone(
        {"autoAccept": True}, {"autoAccept": False}, {"AutoAccept": True}, {"AutoAccept": False}
    ),
    "phoneConfig.afterContactWorkTimeLimit": _phone(
        {"afterContactWorkTimeLimit": 30},
        {"afterContactWorkTimeLimit": 0},
        {"AfterContactWorkTimeLimit": 30},
        {"AfterContactWorkTimeLimit": 0},
    ),
    "phoneConfig.persistentConnection": _phone(
        {"persistentConnection": True},
        {"persistentConnection": False},
        {"PersistentConnection": True},
        {"PersistentConnection": False},
    ),
    "autoAcceptConfigs": _list(
        "autoAcceptConfigs",
        [{"channel": "CHAT", "autoAccept": True}],
        [{"channel": "VOICE", "autoAccept": True, "agentFirstCallbackAutoAccept": True}],
        [{"Channel": "CHAT", "AutoAccept": True}],
        [{"Channel": "VOICE", "AutoAccept": True, "AgentFirstCallbackAutoAccept": True}],
    ),
    "afterContactWorkConfigs": _list(
        "afterContactWorkConfigs",
        [_acw("VOICE", 30, first_callback=45)],
        [_acw("TASK", 5), _acw("VOICE", 30)],
        [_acw("VOICE", 30, aws=True, first_callback=45)],
        [_acw("TASK", 5, aws=True), _acw("VOICE", 30, aws=True)],
    ),
    # Clearing what is at its default already, as in the two lists below after "change", needs no call.
    "phoneNumberConfigs": _list(
        "phoneNumberConfigs",
        [{"channel": "VOICE", "phoneType": "DESK_PHONE", "phoneNumber": "+4930111"}],
        [{"channel": "VOICE", "phoneType": "SOFT_PHONE"}],
        [{"Channel": "VOICE", "PhoneType": "DESK_PHONE", "PhoneNumber": "+4930111"}],
        [{"Channel": "VOICE", "PhoneType": "SOFT_PHONE"}],
        cleared=False,
    ),
    "persistentConnectionConfigs": _list(
        "persistentConnectionConfigs",
        [{"channel": "VOICE", "persistentConnection": True}],
        [{"channel": "VOICE", "persistentConnection": False}],
        [{"Channel": "VOICE", "PersistentConnection": True}],
        [{"Channel": "VOICE", "PersistentConnection": False}],
        cleared=False,
    ),
    "voiceEnhancementConfigs": _list(
        "voiceEnhancementConfigs",
        [{"channel": "VOICE", "voiceEnhancementMode": "VOICE_ISOLATION"}],
        [{"channel": "VOICE", "voiceEnhancementMode": "NOISE_SUPPRESSION"}],
        [{"Channel": "VOICE", "VoiceEnhancementMode": "VOICE_ISOLATION"}],
        [{"Channel": "VOICE", "VoiceEnhancementMode": "NOISE_SUPPRESSION"}],
    ),
    "proficiencies": _walk(
        set=Step(
            {"proficiencies": [_skill("Language", "German", 3)]},
            [("AssociateUserProficiencies", _skills(_skill("Language", "German", 3.0, aws=True)))],
            {"Proficiencies": [_skill("Language", "German", 3.0, aws=True)]},
        ),
        # Added before taken away, so that a refusal leaves nobody poorer.
        change=Step(
            {"proficiencies": [_skill("Language", "English", 5), _skill("Skill", "Billing", 1)]},
            [
                (
                    "AssociateUserProficiencies",
                    _skills(_skill("Language", "English", 5.0, aws=True), _skill("Skill", "Billing", 1.0, aws=True)),
                ),
                ("DisassociateUserProficiencies", _skills(_skill("Language", "German", aws=True))),
            ],
            {
                "Proficiencies": [
                    _skill("Language", "English", 5.0, aws=True),
                    _skill("Skill", "Billing", 1.0, aws=True),
                ]
            },
        ),
        level=Step(
            {"proficiencies": [_skill("Language", "English", 4), _skill("Skill", "Billing", 1)]},
            [("UpdateUserProficiencies", _skills(_skill("Language", "English", 4.0, aws=True)))],
            {
                "Proficiencies": [
                    _skill("Language", "English", 4.0, aws=True),
                    _skill("Skill", "Billing", 1.0, aws=True),
                ]
            },
        ),
        clear=Step(
            {"proficiencies": []},
            [
                (
                    "DisassociateUserProficiencies",
                    _skills(_skill("Language", "English", aws=True), _skill("Skill", "Billing", aws=True)),
                )
            ],
            {"Proficiencies": []},
        ),
        unmanage=Step({"proficiencies": None}, NO_CALL, {"Proficiencies": []}),
    ),
    "tags": _walk(
        set=Step(
            {"tags": {"site": "Bonn", "team": "red"}},
            [("TagResource", {"tags": {"site": "Bonn", "team": "red"}})],
            {"Tags": {"site": "Bonn", "team": "red"}},
        ),
        change=Step(
            {"tags": {"team": "blue", "note": ""}},
            [("TagResource", {"tags": {"note": "", "team": "blue"}}), ("UntagResource", {"tagKeys": ["site"]})],
            {"Tags": {"note": "", "team": "blue"}},
        ),
        clear=Step({"tags": {}}, [("UntagResource", {"tagKeys": ["note", "team"]})], {"Tags": {}}),
        unmanage=Step({"tags": None}, NO_CALL, {"Tags": {}}),
    ),
}
