"""What a benchmark is: a name, what it does, and a function that returns figures, some with a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class BenchmarkError(Exception):
    """The benchmark could not be run to its end; the text says why. A missed target is no such thing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. Ratios, within one run, say more than seconds: they do not depend on the machine."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    exactly: float | None = None

    @property
    def target(self) -> str:
        """The target as a person reads it; empty when there is none."""
        if self.exactly is not None:
            return f"{self.exactly:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""

    @property
    def met(self) -> bool | None:
        """Whether the target was met; None without one."""
        if self.exactly is not None:
            return self.value == self.exactly
        return self.value <= self.at_most if self.at_most is not None else None


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`run` takes a function that tells a waiting person what goes on; it raises BenchmarkError."""

    name: str
    summary: str
    run: Callable[[Callable[[str], None]], tuple[Figure, ...]]


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark that was run. `failure` is empty unless it could not be run to its end; `seconds` is all it took."""

    benchmark: Benchmark
    figures: tuple[Figure, ...]
    seconds: float
    failure: str = ""
