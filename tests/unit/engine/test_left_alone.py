"""What the manifest does not mention is left as people set it in Connect, however close to an edit they set it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connect_operator.domain.connect.user import Described

from .builders import NOW, WINDOW, a_described_user, a_situation, a_spec, an_inventory
from .fake_connect import FakeConnect
from .harness import World
from .script import CRASH, FAIL, LOSE, THROTTLE, Script

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.no_cover]  # long


def named(last: str) -> dict[str, Any]:
    return a_spec(identityInfo={"firstName": "Jane", "lastName": last})


@pytest.mark.parametrize("pause", [0.5, 3.0, 10.0, 25.0, 45.0])
def test_between_two_edits(pause: float) -> None:
    """The first edit has just read the user; what was set since is not in that reading."""
    world = World()

    def reach() -> None:
        (user,) = world.connect.users()
        identity = {**user.identity, "Mobile": "+491701234567", "SecondaryEmail": "private@example.com"}
        world.connect.put(dataclasses.replace(user, identity=identity), world.connect.clock.now())

    timeline: list[tuple[float, Callable[[], None]]] = [
        (0.0, lambda: world.cluster.apply("jdoe", named("Doe"))),
        (60.0, lambda: world.cluster.apply("jdoe", named("Roe"))),
        (2.0, reach),
        (pause, lambda: world.cluster.apply("jdoe", named("Poe"))),
        (120.0, lambda: None),
    ]
    world.play(timeline, world.ready)
    (user,) = world.connect.users()
    assert user.identity["LastName"] == "Poe"
    assert user.identity.get("Mobile") == "+491701234567"
    assert user.identity.get("SecondaryEmail") == "private@example.com"


@dataclasses.dataclass(slots=True)
class Reading(FakeConnect):
    """Notes how old the reading is on which each write of a whole block is based."""

    read: dict[str, float] = dataclasses.field(default_factory=dict)
    ages: list[float] = dataclasses.field(default_factory=list)

    async def describe_user(self, user_id: str) -> Described:
        self.read[user_id] = self.clock.monotonic()
        return await FakeConnect.describe_user(self, user_id)

    async def write(self, operation: str, parameters: Mapping[str, Any]) -> float:
        if operation in ("UpdateUserIdentityInfo", "UpdateUserPhoneConfig", "UpdateUserConfig"):
            self.ages.append(self.clock.monotonic() - self.read.get(parameters["UserId"], float("-inf")))
        return await FakeConnect.write(self, operation, parameters)


_hands = st.tuples(
    st.sampled_from(["edit", "phone", "drift", "restart"]),
    st.sampled_from(["One", "Two", "Three"]),
    st.sampled_from([0.1, 0.5, 3.0, 12.0, 25.0, 61.0, 700.0]),
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(
    hands=st.lists(_hands, min_size=2, max_size=10),
    troubles=st.dictionaries(st.integers(0, 120), st.sampled_from([LOSE, FAIL, THROTTLE, CRASH]), max_size=6),
    moves_stamps=st.booleans(),
)
def test_a_whole_block_is_written_on_a_reading_of_that_moment(
    hands: list[tuple[str, str, float]], troubles: dict[int, str], *, moves_stamps: bool
) -> None:
    world = World(Script(troubles))
    world.connect = connect = Reading(world.script, moves_stamps=moves_stamps)
    wanted: dict[str, Any] = named("Doe")

    def act(hand: str, value: str) -> None:
        if hand == "edit":
            wanted["identityInfo"] = {"firstName": "Jane", "lastName": value}
        elif hand == "phone":
            wanted["phoneConfig"] = {"phoneType": "SOFT_PHONE", "afterContactWorkTimeLimit": len(value)}
        elif hand == "restart":
            world.restart()
        for user in connect.users() if hand == "drift" else ():
            changed = dataclasses.replace(user, identity={**user.identity, "LastName": f"Console {value}"})
            connect.put(changed, connect.clock.now())
        world.cluster.apply("jdoe", dict(wanted))

    timeline = [(pause, partial(act, hand, value)) for hand, value, pause in hands]
    world.play([(0.0, lambda: world.cluster.apply("jdoe", dict(wanted))), *timeline], world.ready)
    world.let_pass(2 * WINDOW)
    assert all(age < 5.0 for age in connect.ages), connect.ages


@pytest.mark.parametrize("order", [("jdoe", "copy"), ("copy", "jdoe")])
def test_a_user_to_whom_the_owner_tag_was_copied_is_not_taken_for_the_objects(order: tuple[str, str]) -> None:
    """Connect's users keep their names, so of two with the tag the object's is the one of its username."""
    inventory = an_inventory()
    for name in order:
        described = Described(user=a_described_user(f"u-{name}", username=name), last_modified=NOW)
        inventory.take_described(described, NOW)
    record = a_situation(inventory=inventory).record
    assert record is not None
    assert record.user.user_id == "u-jdoe"
