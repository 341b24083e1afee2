"""1000 missing users and no quota: what the operator itself costs per user, beside kopf's own two patches an object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from bench import fleet
from bench.benchmark import Benchmark, Figure
from bench.floor import kopf_two_patches
from bench.rig import Rig, running_rig, until
from bench.scale import FAST
from bench.usage import UsageMeter

_USERS = 1000
_LONGEST = 600.0


def _run(tell: Callable[[str], None]) -> tuple[Figure, ...]:
    with running_rig(rate=FAST["rate"], burst=FAST["burst"]) as rig:
        rig.objects.apply(fleet.instance(apiRates={"default": FAST}))
        rig.objects.apply(fleet.secret())
        tell(f"applying {_USERS} manifests")
        rig.apply(fleet.users(_USERS))
        mark = rig.cluster.audit_mark()
        tell("starting the operator, waiting until all are in Connect")
        with rig.operator(profile="create-unlimited") as operator, UsageMeter(operator.pid) as usage:
            until("the first user in Connect", lambda: _made(rig) > 0, _LONGEST)
            before, began = usage.cpu_seconds, _made(rig)
            until(f"{_USERS} users in Connect", lambda: _made(rig) == _USERS, _LONGEST)
            until(f"{_USERS} users Ready", lambda: rig.ready() == _USERS, _LONGEST)
        spent = (usage.cpu_seconds - before) / (_USERS - began)
        journal = [each for each in rig.simulator.control.journal() if each.operation == "CreateUser"]
        asked = Counter((each.verb, each.resource) for each in rig.kubernetes_requests(mark))
        tell("the floor: kopf with handlers that do nothing")
        floor = kopf_two_patches(rig, _USERS, _LONGEST).cpu_seconds / _USERS
    return (
        Figure("CPU per user", 1000 * spent, "ms", at_most=10),
        Figure("CPU per user of kopf and its two patches, its start included", 1000 * floor, "ms"),
        Figure("CPU per user, as a ratio to that", spent / floor),
        Figure("users a second", (_USERS - 1) / (journal[-1].time - journal[0].time)),
        Figure("requests to write objects, per user", asked["patch", "connectusers"] / _USERS, exactly=3),
        Figure("requests to read Secrets, per user", asked["get", "secrets"] / _USERS, exactly=1),
        Figure("operator's peak memory", usage.peak_mebibytes, "MiB"),
    )


def _made(rig: Rig) -> int:
    return sum(each.committed for each in rig.simulator.control.journal(operation="CreateUser"))


BENCHMARK = Benchmark("create-unlimited", f"{_USERS} missing users without a quota: what one costs the operator", _run)
