"""The benchmarks in the order of the table, one module or package each."""

from bench.benchmark import Benchmark
from bench.benchmarks import (
    at_the_quota,
    backlog,
    creating,
    creating_unlimited,
    handing_over,
    restarting,
    sweeping,
)

BENCHMARKS: tuple[Benchmark, ...] = (
    creating.BENCHMARK,
    creating_unlimited.BENCHMARK,
    restarting.BENCHMARK,
    at_the_quota.BENCHMARK,
    backlog.BENCHMARK,
    handing_over.BENCHMARK,
    sweeping.BENCHMARK,
)
