"""Random schedules of edits, console, restarts and lost statuses: no edit is lost, and no write is made without leave.

A write has leave where the manifest's value has not been applied since its last edit; else only where the section is
not left to Connect, and within a window. CONNECT_OPERATOR_EXAMPLES sets how many schedules are tried.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import a_spec, an_instance_raw
from .fake_connect import FakeConnect
from .harness import World
from .script import THROTTLE, Script

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.no_cover]  # long

EXAMPLES = int(os.environ.get("CONNECT_OPERATOR_EXAMPLES", "25"))
HOURS = ((8, 10, 8, 14), (8, 40, 8, 41), (9, 30, 11, 0))
WINDOWS = {
    "timeZone": "UTC",
    "windows": [{"start": f"{a:02}:{b:02}", "end": f"{c:02}:{d:02}"} for a, b, c, d in HOURS],
}
SECTIONS = ("routingProfile", "securityProfiles", "hierarchyGroup")
VALUES = {
    "routingProfile": ("rp-1", "rp-2"),
    "securityProfiles": (frozenset({"sp-1"}), frozenset({"sp-2"})),
    "hierarchyGroup": ("hg-1", ""),
}
FIELDS = {
    "routingProfile": ("routing_profile_id", "routingProfileId", "UpdateUserRoutingProfile"),
    "securityProfiles": ("security_profile_ids", "securityProfileIds", "UpdateUserSecurityProfiles"),
    "hierarchyGroup": ("hierarchy_group_id", "hierarchyGroupId", "UpdateUserHierarchy"),
}
OF = {operation: section for section, (_, _, operation) in FIELDS.items()}


@dataclasses.dataclass
class Watched(FakeConnect):
    """Judges each write right before it."""

    judge: Callable[[str], None] = lambda _operation: None

    async def write(self, operation: str, parameters: Mapping[str, Any]) -> float:
        if operation in OF:
            self.judge(OF[operation])
        return await super().write(operation, parameters)


@dataclasses.dataclass
class Play:
    """A world, what its manifest asks for, and since when; `applied`: that Connect has held it since."""

    world: World
    ignored: tuple[str, ...]
    windows: bool
    wanted: dict[str, Any] = dataclasses.field(default_factory=lambda: {each: VALUES[each][0] for each in SECTIONS})
    applied: dict[str, bool] = dataclasses.field(default_factory=lambda: dict.fromkeys(SECTIONS, False))
    moves: int = 0
    faults: list[str] = dataclasses.field(default_factory=list)

    @property
    def user(self) -> ModelUser | None:
        found = self.world.connect.users()
        return found[0] if found else None

    def judge(self, section: str) -> None:
        self.look()
        holds = self.user is not None and getattr(self.user, FIELDS[section][0]) == self.wanted[section]
        if not self.applied[section] or holds:
            return
        if section in self.ignored:
            self.faults.append(f"{section} was put back though it is left to Connect")
        if self.windows and not _is_open(self.world.connect.clock.now()):
            self.faults.append(f"{section} was put back outside of the windows")

    def look(self) -> None:
        """See what Connect holds as the manifest asks."""
        for section in SECTIONS:
            if self.user is not None and getattr(self.user, FIELDS[section][0]) == self.wanted[section]:
                self.applied[section] = True

    def spec(self) -> dict[str, Any]:
        members = {
            FIELDS[section][1]: sorted(value) if isinstance(value, frozenset) else value
            for section, value in self.wanted.items()
        }
        return a_spec(**members, ignoreDrift=list(self.ignored))

    def act(self, hand: str, section: str) -> Callable[[], None]:
        return lambda: getattr(self, f"_{hand}")(section)

    def _edit(self, section: str) -> None:
        self.look()
        before, other = VALUES[section]
        self.wanted[section] = other if self.wanted[section] == before else before
        self.applied[section] = False
        self.world.cluster.apply("jdoe", self.spec())

    def _move(self, section: str) -> None:
        """Somebody sets what nobody has set before."""
        self.look()
        self.moves += 1
        value: Any = f"new-{self.moves}"
        value = frozenset({value}) if section == "securityProfiles" else value
        if self.user is not None:
            changed = dataclasses.replace(self.user, **{FIELDS[section][0]: value})
            self.world.connect.put(changed, self.world.connect.clock.now())

    def _restart(self, _section: str) -> None:
        self.look()
        self.world.restart()

    def _strip(self, _section: str) -> None:
        """Somebody empties the status, and no process is left that knows better: all counts as not applied."""
        raw = self.world.cluster.raw("jdoe")
        if raw is not None:
            raw["status"] = {}
            self.world.cluster.touch("jdoe")
        self.applied = dict.fromkeys(SECTIONS, False)
        self.world.restart()


def _is_open(now: float) -> bool:
    at = datetime.fromtimestamp(now, UTC)
    minute = at.hour * 60 + at.minute
    return any(a * 60 + b <= minute < c * 60 + d for a, b, c, d in HOURS)


_hands = st.sampled_from(["edit", "edit", "move", "move", "move", "restart", "strip"])
_pauses = st.sampled_from([6.0, 15.0, 61.0, 130.0, 400.0, 700.0])
_actions = st.lists(st.tuples(_hands, st.sampled_from(SECTIONS), _pauses), min_size=1, max_size=14)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    actions=_actions,
    ignored=st.sets(st.sampled_from(SECTIONS)),
    windows=st.booleans(),
    delay=st.sampled_from([0.0, 2.0]),
    throttled=st.sets(st.integers(0, 200), max_size=6),
)
def test_no_edit_is_lost_and_nothing_is_written_without_leave(
    actions: list[tuple[str, str, float]], ignored: set[str], delay: float, throttled: set[int], *, windows: bool
) -> None:
    world = World(script=Script(dict.fromkeys(throttled, THROTTLE)), delay=delay)
    play = Play(world, tuple(sorted(ignored)), windows)
    world.connect = Watched(world.script, delay, judge=play.judge)
    world.cluster.instance = an_instance_raw(**({"driftRepair": WINDOWS} if windows else {}))
    timeline: list[tuple[float, Callable[[], None]]] = [(0.0, lambda: world.cluster.apply("jdoe", play.spec()))]
    timeline += [(pause + 30.0 * (not number), play.act(*act)) for number, (*act, pause) in enumerate(actions)]

    def settled() -> bool:
        play.look()
        return True

    world.play([*timeline, (300.0, lambda: None)], settled)
    assert play.faults == []
    assert all(play.applied.values()), f"an edit was lost: {play.applied}"
    world.play([(10_800.0 - world.elapsed, lambda: None)] if world.elapsed < 10_800.0 else [], settled)
    assert play.faults == []
    assert world.ready()
    for section in SECTIONS:
        if section not in ignored:
            assert getattr(play.user, FIELDS[section][0]) == play.wanted[section], "drift was not put back"
