"""A walk through one of a user's mutable fields, and builders of the walks that several fields have in common.

Which field has which walk is fields.py.
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


def walk(**steps: Step) -> Walk:
    return Walk(steps)


def a_name(member: str, aws: str, value: str) -> Walk:
    """A member of identityInfo that cannot be emptied. The call carries the whole block: replace or merge is open."""
    told = {**_AWS_IDENTITY, aws: value}
    absent = {name: each for name, each in IDENTITY.items() if name != member}
    return walk(
        change=one_call({"identityInfo": {**IDENTITY, member: value}}, "UpdateUserIdentityInfo", IdentityInfo=told),
        unmanage=Step({"identityInfo": absent}, NO_CALL, {"IdentityInfo": told}),
    )


def an_address(member: str, aws: str, first: str, second: str) -> Walk:
    """A member of identityInfo that can be emptied."""
    cleared = {name: each for name, each in _AWS_IDENTITY.items() if name != aws}
    absent = {name: each for name, each in IDENTITY.items() if name != member}

    def told(value: str, block: Json) -> Step:
        return one_call({"identityInfo": {**IDENTITY, member: value}}, "UpdateUserIdentityInfo", IdentityInfo=block)

    return walk(
        set=told(first, {**_AWS_IDENTITY, aws: first}),
        change=told(second, {**_AWS_IDENTITY, aws: second}),
        clear=told("", cleared),
        unmanage=Step({"identityInfo": absent}, NO_CALL, {"IdentityInfo": cleared}),
    )


def a_required_address(member: str, aws: str, first: str, second: str) -> Walk:
    """Likewise for one that cannot."""
    steps = dict(an_address(member, aws, first, second).steps)
    del steps["clear"]
    steps["unmanage"] = replace(steps["unmanage"], holds={"IdentityInfo": {**_AWS_IDENTITY, aws: second}})
    return Walk(steps)


def one_call(spec: Json, operation: str, **parameters: object) -> Step:
    """A step whose one call says just what Connect then holds."""
    return Step(spec, [(operation, dict(parameters))], dict(parameters))


def a_group(member: str, written: Mapping[str, str]) -> Walk:
    """The hierarchy group. Without the member the call takes the user out of the hierarchy."""
    return walk(
        set=one_call({member: written["Team A"]}, "UpdateUserHierarchy", HierarchyGroupId="<Team A>"),
        change=one_call({member: written["AMER"]}, "UpdateUserHierarchy", HierarchyGroupId="<AMER>"),
        clear=Step({member: ""}, [("UpdateUserHierarchy", {})], {"HierarchyGroupId": None}),
        unmanage=Step({member: None}, NO_CALL, {"HierarchyGroupId": None}),
    )


_PHONE = {"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 0, "PersistentConnection": False}


def a_phone_member(first: Json, second: Json, *told: Json, cleared: Json | None = None) -> Walk:
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


def a_list(member: str, first: list[Json], second: list[Json], *told: list[Json], cleared: bool = True) -> Walk:
    """A per-channel list: whole lists are sent, in the order of the channels' names; Connect shows it in its own."""
    aws = member[0].upper() + member[1:]
    emptied = [("UpdateUserConfig", {aws: []})] if cleared else NO_CALL
    left: list[Json] = [] if cleared else told[1]

    def step(entries: list[Json], sent: list[Json]) -> Step:
        return Step({member: entries}, [("UpdateUserConfig", {aws: sent})], {aws: sent})

    return walk(
        set=step(first, told[0]),
        change=step(second, told[1]),
        clear=Step({member: []}, emptied, {aws: left}),
        unmanage=Step({member: None}, NO_CALL, {aws: left}),
    )


def work_after_a_contact(channel: str, seconds: int, *, aws: bool = False, first_callback: int | None = None) -> Json:
    def named(name: str) -> str:
        return name[0].upper() + name[1:] if aws else name

    def limit(value: int) -> Json:
        return {named("afterContactWorkTimeLimit"): value}

    entry: Json = {named("channel"): channel, named("afterContactWorkConfig"): limit(seconds)}
    if first_callback is not None:
        entry[named("agentFirstCallbackAfterContactWorkConfig")] = limit(first_callback)
    return entry


def a_skill(name: str, value: str, level: float | None = None, *, aws: bool = False) -> Json:
    keys = ("AttributeName", "AttributeValue", "Level") if aws else ("attributeName", "attributeValue", "level")
    members = {keys[0]: name, keys[1]: value, keys[2]: level}
    return {key: member for key, member in members.items() if member is not None}


def skills(*entries: Json) -> Json:
    return {"UserProficiencies": list(entries)}
