"""Many users wait for CreateUser; an edit and a deletion of others in the middle: how long beyond the free token."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from bench import fleet
from bench.benchmark import Benchmark, Figure
from bench.rig import Rig, running_rig, until
from bench.scale import AT_THE_QUOTA

_WAITING, _MADE = AT_THE_QUOTA // 2, 20
_RATE, _BURST = 2, 5
_LONGEST = 900.0


def _run(tell: Callable[[str], None]) -> tuple[Figure, ...]:
    with running_rig(rate=_RATE, burst=_BURST) as rig:
        rig.objects.apply(fleet.instance())
        rig.objects.apply(fleet.secret())
        manifests = list(fleet.users(_MADE + _WAITING))
        rig.apply(manifests[:_MADE])
        with rig.operator(profile="backlog"):
            tell(f"making {_MADE} users")
            until(f"{_MADE} users Ready", lambda: rig.ready() == _MADE, _LONGEST)
            tell(f"applying {_WAITING} more, which wait")
            rig.apply(manifests[_MADE:])
            position = rig.simulator.control.journal_position()
            until("the backlog is under way", lambda: _calls(rig, "CreateUser", position) > _BURST, _LONGEST)
            return tuple(_in_the_middle(rig, tell))


def _in_the_middle(rig: Rig, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Nobody else waits for these operations, so the next free token is there at once."""
    change = {"spec": {"identityInfo": {"lastName": "Edited"}}}
    acts: tuple[tuple[str, str, Callable[[], object]], ...] = (
        (
            "an edit",
            "UpdateUserIdentityInfo",
            lambda: rig.objects.patch("ConnectUser", fleet.NAMESPACE, "agent-0000", change),
        ),
        ("a deletion", "DeleteUser", lambda: rig.objects.delete("ConnectUser", fleet.NAMESPACE, "agent-0001")),
    )
    for name, operation, act in acts:
        tell(f"{name} in the middle")
        position, began = rig.simulator.control.journal_position(), time.monotonic()
        act()
        done = lambda: _calls(rig, operation, position) > 0  # noqa: B023, E731 - asked within this round
        rig.simulator.control.wait_until(done, _LONGEST, f"{name} in Connect")
        yield Figure(f"{name} is in Connect after", time.monotonic() - began, "s", at_most=1)
    left = _WAITING - _calls(rig, "CreateUser", 0) + _MADE
    yield Figure("users that still waited then", left)


def _calls(rig: Rig, operation: str, position: int) -> int:
    return sum(each.committed for each in rig.simulator.control.journal(position, operation))


BENCHMARK = Benchmark(
    f"backlog-{_WAITING}", f"an edit and a deletion while {_WAITING} users wait for the default quota", _run
)
