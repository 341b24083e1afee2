"""100 queued contacts beside 1 000 that have ended: how close to the quota it comes, and what the old ones cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench import fleet
from bench.benchmark import Benchmark, BenchmarkError, Figure
from bench.rig import Rig, running_rig, until
from bench.usage import UsageMeter

_CONTACTS, _OLD = 100, 1000
_RATE, _BURST = 20, 5
_FLOOR = (_CONTACTS - _BURST) / _RATE
_LONGEST = 90.0
_KIND, _CALL = "ConnectContactAssignment", "AssociateContactWithUser"
_ENDED = {
    "phase": "Assigned",
    "completionTime": "2026-01-01T00:00:00Z",
    "conditions": [
        {
            "type": "Complete",
            "status": "True",
            "reason": "Assigned",
            "message": "handed over",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        }
    ],
}


def _run(tell: Callable[[str], None]) -> tuple[Figure, ...]:
    with running_rig(rate=_RATE, burst=_BURST) as rig:
        control = rig.simulator.control
        rig.objects.apply(fleet.instance(apiRates={"default": {"rate": _RATE, "burst": _BURST}}))
        [agent] = control.add_users([{"Username": "agent"}])
        tell(f"applying {_OLD} assignments that have ended, and {_CONTACTS} new ones")
        for manifest in fleet.assignments("old", ["c0ffee"] * _OLD, agent["Id"]):
            rig.objects.apply(manifest)
            name = manifest["metadata"]["name"]
            rig.objects.patch(_KIND, fleet.NAMESPACE, name, {"status": _ENDED}, subresource="status")
        contacts = [str(control.add_record("contacts", channel="TASK")["id"]) for _ in range(_CONTACTS)]
        for manifest in fleet.assignments("new", contacts, agent["Id"]):
            rig.objects.apply(manifest)
        mark = rig.cluster.audit_mark()
        tell("starting the operator, waiting until all are Assigned")
        with rig.operator() as operator, UsageMeter(operator.pid) as usage:
            until(f"{_CONTACTS} contacts handed over", lambda: _handed_over(rig) == _CONTACTS, _LONGEST)
            until("all Assigned", lambda: all(_phases(rig)), _LONGEST)
        return (*_figures(rig, mark), Figure("operator's peak memory", usage.peak_mebibytes, "MiB"))


def _handed_over(rig: Rig) -> int:
    return sum(each.committed for each in rig.simulator.control.journal(operation=_CALL))


def _phases(rig: Rig) -> Iterator[bool]:
    for found in rig.objects.every(_KIND, fleet.NAMESPACE):
        yield (found.get("status") or {}).get("phase") == "Assigned"


def _figures(rig: Rig, mark: int) -> tuple[Figure, ...]:
    journal = rig.simulator.control.journal()
    handed = [each for each in journal if each.operation == _CALL]
    if len({each.params["ContactId"] for each in handed}) != _CONTACTS:
        raise BenchmarkError(f"the journal does not show {_CONTACTS} contacts")
    makespan = handed[-1].time - handed[0].time
    about_old = [each for each in rig.kubernetes_writes(mark) if each.name.startswith("old-")]
    return (
        Figure("first to last call, as a ratio to the floor", makespan / _FLOOR, at_most=1.05),
        Figure("first to last call", makespan, "s"),
        Figure(f"floor: ({_CONTACTS} - {_BURST}) / {_RATE} a second", _FLOOR, "s"),
        Figure(f"{_CALL} calls", len(handed), exactly=_CONTACTS),
        Figure("throttled answers", sum(each.throttled for each in journal), exactly=0),
        Figure(f"writes about the {_OLD} that had ended", len(about_old), exactly=0),
    )


BENCHMARK = Benchmark(
    "hand-over-100",
    f"{_CONTACTS} contacts at {_RATE} calls a second, burst {_BURST}, beside {_OLD} that have ended",
    _run,
)
