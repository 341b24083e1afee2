"""10 000 users of one instance at Connect's default quota: made, restarted, at rest, drifting, edited, asked about.

Making them is what takes long, so one set of them serves all parts, each a module here.
"""

from __future__ import annotations

from collections.abc import Callable

from bench import fleet
from bench.benchmark import Benchmark, Figure
from bench.benchmarks.at_the_quota import asking, drifting, growing, restarting
from bench.rig import running_rig
from bench.scale import AT_THE_QUOTA, FAST

_RATE, _BURST = 2, 5
"""Connect's default quota, for everything but CreateUser."""


def _run(tell: Callable[[str], None]) -> tuple[Figure, ...]:
    figures: list[Figure] = []
    with running_rig(rate=_RATE, burst=_BURST) as rig:
        rig.simulator.control.settings(rates={"CreateUser": FAST})
        rig.objects.apply(fleet.instance(apiRates={"CreateUser": FAST}))
        rig.objects.apply(fleet.secret())
        figures += growing.run(rig, tell)
        figures += restarting.run(rig, tell)
        figures += drifting.run(rig, tell)
        figures += asking.run(rig, tell)
        figures += restarting.floors(rig, tell)
    return tuple(figures)


BENCHMARK = Benchmark("at-the-quota", f"{AT_THE_QUOTA} users of one instance, default quota", _run)
