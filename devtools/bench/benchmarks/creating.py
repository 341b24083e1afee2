"""1000 missing users: how close the operator comes to the fastest that the API quota admits."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import fleet
from bench.benchmark import Benchmark, BenchmarkError, Figure
from bench.rig import Rig, running_rig, until
from bench.usage import UsageMeter

_USERS = 1000
_RATE, _BURST = 50, 5
_FLOOR = (_USERS - _BURST) / _RATE
"""Seconds from the first call to the last when none is early and none is late: a full bucket, then one a tick."""
_LONGEST = 300.0


def _run(tell: Callable[[str], None]) -> tuple[Figure, ...]:
    with running_rig(rate=_RATE, burst=_BURST) as rig:
        # Before the operator starts: who applies manifests, and how fast, is not what is measured.
        tell(f"applying {_USERS} manifests")
        rig.objects.apply(fleet.instance(apiRates={"default": {"rate": _RATE, "burst": _BURST}}))
        rig.objects.apply(fleet.secret())
        rig.apply(fleet.users(_USERS))
        tell("starting the operator, waiting until all are Ready")
        began = time.monotonic()
        with rig.operator(profile="create-1000") as operator, UsageMeter(operator.pid) as usage:
            # The journal costs little to look at; a list of all objects, often, would take the CPU from the operator.
            until(f"{_USERS} users in Connect", lambda: _created(rig) == _USERS, _LONGEST)
            until(f"{_USERS} users Ready", lambda: rig.ready() == _USERS, _LONGEST)
            seconds = time.monotonic() - began
        return (*_journal_figures(rig), *_costs(seconds, usage))


def _created(rig: Rig) -> int:
    """How many calls of CreateUser have been carried out."""
    return sum(each.committed for each in rig.simulator.control.journal(operation="CreateUser"))


def _journal_figures(rig: Rig) -> tuple[Figure, ...]:
    journal = rig.simulator.control.journal()
    created = [each for each in journal if each.operation == "CreateUser"]
    throttled = [each for each in journal if each.throttled]
    if len({each.params["Username"] for each in created}) != _USERS:
        raise BenchmarkError("the journal does not show a CreateUser for each user")
    makespan = created[-1].time - created[0].time
    return (
        Figure("first to last CreateUser, as a ratio to the floor", makespan / _FLOOR, at_most=1.01),
        Figure("first to last CreateUser", makespan, "s"),
        Figure(f"floor: ({_USERS} - {_BURST}) / {_RATE} a second", _FLOOR, "s"),
        Figure("CreateUser calls", len(created), exactly=_USERS),
        Figure("throttled answers", len(throttled), exactly=0),
    )


def _costs(seconds: float, usage: UsageMeter) -> tuple[Figure, ...]:
    return (
        Figure("process start to all Ready", seconds, "s"),
        Figure("operator's peak memory", usage.peak_mebibytes, "MiB"),
        Figure("operator's CPU time, its start included", usage.cpu_seconds, "s"),
    )


BENCHMARK = Benchmark(
    "create-1000", f"{_USERS} missing users at {_RATE} calls a second of each operation, burst {_BURST}", _run
)
