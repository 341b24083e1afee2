"""The users are made in three steps; how much memory the operator has after each says what one user takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from bench import fleet
from bench.benchmark import Figure
from bench.rig import Rig, until
from bench.scale import AT_THE_QUOTA
from bench.usage import UsageMeter

_STEPS = (4, 2, 1)
_LONGEST = 3600.0
_KIBIBYTES = 1024


def run(rig: Rig, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Make the users, with one process a step."""
    made, taken = 0, list[tuple[int, float]]()
    manifests = fleet.users(AT_THE_QUOTA)
    for part in _STEPS:
        size = AT_THE_QUOTA // part
        tell(f"making {size - made} users, until there are {size}")
        rig.apply(islice(manifests, size - made))
        with rig.operator(profile=f"making-{size}") as operator, UsageMeter(operator.pid) as usage:
            until(f"{size} users Ready", lambda size=size: ready(rig) == size, _LONGEST)  # type: ignore[misc]
        made = size
        taken.append((size, usage.mebibytes))
        goal = 150.0 if part == 1 else None
        yield Figure(f"memory with {size} users, made", usage.mebibytes, "MiB", at_most=goal)
    (few, least), (many, most) = taken[0], taken[-1]
    yield Figure("memory per user, between the first and the last", (most - least) * _KIBIBYTES / (many - few), "KiB")


def ready(rig: Rig) -> int:
    """How many users the ConnectInstance counts as Ready: one request, however many there are."""
    status = (rig.objects.get("ConnectInstance", None, fleet.INSTANCE) or {}).get("status", {})
    return int(status.get("users", {}).get("ready", 0))
