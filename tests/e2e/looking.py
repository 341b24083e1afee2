"""Have Connect instances observed sooner than after the interval of their sweeps, and wait for it."""

from __future__ import annotations

import time
from itertools import count

from .stage import Stage

_POLL_SECONDS = 0.5
_LONGEST_LOOK = 15.0
_RATES = count(1)


def look_again(*stages: Stage, times: int = 2) -> None:
    """Have the instances of all these stages observed so often.

    What the last reading but one showed has been acted on: the last began after that.
    """
    for _ in range(times):
        waiting = [(stage, stage.mark()) for stage in stages]
        deadline = time.monotonic() + _LONGEST_LOOK
        while waiting := [(stage, mark) for stage, mark in waiting if not _observed_since(stage, mark)]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not observed again: {[stage.instance for stage, _ in waiting]}")
            time.sleep(_POLL_SECONDS)


def _observed_since(stage: Stage, mark: int) -> bool:
    """Whether the Connect instance was read since; if not, asks for that.

    An administrator's edit of the ConnectInstance does so, though not more often than every few seconds: here of the
    rate of an operation that is not used.
    """
    answered = {each.operation for each in stage.calls(since=mark) if each.outcome != "pending"}
    if {"ListUsers", "SearchUsers"} <= answered:
        return True
    spec = {"apiRates": {"DescribeContact": {"rate": next(_RATES), "burst": 5}}}
    stage.objects.patch("ConnectInstance", None, stage.instance, {"spec": spec})
    return False
