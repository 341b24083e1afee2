"""Random schedules with more hands in them: console, status, references, clocks; two instances, or two for one.

CONNECT_OPERATOR_EXAMPLES sets how many are tried; the suite tries a few.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.kinds.objects import ObjectKey

from .builders import WINDOW, a_spec
from .fake_connect import FakeConnect
from .harness import World
from .script import CRASH, FAIL, LOSE, THROTTLE, Script
from .two_instances import two

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.no_cover]  # long

EXAMPLES = int(os.environ.get("CONNECT_OPERATOR_EXAMPLES", "25"))
NAMES = ("jdoe", "jroe")

_troubles = st.dictionaries(st.integers(0, 160), st.sampled_from([CRASH, LOSE, FAIL, THROTTLE]), max_size=8)
_edits = st.sampled_from([{}, {"routingProfileId": "rp-2"}, {"hierarchyGroupId": "hg-1"}, {"tags": {"team": "a"}}])
_hands = st.sampled_from(
    ["apply", "apply", "move", "delete", "retain", "restart", "strip", "console delete", "console edit", "untag"]
)
_pauses = st.sampled_from([0.0, 0.05, 0.1, 0.2, 0.4, 1.0, 5.0, 30.0, 90.0, 650.0])
_actions = st.lists(st.tuples(_hands, st.sampled_from(NAMES), _edits, _pauses), min_size=2, max_size=9)


@dataclasses.dataclass
class Play:
    """A world, who is wanted there by now, and whose user may be left without its tag."""

    world: World
    first: FakeConnect
    other: FakeConnect
    wanted: set[str] = dataclasses.field(default_factory=set)
    retained: set[str] = dataclasses.field(default_factory=set)

    def users(self, name: str) -> list[tuple[FakeConnect, Any]]:
        both = (self.first,) if self.first is self.other else (self.first, self.other)
        return [(connect, user) for connect in both for user in connect.named(name)]

    def act(self, hand: str, name: str, edit: dict[str, object]) -> Callable[[], None]:
        return lambda: getattr(self, "_" + hand.replace(" ", "_"))(name, edit)

    def _apply(self, name: str, edit: dict[str, object]) -> None:
        if not self._is_going(name):
            self.wanted.add(name)
            self.world.cluster.apply(name, a_spec(adoptionPolicy="IfUnowned", **edit))

    def _move(self, name: str, edit: dict[str, object]) -> None:
        """The reference is replaced by another, as the schema cannot forbid; later it is put back."""
        raw = self.world.cluster.raw(name)
        if raw is not None and not self._is_going(name) and "instanceArn" not in raw["status"]:
            spec = a_spec(adoptionPolicy="IfUnowned", instanceRef={"name": "second"}, **edit)
            self.world.cluster.apply(name, spec)

    def _delete(self, name: str, _edit: dict[str, object]) -> None:
        self.wanted.discard(name)
        self.world.cluster.delete(name)

    def _retain(self, name: str, edit: dict[str, object]) -> None:
        if self.world.cluster.raw(name) is not None and not self._is_going(name):
            spec = {**self.world.cluster.objects[ObjectKey("team-a", name)]["spec"], "deletionPolicy": "Retain", **edit}
            self.world.cluster.apply(name, spec)
            self.retained.add(name)
            self._delete(name, edit)

    def _restart(self, _name: str, _edit: dict[str, object]) -> None:
        self.world.restart()

    def _strip(self, name: str, _edit: dict[str, object]) -> None:
        raw = self.world.cluster.raw(name)
        if raw is not None:
            raw["status"] = {}
            self.world.cluster.touch(name)

    def _console_delete(self, name: str, _edit: dict[str, object]) -> None:
        for connect, user in self.users(name):
            connect.remove(user.user_id)

    def _console_edit(self, name: str, _edit: dict[str, object]) -> None:
        for connect, user in self.users(name):
            connect.put(dataclasses.replace(user, routing_profile_id="rp-9"), connect.clock.now())

    def _untag(self, name: str, _edit: dict[str, object]) -> None:
        if name not in self.wanted:
            return  # who is to be deleted without a tag stays, as promised
        for connect, user in self.users(name):
            tags = {key: value for key, value in user.tags.items() if key != OWNER_TAG}
            connect.put(dataclasses.replace(user, tags=tags), connect.clock.now())

    def _is_going(self, name: str) -> bool:
        raw = self.world.cluster.raw(name)
        return raw is not None and "deletionTimestamp" in raw["metadata"]

    def settled(self) -> bool:
        for name in NAMES:
            raw = self.world.cluster.raw(name)
            if name not in self.wanted:
                if raw is not None:
                    return False
            elif not self.world.ready(name) and self.world.reason(name) != "ImmutableField":
                return False
        return True

    def check(self) -> None:
        uids = {raw["metadata"]["uid"] for raw in self.world.cluster.objects.values()}
        for name in NAMES:
            users = self.users(name)
            tagged = [user for _, user in users if OWNER_TAG in user.tags]
            assert all(user.tags[OWNER_TAG].split("/")[1] in uids for user in tagged), "a dead object's tag is left"
            if name in self.wanted:
                assert len(tagged) == 1, f"{len(tagged)} users for one object"
            elif name not in self.retained:
                assert [user for _, user in users if OWNER_TAG in user.tags] == [], "a user was left behind"


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
)
@given(
    troubles=_troubles,
    actions=_actions,
    delay=st.sampled_from([0.0, 2.0, 40.0, 300.0]),
    same=st.booleans(),
)
def test_random_hands(
    troubles: dict[int, str], actions: list[tuple[str, str, dict[str, object], float]], delay: float, *, same: bool
) -> None:
    world, first, other = two(Script(troubles), delay, same=same, allowedAdoptionPolicies=["Never", "IfUnowned"])
    play = Play(world, first, other)
    timeline = [(pause, play.act(hand, name, edit)) for hand, name, edit, pause in actions]
    world.play(timeline, play.settled)
    world.let_pass(3 * WINDOW)
    world.until(play.settled)
    play.check()
