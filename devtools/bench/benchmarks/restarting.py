"""A restart with 200 users as they should be: nothing may be written, and no call per user may be needed."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench import fleet
from bench.benchmark import Benchmark, Figure
from bench.rig import Rig, free_port, metric_sum, running_rig, until
from bench.usage import UsageMeter

_USERS = 200
_RATE, _BURST = 2, 5
"""Connect's default quota, for everything but CreateUser: making the users is not what is measured."""
_FAST = {"rate": 1000, "burst": 1000}
_INTERVAL = "10s"
"""Of the sweeps; the shortest that there is."""
_LONGEST = 90.0
_RECONCILES = "connect_operator_reconciles_total"


def _run(tell: Callable[[str], None]) -> tuple[Figure, ...]:
    with running_rig(rate=_RATE, burst=_BURST) as rig:
        rig.simulator.control.settings(rates={"CreateUser": _FAST})
        tell(f"making {_USERS} users")
        rig.objects.apply(fleet.instance(driftCheckInterval=_INTERVAL, apiRates={"CreateUser": _FAST}))
        rig.objects.apply(fleet.secret())
        for manifest in fleet.users(_USERS):
            rig.objects.apply(manifest)
        with rig.operator():
            until(f"{_USERS} users Ready", lambda: rig.ready() == _USERS, _LONGEST)
            until("the instance's status counts them and tells of the full sweep", lambda: _is_told(rig), _LONGEST)
        tell("starting the operator again")
        return _restart(rig, tell)


def _is_told(rig: Rig) -> bool:
    status = (rig.objects.get("ConnectInstance", None, fleet.INSTANCE) or {}).get("status", {})
    return bool(status.get("users", {}).get("ready") == _USERS and status.get("fullSweepCompletionTime"))


def _restart(rig: Rig, tell: Callable[[str], None]) -> tuple[Figure, ...]:
    control, port = rig.simulator.control, free_port()
    mark, position = rig.cluster.audit_mark(), control.journal_position()
    began = time.monotonic()
    with rig.operator(metrics_port=port) as operator, UsageMeter(operator.pid) as usage:
        until("every user compared", lambda: metric_sum(port, _RECONCILES) >= _USERS, _LONGEST)
        seconds, until_compared = time.monotonic() - began, control.journal(position)
        # What is written late is written, too: look on until the second sweep of the instance is over.
        until("a second sweep", lambda: _sweeps(rig, position) >= 2, _LONGEST)  # noqa: PLR2004 - the second
    written, journal = rig.kubernetes_writes(mark), control.journal(position)
    for event in written:
        tell(f"written: {event.verb} {event.resource} {event.subresource} {event.name}")
    return (
        Figure("writes to Kubernetes, Events included", len(written), exactly=0),
        Figure("writes to Connect", len(rig.connect_writes(position)), exactly=0),
        Figure("throttled answers", sum(each.throttled for each in journal), exactly=0),
        Figure("calls to Connect until every user was compared", len(until_compared), at_most=10),
        Figure("process start to every user compared", seconds, "s"),
        Figure("operator's peak memory", usage.peak_mebibytes, "MiB"),
        Figure("operator's CPU time, its start included", usage.cpu_seconds, "s"),
    )


def _sweeps(rig: Rig, position: int) -> int:
    """How often both lists of users have been read."""
    names = [each.operation for each in rig.simulator.control.journal(position) if each.outcome == "ok"]
    return min(names.count("ListUsers"), names.count("SearchUsers"))


BENCHMARK = Benchmark("restart-200", f"a restart with {_USERS} users that are as they should be, default quota", _run)
