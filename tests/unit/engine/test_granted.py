"""Nobody becomes an administrator by YAML: what a namespace may not give is neither given, kept up, nor taken over."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from .builders import a_spec, an_instance_raw
from .harness import World
from .script import Script
from .test_random_schedules import stranger

pytestmark = pytest.mark.usefixtures("quiet")

AGENTS = [{"name": "team-a", "securityProfileNames": ["Agent"]}]


def a_world(**spec: Any) -> World:  # noqa: ANN401 - any member of a ConnectInstance
    world = World(Script())
    world.cluster.instance = an_instance_raw(**spec)
    return world


def restrict(world: World, entries: list[dict[str, Any]]) -> None:
    world.cluster.instance["spec"]["allowedNamespaces"] = entries
    world.cluster.instance["metadata"]["generation"] += 1
    world.cluster.change_instance()


@pytest.mark.parametrize("asked", [{"securityProfileIds": ["sp-2"]}, {"securityProfileIds": ["sp-1", "sp-2"]}])
def test_nobody_is_made_with_a_profile_that_is_not_granted(asked: dict[str, Any]) -> None:
    world = a_world(allowedNamespaces=AGENTS)
    world.until(lambda: world.reason() == "PermissionDenied", act=lambda: world.cluster.apply("jdoe", a_spec(**asked)))
    world.let_pass(900.0)
    assert world.connect.writes == []


def test_an_edit_gives_nothing_and_leaves_the_rest_to_converge() -> None:
    world = a_world(allowedNamespaces=AGENTS)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    edited = a_spec(securityProfileIds=["sp-2"], routingProfileId="rp-2")
    world.until(lambda: world.reason() == "PermissionDenied", act=lambda: world.cluster.apply("jdoe", edited))
    (user,) = world.connect.users()
    assert (user.security_profile_ids, user.routing_profile_id) == (frozenset({"sp-1"}), "rp-2")


def test_a_rule_that_is_tightened_later_takes_nothing_away_and_gives_nothing_back() -> None:
    world = a_world()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(securityProfileIds=["sp-2"])))
    world.until(lambda: world.reason() == "PermissionDenied", act=lambda: restrict(world, AGENTS))
    (user,) = world.connect.users()
    assert user.security_profile_ids == {"sp-2"}

    def take_away() -> None:
        (user,) = world.connect.users()
        world.connect.put(
            dataclasses.replace(user, security_profile_ids=frozenset({"sp-1"})), world.connect.clock.now()
        )

    world.play([(700.0, take_away), (700.0, lambda: None)], lambda: True)
    (user,) = world.connect.users()
    assert user.security_profile_ids == {"sp-1"}
    assert world.reason() == "PermissionDenied"


EVE = {"firstName": "Jane", "lastName": "Doe", "secondaryEmail": "eve@evil.example"}


def test_who_has_more_by_now_gets_no_address_from_the_namespace() -> None:
    """Who can set an address can have a password reset sent there, and would be an administrator with it."""
    world = a_world()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(securityProfileIds=["sp-2"])))
    world.until(lambda: world.reason() == "PermissionDenied", act=lambda: restrict(world, AGENTS))
    edited = a_spec(securityProfileIds=["sp-2"], identityInfo=EVE, routingProfileId="rp-2")
    world.play([(1.0, lambda: world.cluster.apply("jdoe", edited)), (900.0, lambda: None)], lambda: True)
    (user,) = world.connect.users()
    assert (user.identity.get("SecondaryEmail"), user.routing_profile_id) == (None, "rp-2")
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert "another e-mail address to a user who has security profile 'Admin'" in str(raw["status"]["conditions"])


def test_who_was_promoted_in_connect_is_demoted_before_the_address_is_set() -> None:
    world = a_world(allowedNamespaces=AGENTS)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))

    def promote_and_edit() -> None:
        (user,) = world.connect.users()
        more = dataclasses.replace(user, security_profile_ids=frozenset({"sp-2"}))
        world.connect.put(more, world.connect.clock.now())
        world.cluster.apply("jdoe", a_spec(identityInfo=EVE))

    world.play([(700.0, lambda: None), (1.0, promote_and_edit), (1.0, lambda: None)], world.ready)
    writes = [operation for operation, _ in world.connect.writes]
    assert writes[-2:] == ["UpdateUserSecurityProfiles", "UpdateUserIdentityInfo"]


@pytest.mark.parametrize("ignored", [[], ["securityProfiles"]])
def test_an_edit_loop_does_not_hide_a_promotion_from_the_address_rule(ignored: list[str]) -> None:
    """Within the window of our own write a reading does not overrule it; what was read is judged all the same."""
    world = a_world(allowedNamespaces=AGENTS)
    plain = {"ignoreDrift": ignored} if ignored else {}

    def create() -> None:
        world.cluster.apply("jdoe", a_spec(**plain))

    def promote() -> None:
        (user,) = world.connect.users()
        more = dataclasses.replace(user, security_profile_ids=frozenset({"sp-2"}))
        # In the very second of our last write, so that no stamp tells that it came after.
        world.connect.put(more, world.connect.histories[user.user_id].versions[-1][0])

    def edit(number: int) -> None:
        address = f"eve{number}@evil.example"
        world.cluster.apply("jdoe", a_spec(identityInfo={**EVE, "secondaryEmail": address}, **plain))

    loop: list[tuple[float, Callable[[], None]]] = [(0.8, partial(edit, number)) for number in range(1, 10)]
    world.play(
        [(1.0, create), (5.0, lambda: None), *loop[:5], (0.4, promote), *loop[5:], (5.0, lambda: None)], lambda: True
    )
    (user,) = world.connect.users()
    late = user.identity.get("SecondaryEmail", "") > "eve5@evil.example"
    assert user.security_profile_ids == {"sp-1"} or not late, "an administrator whose mailbox is another's"


def test_an_edit_loop_does_not_keep_a_promotion_up() -> None:
    """What was written of the profiles ages by itself, however often other fields are written."""
    world = a_world(allowedNamespaces=AGENTS)

    def promote() -> None:
        (user,) = world.connect.users()
        more = dataclasses.replace(user, security_profile_ids=frozenset({"sp-2"}))
        # In the very second of our last write, so that no stamp tells that it came after.
        world.connect.put(more, world.connect.histories[user.user_id].versions[-1][0])

    def edit(number: int) -> None:
        world.cluster.apply("jdoe", a_spec(routingProfileId=f"rp-{number % 2 + 1}"))

    def has_agents_profile_again() -> None:
        (user,) = world.connect.users()
        assert user.security_profile_ids == {"sp-1"}

    loop: list[tuple[float, Callable[[], None]]] = [(0.8, partial(edit, number)) for number in range(1, 200)]
    loop[6:6] = [(0.4, promote)]
    loop[100:100] = [(0.0, has_agents_profile_again)]
    world.play([(1.0, lambda: world.cluster.apply("jdoe", a_spec())), (5.0, lambda: None), *loop], lambda: True)


@pytest.mark.parametrize("management", ["Manage", "Observe"])
def test_who_has_more_is_neither_taken_over_nor_shown(management: str) -> None:
    """What inactive users have is the administrator's gift: nobody is told that the namespace may give it."""
    world = a_world(
        allowedNamespaces=AGENTS,
        allowedAdoptionPolicies=["Never", "IfUnowned", "Always"],
        inactive={"securityProfileIds": ["sp-3"], "routingProfileName": "rp-2"},
    )
    admin = dataclasses.replace(stranger("jdoe"), security_profile_ids=frozenset({"sp-2"}))
    world.connect.put(admin, 0.0)
    spec = a_spec(adoptionPolicy="Always", managementPolicy=management)
    world.until(lambda: world.reason() == "PermissionDenied", act=lambda: world.cluster.apply("jdoe", spec))
    assert world.connect.writes == []
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert "plan" not in raw["status"]
    assert "userId" not in raw["status"]
    told, looks = str(raw["status"]), management == "Observe"
    assert "which namespace 'team-a' may not give (allowed: Agent)" in told
    assert ("Admin" in told, admin.user_id in told) == (not looks, not looks)


@pytest.mark.parametrize(
    ("policies", "tags", "told"),
    [
        (["Never", "IfUnowned"], {}, True),
        (["Never"], {}, True),
        (["Never", "IfUnowned"], {"connect-operator.io/owner": "cluster-2/u/team-z/x"}, False),
        (["Never", "IfUnowned", "Always"], {"connect-operator.io/owner": "cluster-2/u/team-z/x"}, True),
    ],
)
def test_anothers_user_who_cannot_be_taken_over_by_any_policy_is_not_described(
    policies: list[str], tags: dict[str, str], *, told: bool
) -> None:
    world = a_world(allowedAdoptionPolicies=policies)
    other = dataclasses.replace(stranger("jdoe"), tags=tags)
    world.connect.put(other, 0.0)
    world.until(lambda: world.reason() == "UsernameTaken", act=lambda: world.cluster.apply("jdoe", a_spec()))
    assert (other.user_id in str(world.cluster.raw("jdoe"))) is told


@pytest.mark.parametrize(
    ("policies", "tags", "expected"),
    [
        (["Never"], {}, "UsernameTaken"),
        (["Never", "IfUnowned"], {}, "Observing"),
        (["Never", "IfUnowned"], {"connect-operator.io/owner": "cluster-2/u/team-z/x"}, "UsernameTaken"),
        (["Never", "Always"], {"connect-operator.io/owner": "cluster-2/u/team-z/x"}, "Observing"),
    ],
)
def test_only_those_are_observed_who_could_be_adopted(policies: list[str], tags: dict[str, str], expected: str) -> None:
    world = a_world(allowedAdoptionPolicies=policies)
    world.connect.put(dataclasses.replace(stranger("jdoe"), tags=tags), 0.0)
    spec = a_spec(managementPolicy="Observe")
    world.until(lambda: world.reason() == expected, act=lambda: world.cluster.apply("jdoe", spec))
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert ("plan" in raw["status"]) is (expected == "Observing")
