"""Users edited behind the operator's back: repaired within the bound, or with Observe told and left alone.

One stage with two users per case, one managed and one observed, who are edited all at once; the module waits for the
bound once, and each case looks at its own pair.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from connect_sim.control_client import JournalEntry
from local_stack.objects import condition

from .conftest import NewStage
from .manifests import an_identity
from .stage import READS, Stage, wait_for

# An edit that does not move LastModifiedTime is news only after the window that follows our own write.
OPERATOR = {"consistency_window": "1s"}

INTERVAL = 10.0  # driftCheckInterval, at the schema's minimum
# What only a call per user shows waits for two rounds at most: the one under way may have passed the user by.
ROUND = 2 * INTERVAL
SLACK = 5.0

VOICE = {"channel": "VOICE"}
COMMON = {
    "hierarchyGroupPath": "EMEA/Berlin/Team A",
    "proficiencies": [{"attributeName": "Language", "attributeValue": "German", "level": 3}],
    "tags": {"team": "red", "site": "Bonn"},
}
PER_CHANNEL = {
    **COMMON,
    "autoAcceptConfigs": [{**VOICE, "autoAccept": True}],
    "afterContactWorkConfigs": [{**VOICE, "afterContactWorkConfig": {"afterContactWorkTimeLimit": 30}}],
    "phoneNumberConfigs": [{**VOICE, "phoneType": "DESK_PHONE", "phoneNumber": "+4930111"}],
    "persistentConnectionConfigs": [{**VOICE, "persistentConnection": True}],
    "voiceEnhancementConfigs": [{**VOICE, "voiceEnhancementMode": "VOICE_ISOLATION"}],
}
LEGACY = {
    **COMMON,
    "phoneConfig": {
        "phoneType": "DESK_PHONE",
        "deskPhoneNumber": "+4930111",
        "autoAccept": True,
        "afterContactWorkTimeLimit": 30,
        "persistentConnection": True,
    },
}


@dataclass(frozen=True)
class Drift:
    """An edit in the console, the one call that undoes it, and how status.plan names it."""

    edit: dict[str, Any]
    repair: str
    plan: str
    spec: dict[str, Any] = field(default_factory=lambda: PER_CHANNEL)
    moves: bool = True
    bound: float = INTERVAL


def _identity(member: str, value: str, **options: Any) -> Drift:  # noqa: ANN401 - members of Drift
    name = member[0].lower() + member[1:]
    return Drift({"IdentityInfo": {member: value}}, "UpdateUserIdentityInfo", f"identityInfo.{name}", **options)


def _legacy(member: str, value: object) -> Drift:
    plan = f"phoneConfig.{member[0].lower()}{member[1:]}"
    return Drift({"PhoneConfig": {member: value}}, "UpdateUserPhoneConfig", plan, spec=LEGACY)


def _list(name: str, entry: dict[str, Any]) -> Drift:
    plan = name[0].lower() + name[1:]
    return Drift({name: [{"Channel": "VOICE", **entry}]}, "UpdateUserConfig", plan)


def _skills(repair: str, named: str, *held: tuple[str, str, float], moves: bool = False) -> Drift:
    entries = [{"AttributeName": name, "AttributeValue": value, "Level": level} for name, value, level in held]
    return Drift({"Proficiencies": entries}, repair, f"proficiencies[{named}]", moves=moves, bound=ROUND)


CASES: dict[str, Drift] = {
    "first name": _identity("FirstName", "Eve"),
    "last name": _identity("LastName", "Mallory"),
    "email": _identity("Email", "eve@example.com"),
    "email, unstamped": _identity("Email", "eve@example.com", moves=False, bound=ROUND),
    "secondary email, unstamped": _identity("SecondaryEmail", "eve@example.com", moves=False, bound=ROUND),
    "mobile, unstamped": _identity("Mobile", "+4915199999", moves=False, bound=ROUND),
    "routing profile": Drift({"RoutingProfileName": "Priority"}, "UpdateUserRoutingProfile", "routingProfileId"),
    "routing profile, unstamped": Drift(
        {"RoutingProfileName": "Priority"}, "UpdateUserRoutingProfile", "routingProfileId", moves=False
    ),
    "security profile added": Drift(
        {"SecurityProfileNames": ["Agent", "Admin"]}, "UpdateUserSecurityProfiles", "securityProfileIds"
    ),
    "security profile exchanged": Drift(
        {"SecurityProfileNames": ["Admin"]}, "UpdateUserSecurityProfiles", "securityProfileIds"
    ),
    "hierarchy group": Drift({"HierarchyGroupPath": "AMER"}, "UpdateUserHierarchy", "hierarchyGroupId"),
    "taken out of the hierarchy": Drift({"HierarchyGroupPath": ""}, "UpdateUserHierarchy", "hierarchyGroupId"),
    "phone type": _legacy("PhoneType", "SOFT_PHONE"),
    "desk phone number": _legacy("DeskPhoneNumber", "+4930999"),
    "auto-accept": _legacy("AutoAccept", value=False),
    "after-contact work": _legacy("AfterContactWorkTimeLimit", 60),
    "persistent connection": _legacy("PersistentConnection", value=False),
    "auto-accept of a channel": _list("AutoAcceptConfigs", {"AutoAccept": False}),
    "after-contact work of a channel": _list(
        "AfterContactWorkConfigs", {"AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 60}}
    ),
    "phone number of a channel": _list("PhoneNumberConfigs", {"PhoneType": "SOFT_PHONE"}),
    "persistent connection of a channel": _list("PersistentConnectionConfigs", {"PersistentConnection": False}),
    "voice enhancement of a channel": _list("VoiceEnhancementConfigs", {"VoiceEnhancementMode": "NONE"}),
    "tag changed": Drift({"Tags": {"team": "blue", "site": "Bonn"}}, "TagResource", "tags[team]", moves=False),
    "tag added": Drift(
        {"Tags": {"team": "red", "site": "Bonn", "evil": ""}}, "UntagResource", "tags[evil]", moves=False
    ),
    "level": _skills("UpdateUserProficiencies", "Language=German", ("Language", "German", 1.0)),
    "proficiency lost": _skills("AssociateUserProficiencies", "Language=German"),
    "proficiency added, stamped": _skills(
        "DisassociateUserProficiencies",
        "Skill=Billing",
        ("Language", "German", 3.0),
        ("Skill", "Billing", 1.0),
        moves=True,
    ),
}


@dataclass(frozen=True)
class Pair:
    """What became of a case's two users. Times are seconds after the edit."""

    before: dict[str, Any]
    after: dict[str, Any]
    repairs: list[JournalEntry]
    repaired_after: float
    plan: list[str]
    ready: str
    synced: str
    observed_writes: list[JournalEntry]
    caught_up: list[JournalEntry]
    at_once: dict[str, Any]


@pytest.fixture(scope="module")
def drifted(new_module_stage: NewStage) -> dict[str, Pair]:
    stage = new_module_stage()
    names = {case: (f"managed-{number}", f"observed-{number}") for number, case in enumerate(CASES)}
    _converge(stage, names)
    truths = {user["Username"]: user for user in stage.sim.users()}
    since, edited = stage.mark(), stage.sim.now()
    for case, pair in names.items():
        for name in pair:
            _edit(stage, truths[name], CASES[case])
    wait_for(lambda: not _unfinished(stage, names, since), "every case to be repaired or told", ROUND + SLACK)
    stage.wait_instance(lambda found: (found or {})["status"]["users"]["drifted"] == len(CASES))
    switched = stage.mark()
    observed = {case: stage.user(pair[1]) for case, pair in names.items()}
    for pair in names.values():
        stage.patch_user(pair[1], managementPolicy="Manage")
    stage.wait_ready(*(pair[1] for pair in names.values()), timeout=SLACK)

    def look(case: str) -> Pair:
        managed, other = names[case]
        ids = {name: truths[name]["Id"] for name in names[case]}
        stamps = [each.time for each in stage.calls(CASES[case].repair, since) if ids[managed] in str(each.params)]
        return Pair(
            before=_content(truths[managed]),
            after=_content(stage.truth(managed)),
            repairs=stage.writes(since, user_id=ids[managed]),
            repaired_after=min(stamps, default=float("inf")) - edited,
            plan=(observed[case] or {})["status"].get("plan", []),
            ready=condition(observed[case], "Ready")["status"],
            synced=condition(observed[case], "Synced")["status"],
            observed_writes=stage.writes(since, user_id=ids[other], until=switched),
            caught_up=stage.writes(switched, user_id=ids[other]),
            at_once=_content(stage.truth(other)),
        )

    return {case: look(case) for case in CASES}


def _converge(stage: Stage, names: dict[str, tuple[str, str]]) -> None:
    for case, (managed, observed) in names.items():
        for name in (managed, observed):
            identity = an_identity("ada", secondaryEmail="home@example.com", mobile="+4915110001")
            stage.apply_user(name, identityInfo=identity, **CASES[case].spec)
    stage.wait_ready(*(name for pair in names.values() for name in pair))
    for _, observed in names.values():
        stage.patch_user(observed, managementPolicy="Observe")
    for _, observed in names.values():
        stage.wait_reason(observed, "Observing")


def _edit(stage: Stage, user: dict[str, Any], drift: Drift) -> None:
    members = dict(drift.edit)
    if "Tags" in members:
        own = {key: value for key, value in user["Tags"].items() if key.startswith("connect-operator.io/")}
        members["Tags"] = {**own, **members["Tags"]}
    stage.sim.edit_user(user["Id"], moves_last_modified=drift.moves, **members)


def _unfinished(stage: Stage, names: dict[str, tuple[str, str]], since: int) -> list[str]:
    """The cases that are still to be repaired or told; empty when none is."""
    users = {each["metadata"]["name"]: each for each in stage.objects.every("ConnectUser", stage.namespace)}
    touched = str([each.params for each in stage.calls(since=since) if not each.operation.startswith(READS)])
    return [
        case
        for case, (managed, observed) in names.items()
        if users[managed]["status"]["userId"] not in touched or not users[observed]["status"].get("plan")
    ]


def _content(user: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in user.items() if name not in ("Id", "Arn", "Username", "LastModifiedTime")}


@pytest.mark.parametrize("case", CASES)
def test_what_is_managed_is_repaired_within_the_bound(drifted: dict[str, Pair], case: str) -> None:
    pair = drifted[case]
    assert [each.operation for each in pair.repairs] == [CASES[case].repair]
    assert pair.after == pair.before
    assert pair.repaired_after <= CASES[case].bound + SLACK


@pytest.mark.parametrize("case", CASES)
def test_what_is_observed_is_told_and_left_alone_until_managed(drifted: dict[str, Pair], case: str) -> None:
    pair = drifted[case]
    assert pair.observed_writes == []
    assert all(line.startswith(CASES[case].plan) for line in pair.plan), pair.plan
    assert (len(pair.plan), pair.ready, pair.synced) == (1, "True", "False")
    assert [each.operation for each in pair.caught_up] == [CASES[case].repair]
    # Only the tag that names the owner differs from the managed twin's.
    assert {**pair.at_once, "Tags": None} == {**pair.before, "Tags": None}
