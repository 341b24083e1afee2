"""The benchmarks in the order of the table, one module each."""

from bench.benchmark import Benchmark
from bench.benchmarks import creating, restarting

BENCHMARKS: tuple[Benchmark, ...] = (creating.BENCHMARK, restarting.BENCHMARK)
