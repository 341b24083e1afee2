"""Names of operations in requests to the control endpoint: what is not simulated is refused, and near names are told.

A fault on an operation that does not exist would never apply, and a test with it would prove nothing.
"""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase

from connect_sim.model.service import load_service
from connect_sim.semantics.operations import OPERATIONS
from connect_sim.server.sts import HANDLERS

_GLOB = frozenset("*?[")


def simulated() -> tuple[str, ...]:
    """Return every operation that is answered, STS's included."""
    return (*OPERATIONS, *HANDLERS)


def check_operation(pattern: str) -> None:
    """Raise ValueError for a name that is no simulated operation, or a glob that matches none."""
    names = simulated()
    if any(fnmatchcase(name, pattern) for name in names):
        return
    what = "matches no simulated operation" if _GLOB & set(pattern) else "is no simulated operation"
    if pattern in load_service("connect").operation_names:
        what = "is an operation of Amazon Connect that is not simulated"
    raise ValueError(f"operation {pattern!r} {what}; {_near(pattern, names)}")


def _near(pattern: str, names: tuple[str, ...]) -> str:
    plain = {name.lower(): name for name in names}
    asked = "".join(each for each in pattern.lower() if each.isalnum())
    near = [plain[each] for each in get_close_matches(asked, plain, n=3, cutoff=0.5)]
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(sorted(names))}"
