"""The benchmarks in the order of the table, one module each."""

from bench.benchmark import Benchmark
from bench.benchmarks import creating, handing_over, restarting, sweeping

BENCHMARKS: tuple[Benchmark, ...] = (
    creating.BENCHMARK,
    restarting.BENCHMARK,
    handing_over.BENCHMARK,
    sweeping.BENCHMARK,
)
