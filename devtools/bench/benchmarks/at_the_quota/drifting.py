"""One user, and one in a hundred, are changed in Connect: how long until each is as its manifest says; and an edit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from bench import fleet
from bench.benchmark import Figure
from bench.rig import Rig, free_port, metric_sum, until
from bench.scale import AT_THE_QUOTA

_LONGEST = 900.0
_RATE, _BURST = 2, 4
_WRITE = "UpdateUserIdentityInfo"
_INTERVAL = 60.0
_SETTLING = 15.0


def run(rig: Rig, tell: Callable[[str], None]) -> Iterator[Figure]:
    """With one process that is at rest before each of them."""
    port = free_port()
    users = rig.simulator.control.users()
    many = max(2, AT_THE_QUOTA // 100)
    with rig.operator(metrics_port=port, profile="drift"):
        compared = lambda: metric_sum(port, "connect_operator_reconciles_total") >= AT_THE_QUOTA  # noqa: E731
        until("every user compared", compared, _LONGEST)
        time.sleep(_SETTLING)
        for count in (1, many):
            tell(f"changing {count} of them in Connect")
            # Others each time: one whose name was just put right is left alone by the consistency window.
            yield from _drift(rig, [each["Id"] for each in users[count : 2 * count]])
        time.sleep(_SETTLING)
        yield from _edit(rig, tell)


def _drift(rig: Rig, ids: list[str]) -> Iterator[Figure]:
    control, count = rig.simulator.control, len(ids)
    position = control.journal_position()
    for user_id in ids:
        control.edit_user(user_id, IdentityInfo={"FirstName": "Somebody"})
    began = time.monotonic()
    until("the drift is seen", lambda: _written(rig, position) > 0, _LONGEST)
    seen = time.monotonic() - began
    until("the drift is repaired", lambda: _written(rig, position) >= count, _LONGEST)
    repaired, calls = time.monotonic() - began, len(control.journal(position))
    # Each is read right before it is written, at the same rate.
    pace = max(0, count - _BURST) / _RATE
    yield Figure(f"drift of {count} of {AT_THE_QUOTA}: the first repaired after", seen, "s", at_most=65)
    yield Figure(f"drift of {count}: the last after, less what the quota takes", repaired - pace, "s", at_most=65)
    yield Figure(f"drift of {count}: the last after", repaired, "s")
    yield Figure(f"drift of {count}: calls meanwhile", calls)
    if count == 1:
        yield Figure("the same by a call per user, computed: seconds for one look", AT_THE_QUOTA / _RATE, "s")


def _written(rig: Rig, position: int) -> int:
    return sum(each.committed for each in rig.simulator.control.journal(position, _WRITE))


def _edit(rig: Rig, tell: Callable[[str], None]) -> Iterator[Figure]:
    tell("an edit at rest")
    control = rig.simulator.control
    position, began = control.journal_position(), time.monotonic()
    change = {"spec": {"identityInfo": {"lastName": "Edited"}}}
    rig.objects.patch("ConnectUser", fleet.NAMESPACE, "agent-0007", change)
    control.wait_until(lambda: _written(rig, position) > 0, _INTERVAL, "the edit in Connect")
    yield Figure("an edit at rest is in Connect after", time.monotonic() - began, "s", at_most=0.15)
