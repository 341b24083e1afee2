"""Where the CPU of a profile goes: a sample belongs to the first part below whose functions are in its stack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("start of Python and libraries", ("<frozen importlib",)),
    ("calls to Connect, by botocore", ("connect_operator/aws/", "site-packages/botocore/")),
    ("requests to the API server", ("connect_operator/kube/connection.py", "connect_operator/kube/http_session.py")),
    ("reading objects", ("connect_operator/kube/kinds.py",)),
    ("deciding and reporting", ("engine/users/", "engine/instances/", "engine/pace/", "connect_operator/engine/")),
    ("kopf around its handler", ("_core/", "_cogs/", "_kits/")),
)
REST = "event loop, TLS and the rest"


def shares(lines: Iterable[str]) -> dict[str, float]:
    """The share of each part in a profile as bench.sampled writes it; empty when it has no sample."""
    counted: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rstrip().rpartition(" ")
        counted[_part(stack)] += int(count)
    total = counted.total()
    return {name: counted[name] / total for name in (*(name for name, _ in PARTS), REST)} if total else {}


def _part(stack: str) -> str:
    return next((name for name, marks in PARTS if any(mark in stack for mark in marks)), REST)
