"""People change users in Connect again and again, and each time they are put back; only Connect can make it stop.

A try belongs to one difference. Counted for ever, the third change in a user's life was the last that was put back.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import WINDOW, a_spec
from .harness import World

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.no_cover]  # long

SPEC = a_spec(
    identityInfo={"firstName": "Jane", "lastName": "Doe", "secondaryEmail": "jane@example.com"},
    hierarchyGroupId="hg-1",
    proficiencies=[{"attributeName": "a", "attributeValue": "b", "level": 3}],
    tags={"team": "a"},
)
VALUES = ("One", "Two", "Three")


def _identity(user: ModelUser, member: str, value: str) -> ModelUser:
    return dataclasses.replace(user, identity={**user.identity, member: value})


CHANGES: dict[str, Callable[[ModelUser, str], ModelUser]] = {
    "lastName": lambda user, value: _identity(user, "LastName", value),
    "secondaryEmail": lambda user, value: _identity(user, "SecondaryEmail", f"{value}@example.com"),
    "routingProfile": lambda user, value: dataclasses.replace(user, routing_profile_id=f"rp-{value}"),
    "securityProfiles": lambda user, value: dataclasses.replace(user, security_profile_ids=frozenset({f"sp-{value}"})),
    "hierarchyGroup": lambda user, value: dataclasses.replace(user, hierarchy_group_id=f"hg-{value}"),
    "proficiencies": lambda user, value: dataclasses.replace(
        user, proficiencies={("a", "b"): float(1 + VALUES.index(value))}
    ),
    "tags": lambda user, value: dataclasses.replace(user, tags={**user.tags, "team": value}),
}


def console(world: World, section: str, value: str) -> Callable[[], None]:
    """Somebody changes that section in the console."""

    def act() -> None:
        (user,) = world.connect.users()
        world.connect.put(CHANGES[section](user, value), world.connect.clock.now())

    return act


def nothing() -> None:
    """Time passes."""


def is_right(world: World) -> bool:
    users = world.connect.users()
    return (
        len(users) == 1
        and users[0].identity.get("LastName") == "Doe"
        and users[0].identity.get("SecondaryEmail") == "jane@example.com"
        and users[0].routing_profile_id == "rp-1"
        and users[0].security_profile_ids == {"sp-1"}
        and users[0].hierarchy_group_id == "hg-1"
        and users[0].proficiencies == {("a", "b"): 3.0}
        and users[0].tags.get("team") == "a"
    )


def settle(world: World, timeline: list[tuple[float, Callable[[], None]]], rest: float = 3 * WINDOW) -> set[str]:
    """Play it, and let some time pass in one and the same process; the reasons that were told meanwhile."""
    reasons: set[str] = set()

    def done() -> bool:
        reasons.add(world.reason())
        return True

    world.play([*timeline, (rest, lambda: None)], done)
    return reasons


_acts = st.lists(
    st.tuples(
        st.sampled_from(sorted(CHANGES)),
        st.sampled_from(VALUES),
        st.sampled_from([0.3, 5.0, 45.0, 61.0, 130.0, 700.0, 1400.0]),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(acts=_acts, delay=st.sampled_from([0.0, 2.0, 40.0]), moves_stamps=st.booleans())
def test_any_sequence_of_changes_ends_as_the_manifest_says(
    acts: list[tuple[str, str, float]], delay: float, *, moves_stamps: bool
) -> None:
    world = World(delay=delay)
    world.connect.moves_stamps = moves_stamps
    timeline: list[tuple[float, Callable[[], None]]] = [
        (0.0, lambda: world.cluster.apply("jdoe", SPEC)),
        (300.0, nothing),
    ]
    timeline += [(pause, console(world, section, value)) for section, value, pause in acts]
    reasons = settle(world, timeline)
    assert "NotConverging" not in reasons
    assert is_right(world), world.connect.users()
    assert world.ready()


@pytest.mark.parametrize("section", CHANGES)
@pytest.mark.parametrize(
    ("pause", "values"), [(61.0, VALUES), (61.0, ("One", "One", "One")), (1380.0, ("One", "One", "One"))]
)
def test_the_tenth_change_is_put_back_like_the_first(section: str, pause: float, values: tuple[str, ...]) -> None:
    world = World()
    timeline: list[tuple[float, Callable[[], None]]] = [
        (0.0, lambda: world.cluster.apply("jdoe", SPEC)),
        (60.0, nothing),
    ]
    timeline += [(pause, console(world, section, values[number % 3])) for number in range(10 if pause < WINDOW else 3)]
    assert "NotConverging" not in settle(world, timeline)
    assert is_right(world)


OPERATIONS = {
    "lastName": "UpdateUserIdentityInfo",
    "routingProfile": "UpdateUserRoutingProfile",
    "securityProfiles": "UpdateUserSecurityProfiles",
    "proficiencies": "UpdateUserProficiencies",
    "tags": "TagResource",
}


@pytest.mark.parametrize("section", OPERATIONS)
def test_what_connect_acknowledges_and_never_shows_is_told_and_not_repeated_for_ever(section: str) -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", SPEC))
    world.connect.ignores = frozenset({OPERATIONS[section]})
    before = len(world.connect.writes)
    world.until(lambda: world.reason() == "NotConverging", act=console(world, section, "One"))
    world.let_pass(1800.0)
    assert len(world.connect.writes) - before <= 4


def test_it_goes_on_by_itself_when_connect_is_mended() -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", SPEC))
    world.connect.ignores = frozenset({"UpdateUserRoutingProfile"})
    world.until(lambda: world.reason() == "NotConverging", act=console(world, "routingProfile", "One"))

    def mend() -> None:
        world.connect.ignores = frozenset()

    settle(world, [(1.0, mend)], rest=2 * 3600.0)
    assert is_right(world)
    assert world.ready()


@pytest.mark.parametrize("pause", [0.2, 30.0, 200.0])
def test_what_the_manifest_does_not_mention_survives_every_edit(pause: float) -> None:
    """Set in the console soon after the creation, shown by DescribeUser, and not the operator's to erase."""
    world = World()
    plain = a_spec(identityInfo={"firstName": "Jane", "lastName": "Doe"})
    renamed = a_spec(identityInfo={"firstName": "Jane", "lastName": "Roe"})

    def reach() -> None:
        (user,) = world.connect.users()
        changed = _identity(_identity(user, "Mobile", "+491701234567"), "SecondaryEmail", "private@example.com")
        world.connect.put(changed, world.connect.clock.now())

    timeline: list[tuple[float, Callable[[], None]]] = [
        (0.0, lambda: world.cluster.apply("jdoe", plain)),
        (1.0, reach),
        (pause, lambda: world.cluster.apply("jdoe", renamed)),
    ]
    settle(world, timeline, rest=120.0)
    (user,) = world.connect.users()
    assert user.identity["LastName"] == "Roe"
    assert user.identity["Mobile"] == "+491701234567"
    assert user.identity["SecondaryEmail"] == "private@example.com"


def test_at_rest_nothing_is_written() -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", SPEC))
    world.let_pass(60.0)
    before: Counter[str] = Counter(world.script.log)
    world.let_pass(3 * 3600.0)
    after = Counter(world.script.log)
    writes: Any = {name for name in after if name.startswith("before") and after[name] > before[name]}
    assert writes == set()


@pytest.mark.parametrize("section", CHANGES)
def test_a_change_in_the_very_second_of_a_repair_is_put_back_soon_as_well(section: str) -> None:
    """No stamp tells it from the repair's own; where no list shows it either, the user is read once more."""
    world = World(tick=0.2)
    left = ["Three", "Two", "One"]

    def done() -> bool:
        if not (world.ready() and is_right(world)):
            return False
        if left:
            console(world, section, left.pop())()
            return False
        return True

    world.until(lambda: world.ready() and is_right(world), act=lambda: world.cluster.apply("jdoe", SPEC))
    first = world.elapsed + 2 * WINDOW
    world.play([(2 * WINDOW, console(world, section, "One")), (1.0, nothing)], done)
    assert world.elapsed - first <= 4 * (WINDOW + 3 * 60.0)
