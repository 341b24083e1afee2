"""A user who was promoted in Connect is demoted at once, however long its tenant has made the lines of other calls."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from msgspec import UNSET

from connect_operator.domain.connect.references import CatalogKind, Entry
from connect_operator.domain.kinds.objects import RECONCILE, ObjectKey
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.users.decide import converge
from connect_operator.engine.users.decide_deleting import release
from connect_operator.engine.users.decide_leaving import is_urgent
from connect_operator.engine.users.demotion import relief
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import Update

from .builders import CATALOGS, NOW, UID, a_situation, a_spec, a_user, an_instance_raw, an_inventory
from .checklist import held_manifest, ours, reason_of
from .harness import World
from .script import Script

pytestmark = pytest.mark.usefixtures("quiet")

CROWD = 300
"""Users of the same tenant. To read or to write all of them takes two minutes and a half at two calls a second."""
LOOK = 61.0
"""Seconds until a sweep has shown the promotion."""
SOON = 12.0

PROMOTED = ("sp-1", "sp-2")

Edit = Callable[[World, str, int], None]


def a_world(**instance: Any) -> World:  # noqa: ANN401 - any member of a ConnectInstance
    world = World(Script())
    allowed = [{"name": "team-a", "securityProfileNames": ["Agent"]}]
    world.cluster.instance = an_instance_raw(allowedNamespaces=allowed, **instance)
    return world


def renamed(world: World, name: str, number: int) -> None:
    world.cluster.apply(name, a_spec(identityInfo={"firstName": f"A{number}", "lastName": "b"}))


def called(world: World, name: str, number: int) -> None:
    world.cluster.objects[ObjectKey("team-a", name)]["metadata"]["annotations"] = {RECONCILE: str(number)}
    world.cluster.touch(name)


def nothing(_world: World, _name: str, _number: int) -> None: ...


@pytest.mark.parametrize(
    ("reason", "others", "own"),
    [
        ("the line of UpdateUserIdentityInfo, in which the user waits too", renamed, renamed),
        ("the line of DescribeUser", called, nothing),
    ],
)
def test_a_promotion_does_not_outlast_the_next_look(reason: str, others: Edit, own: Edit) -> None:
    world, numbers = a_world(), count(1)
    crowd = [f"crowd-{number}" for number in range(CROWD)]

    def begin() -> None:
        for name in (*crowd, "jdoe"):
            world.cluster.apply(name, a_spec())

    def promote() -> None:
        (user,) = world.connect.named("jdoe")
        more = dataclasses.replace(user, security_profile_ids=frozenset({"sp-1", "sp-2"}))
        world.connect.put(more, world.connect.clock.now())

    def press() -> None:
        for name in crowd:
            others(world, name, next(numbers))
        own(world, "jdoe", next(numbers))

    def look() -> None:
        (user,) = world.connect.named("jdoe")
        assert user.security_profile_ids == {"sp-1"}, reason

    world.until(lambda: len(world.connect.users()) == CROWD + 1, act=begin)
    steps: list[tuple[float, Callable[[], None]]] = [(6.0, press) for _ in range(int((LOOK + SOON) / 6))]
    world.play([(700.0, promote), *steps, (6.0, look)], lambda: True)


@pytest.mark.parametrize(
    ("reason", "inventory", "asked"),
    [
        (
            "another section differs, and comes before it otherwise",
            ours(security_profile_ids=PROMOTED, first_name="X"),
            False,
        ),
        ("its details are not read yet", an_inventory(a_user(security_profile_ids=PROMOTED)), False),
        ("a person asks for a look", ours(security_profile_ids=PROMOTED), True),
    ],
)
@pytest.mark.parametrize("granted", [True, False])
def test_it_is_the_first_thing_to_do(reason: str, inventory: Inventory, asked: bool, granted: bool) -> None:  # noqa: FBT001 - a table
    """Where the namespace may give the profile, nothing is in a hurry."""
    names = ["Agent", "Admin"] if granted else ["Agent"]
    allowed = [{"name": "team-a", "securityProfileNames": names}]
    memory = Memory(uid=UID)
    if asked:
        memory.request.hear("1", UNSET, NOW)
    user = held_manifest(identityInfo={"firstName": "Jane", "lastName": "Doe", "email": "jane@example.com"})
    decision = converge(a_situation(user, inventory=inventory, memory=memory, allowedNamespaces=allowed))
    demotes = isinstance(decision, Update) and decision.call.operation == "UpdateUserSecurityProfiles"
    assert demotes is not granted, reason
    assert is_urgent(decision) is not granted


ALLOWED = [{"name": "team-a", "securityProfileNames": ["Agent"]}]
BOTH, ADMIN, NO_ACCESS = ("sp-1", "sp-2"), ("sp-2",), ("sp-3",)


@pytest.mark.parametrize(
    ("reason", "spec", "has", "left"),
    [
        ("one of its own may have been renamed", {"securityProfileNames": ["Agent", "Nix"]}, BOTH, None),
        ("one of its own does not exist", {"securityProfileIds": ["nix"]}, BOTH, None),
        ("none of its own is named", {"securityProfileNames": None}, BOTH, None),
        ("it has nothing else", {"securityProfileNames": ["Agent", "No Access"]}, ADMIN, ["sp-1"]),
        ("nothing of its own may be given", {"securityProfileIds": ["sp-3"]}, ADMIN, ["sp-1"]),
        ("one of its own may not be given", {"securityProfileNames": ["Agent", "No Access"]}, BOTH, ["sp-1"]),
        ("inactive, and nobody says what such users have", {"state": "Inactive"}, BOTH, ["sp-1"]),
        ("who asks for it is told", {"securityProfileNames": ["Admin"]}, ADMIN, None),
        ("only looked at", {"managementPolicy": "Observe"}, BOTH, None),
    ],
)
def test_no_manifest_keeps_what_it_does_not_ask_for(
    reason: str, spec: dict[str, Any], has: tuple[str, ...], left: list[str] | None
) -> None:
    """Its tenant writes the manifest; but a profile that is renamed in Connect locks nobody out."""
    if "securityProfileIds" in spec:
        spec = {**spec, "securityProfileNames": None}
    user = held_manifest(**{"securityProfileNames": ["Agent"], "securityProfileIds": None, **spec})
    decision = converge(a_situation(user, inventory=ours(security_profile_ids=has), allowedNamespaces=ALLOWED))
    taken = decision.call.parameters["SecurityProfileIds"] if isinstance(decision, Update) else None
    assert taken == left, reason
    assert is_urgent(decision) is (left is not None)


@pytest.mark.parametrize(
    ("granted", "inactive", "left"),
    [
        (["Nix", "Agent"], None, ["sp-1"]),
        (["Nix", "Agent"], {"securityProfileNames": ["No Access"], "routingProfileId": "rp-2"}, ["sp-3"]),
        ([], None, None),
    ],
    ids=["the first that the namespace may give", "what leavers have", "nothing at all"],
)
def test_one_profile_has_to_be_left(
    granted: list[str], inactive: dict[str, Any] | None, left: list[str] | None
) -> None:
    user = held_manifest(securityProfileNames=["Other"], securityProfileIds=None)
    instance: dict[str, Any] = {"allowedNamespaces": [{"name": "team-a", "securityProfileNames": granted}]}
    if inactive is not None:
        instance["inactive"] = inactive
    situation = a_situation(user, inventory=ours(security_profile_ids=ADMIN), **instance)
    more = (*CATALOGS[CatalogKind.SECURITY_PROFILE], Entry("sp-4", "Other"))
    view = dataclasses.replace(situation.instance, catalogs={**CATALOGS, CatalogKind.SECURITY_PROFILE: more})
    situation = dataclasses.replace(situation, instance=view)
    assert situation.record is not None
    taken = relief(situation, situation.record)
    assert (None if taken is None else taken.call.parameters["SecurityProfileIds"]) == left


@pytest.mark.parametrize("leaves", [True, False])
def test_what_is_left_to_connect_stays(*, leaves: bool) -> None:
    left = ["securityProfiles"] if leaves else ["routingProfile"]
    user = held_manifest(securityProfileNames=["Agent", "No Access"], securityProfileIds=None, ignoreDrift=left)
    situation = a_situation(user, inventory=ours(security_profile_ids=BOTH), allowedNamespaces=ALLOWED)
    assert situation.record is not None
    assert (relief(situation, situation.record) is None) is leaves


@pytest.mark.parametrize("policy", ["Delete", "Deactivate"])
@pytest.mark.parametrize("has", [BOTH, NO_ACCESS])
def test_a_deletion_that_has_to_wait_keeps_nobody_promoted(policy: str, has: tuple[str, ...]) -> None:
    """What inactive users have is the administrator's own gift."""
    user = held_manifest(deleted=5.0, deletionPolicy=policy)
    memory = Memory(uid=UID)
    memory.patience.begin_deletion(NOW - 60, NOW - 60)
    inactive = {"securityProfileNames": ["No Access"], "routingProfileId": "rp-2"}
    decision = release(
        a_situation(
            user,
            memory=memory,
            inventory=ours(security_profile_ids=has),
            paused="too many",
            inactive=inactive,
            allowedNamespaces=ALLOWED,
        )
    )
    if has == BOTH:
        assert isinstance(decision, Update)
        assert decision.call.parameters == {"SecurityProfileIds": ["sp-1"]}
        assert decision.demotes
    else:
        assert reason_of(decision) == "DeletionsPaused"


def test_who_waits_for_the_end_of_a_call_is_demoted_meanwhile() -> None:
    inactive = {"securityProfileNames": ["No Access"], "routingProfileId": "rp-2"}
    user = held_manifest(state="Inactive")
    situation = a_situation(
        user,
        inventory=ours(security_profile_ids=BOTH),
        allowedNamespaces=ALLOWED,
        inactive=inactive,
        waitForContacts="10m",
        endSessions=["SecurityProfileRemoval", "Deactivation"],
    )
    decision = converge(situation)
    assert isinstance(decision, Update)
    assert decision.call.parameters == {"SecurityProfileIds": ["sp-1"]}
    assert decision.sign_out == "", "it would cut the call"
