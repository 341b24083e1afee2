"""A restart with users that are as they should be, and rest after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from bench.benchmark import Figure
from bench.floor import go_noop, kopf_on_event
from bench.rig import Rig, free_port, metric_sum, until
from bench.scale import AT_THE_QUOTA
from bench.usage import UsageMeter
from local_cluster.tool_run import ToolError

_LONGEST = 600.0
_REST = 90.0
_SETTLING = 30.0
_SWEEP = ("ListUsers", "SearchUsers")
_DETAILS_A_MINUTE = 30.0
"""A quarter of two calls a second."""
_PART = AT_THE_QUOTA / 10_000


def run(rig: Rig, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Start the operator, wait until every user was compared, and look on while nothing happens."""
    control, port = rig.simulator.control, free_port()
    mark, position, began = rig.cluster.audit_mark(), control.journal_position(), time.monotonic()
    tell("starting the operator again")
    with rig.operator(metrics_port=port, profile="restart") as operator, UsageMeter(operator.pid) as usage:
        compared = lambda: metric_sum(port, "connect_operator_reconciles_total") >= AT_THE_QUOTA  # noqa: E731
        until("every user compared", compared, _LONGEST)
        seconds, cpu, peak = time.monotonic() - began, usage.cpu_seconds, usage.peak_mebibytes
        calls, written = control.journal(position), rig.kubernetes_writes(mark)
        lists = [each.time for each in calls if each.operation in _SWEEP]
        time.sleep(_SETTLING)
        tell("at rest")
        position, before, mark = control.journal_position(), usage.cpu_seconds, rig.cluster.audit_mark()
        time.sleep(_REST)
        share = (usage.cpu_seconds - before) / _REST
        rest = [each.operation for each in control.journal(position)]
        rested = rig.kubernetes_writes(mark)
        memory = usage.mebibytes
    yield Figure("restart: CPU until every user is compared, its start included", cpu, "s", at_most=8 * _PART)
    yield Figure("restart: seconds beyond the sweep's own", seconds - (lists[-1] - lists[0]), "s", at_most=2)
    yield Figure("restart: seconds", seconds, "s")
    yield Figure("restart: calls to Connect", len(calls), at_most=34)
    yield Figure("restart: writes to Kubernetes", len(written), exactly=0)
    yield Figure("restart: peak memory", peak, "MiB")
    yield Figure("at rest: memory", memory, "MiB", at_most=150)
    yield Figure("at rest: share of a core", 100 * share, "%", at_most=2)
    a_minute = 60 / _REST
    details = sum(not each.startswith(("List", "Search")) for each in rest) * a_minute
    yield Figure("at rest: calls a minute for lists", len(rest) * a_minute - details, at_most=1.5 * (30 * _PART + 3))
    yield Figure("at rest: calls a minute for details", details, at_most=_DETAILS_A_MINUTE)
    yield Figure("at rest: writes to Kubernetes", len(rested))


def floors(rig: Rig, tell: Callable[[str], None]) -> Iterator[Figure]:
    """The same objects, and programs that do nothing with them."""
    for name, measure in (("kopf", kopf_on_event), ("controller-runtime in Go", go_noop)):
        tell(f"the floor: {name} with a handler that does nothing")
        try:
            cost = measure(rig, AT_THE_QUOTA, _LONGEST)
        except ToolError as error:
            # Minutes of measuring are not thrown away for want of a compiler.
            tell(f"left out: {error}")
            continue
        yield Figure(f"{name} that does nothing: CPU", cost.cpu_seconds, "s")
        yield Figure(f"{name} that does nothing: peak memory", cost.peak_mebibytes, "MiB")
