"""The rules of ConnectUser without an API server: what its schema and CEL rules refuse, told with field and remedy.

For `plan` and `import`, which work on files. The API server judges by the CustomResourceDefinition alone; a test holds
these rules to every case that it refuses. Connect's rules by identity type are identity.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connect_operator.domain.manifest_checks import Check, Count, Number, Raw, Text, Violation, values_at, violations_of
from connect_operator.domain.name_rules import ARN, ID, INSTANCE, OBJECT, one_of
from connect_operator.domain.ownership import is_reserved

_LONGEST_USERNAME = 64
_E164 = r"(\+[1-9][0-9]{1,14})?"
_E164_SAYS = 'is not in E.164 form; write it like "+4915112345678" (no spaces, no leading 0), or "" for none'
_MAIL_SAYS = "is no whole e-mail address such as jane.doe@example.com"
_SECONDS = Number(0, 2_000_000)


def _resource(kind: str, *, optional: bool = False) -> Text:
    pattern = rf"({ID}|{ARN}/{kind}/{ID})" + ("?" if optional else "")
    says = f"is neither an ID nor an ARN that ends in {kind}/ID; for a name use the field for names"
    return Text(pattern, says, 0 if optional else 1)


_CHANNEL = one_of("VOICE", "CHAT", "TASK", "EMAIL")
_VOICE = Text("VOICE", "is not allowed here; this setting exists for channel VOICE only")
_PHONE_TYPE = one_of("SOFT_PHONE", "DESK_PHONE")
_FEW = Count(0, 4)

_USER: dict[str, Check] = {
    "instanceRef.name": OBJECT,
    "instanceId": INSTANCE,
    "username": Text(
        r"[a-zA-Z0-9_.-]+(@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*\.[a-zA-Z]{2,63})?",
        "is no username; use letters, digits and the characters _ . -, and an @ only in a whole e-mail address",
        1,
        _LONGEST_USERNAME,
    ),
    "identityInfo.firstName": Text(longest=255),
    "identityInfo.lastName": Text(longest=300),
    "identityInfo.email": Text(r"([^\s@]+@[^\s@]+\.[^\s@]+)?", _MAIL_SAYS, longest=265),
    "identityInfo.secondaryEmail": Text(
        r"([a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63})?", _MAIL_SAYS, longest=265
    ),
    "identityInfo.mobile": Text(_E164, _E164_SAYS, longest=32),
    "passwordSecretRef.name": OBJECT,
    "passwordSecretRef.key": Text(r"[-._a-zA-Z0-9]+", "is no key of a Secret; use letters, digits, - _ and .", 1, 253),
    "directoryUserId": Text(shortest=1),
    "routingProfileId": _resource("routing-profile"),
    "routingProfileName": Text(shortest=1, longest=127),
    "securityProfileIds": Count(1, 10),
    "securityProfileIds[]": _resource("security-profile"),
    "securityProfileNames": Count(1, 10),
    "securityProfileNames[]": Text(shortest=1, longest=127),
    "hierarchyGroupId": _resource("agent-group", optional=True),
    "hierarchyGroupPath": Text(
        r"((\\[\\/]|[^\\/])+(/(\\[\\/]|[^\\/])+){0,4})?",
        r'is no path of 1 to 5 names with single slashes between them; in a name write "\/" for / and "\\" for \ ',
        longest=1024,
    ),
    "phoneConfig.phoneType": _PHONE_TYPE,
    "phoneConfig.afterContactWorkTimeLimit": _SECONDS,
    "phoneConfig.deskPhoneNumber": Text(_E164, _E164_SAYS, longest=32),
    "autoAcceptConfigs": _FEW,
    "autoAcceptConfigs[].channel": _CHANNEL,
    "afterContactWorkConfigs": _FEW,
    "afterContactWorkConfigs[].channel": _CHANNEL,
    "afterContactWorkConfigs[].afterContactWorkConfig.afterContactWorkTimeLimit": _SECONDS,
    "afterContactWorkConfigs[].agentFirstCallbackAfterContactWorkConfig.afterContactWorkTimeLimit": _SECONDS,
    "phoneNumberConfigs": _FEW,
    "phoneNumberConfigs[].channel": _VOICE,
    "phoneNumberConfigs[].phoneType": _PHONE_TYPE,
    "phoneNumberConfigs[].phoneNumber": Text(_E164, _E164_SAYS, longest=32),
    "persistentConnectionConfigs": _FEW,
    "persistentConnectionConfigs[].channel": _VOICE,
    "voiceEnhancementConfigs": _FEW,
    "voiceEnhancementConfigs[].channel": _VOICE,
    "voiceEnhancementConfigs[].voiceEnhancementMode": one_of("VOICE_ISOLATION", "NOISE_SUPPRESSION", "NONE"),
    "proficiencies": Count(0, 10),
    "proficiencies[].attributeName": Text(shortest=1, longest=100),
    "proficiencies[].attributeValue": Text(shortest=1, longest=100),
    "proficiencies[].level": Number(1, 5),
    "tags": Count(0, 49),
    "tags[*]": Text(longest=256),
    "deletionPolicy": one_of("Delete", "Retain"),
    "adoptionPolicy": one_of("Never", "IfUnowned", "Always"),
    "managementPolicy": one_of("Manage", "Observe"),
}
_EXACTLY_ONE = (
    ("instanceRef", "instanceId"),
    ("routingProfileId", "routingProfileName"),
    ("securityProfileIds", "securityProfileNames"),
)
_TWINS = (
    ("autoAccept", "autoAcceptConfigs"),
    ("afterContactWorkTimeLimit", "afterContactWorkConfigs"),
    ("phoneType", "phoneNumberConfigs"),
    ("deskPhoneNumber", "phoneNumberConfigs"),
    ("persistentConnection", "persistentConnectionConfigs"),
)
_PER_CHANNEL = (
    "autoAcceptConfigs",
    "afterContactWorkConfigs",
    "phoneNumberConfigs",
    "persistentConnectionConfigs",
    "voiceEnhancementConfigs",
)
_CALLBACKS = (
    ("autoAcceptConfigs", "agentFirstCallbackAutoAccept"),
    ("afterContactWorkConfigs", "agentFirstCallbackAfterContactWorkConfig"),
)
_TAG_KEY = re.compile(r"[\w\s.:/=+@-]{1,128}")


def user_violations(spec: Raw, name: str) -> tuple[Violation, ...]:
    """Every rule that the spec of a ConnectUser of that name breaks; spec as JSON types."""
    return (
        *_pairs(spec),
        *violations_of(spec, _USER),
        *_limits(spec),
        *_per_channel(spec),
        *_sets(spec),
        *_tags(spec),
        *_long_name(spec, name),
    )


def _pairs(spec: Raw) -> Iterator[Violation]:
    for one, other in _EXACTLY_ONE:
        if (one in spec) == (other in spec):
            yield Violation("", f"set exactly one of {one} and {other}")
    if "hierarchyGroupId" in spec and "hierarchyGroupPath" in spec:
        yield Violation("hierarchyGroupPath", "set at most one of hierarchyGroupId and hierarchyGroupPath")
    legacy = spec.get("phoneConfig", {})
    for member, twin in _TWINS:
        if member in legacy and twin in spec:
            yield Violation(f"phoneConfig.{member}", f"excludes {twin}; remove it and keep the list")


def _limits(spec: Raw) -> Iterator[Violation]:
    for member in ("afterContactWorkConfig", "agentFirstCallbackAfterContactWorkConfig"):
        for field, block in values_at(spec, f"afterContactWorkConfigs[].{member}"):
            if isinstance(block, dict) and "afterContactWorkTimeLimit" not in block:
                yield Violation(f"{field}.afterContactWorkTimeLimit", "is required")


def _per_channel(spec: Raw) -> Iterator[Violation]:
    for name in _PER_CHANNEL:
        channels = [channel for _, channel in values_at(spec, f"{name}[].channel")]
        if len(channels) > len(set(channels)):
            yield Violation(name, "has two entries for one channel; keep one of them")
    for name, member in _CALLBACKS:
        for field, entry in values_at(spec, f"{name}[]"):
            if member in entry and entry.get("channel") != "VOICE":
                yield Violation(f"{field}.{member}", "exists for channel VOICE only; remove it from this entry")


def _sets(spec: Raw) -> Iterator[Violation]:
    for name in ("securityProfileIds", "securityProfileNames"):
        # An ID and an ARN that ends in it are the same; names hold no such thing as a prefix to cut.
        entries = [str(value).rsplit("/", 1)[-1] if name.endswith("Ids") else value for value in spec.get(name, ())]
        if len(entries) > len(set(entries)):
            yield Violation(name, "names a profile twice; keep one of the two entries")
    pairs = [(each.get("attributeName"), each.get("attributeValue")) for each in spec.get("proficiencies", ())]
    if len(pairs) > len(set(pairs)):
        yield Violation("proficiencies", "names a pair of attributeName and attributeValue twice; keep one")


def _tags(spec: Raw) -> Iterator[Violation]:
    for key in spec.get("tags", {}):
        if _TAG_KEY.fullmatch(key) is None:
            yield Violation(
                "tags", f"{key!r} is no key that AWS allows; use 1 to 128 letters, digits or _ . : / = + - @"
            )
        if is_reserved(key):
            yield Violation("tags", f"{key!r} starts with a reserved prefix; choose another key")


def _long_name(spec: Raw, name: str) -> Iterator[Violation]:
    if "username" not in spec and len(name) > _LONGEST_USERNAME:
        yield Violation("username", f"metadata.name is longer than {_LONGEST_USERNAME} characters; set spec.username")
