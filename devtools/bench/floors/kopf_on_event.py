"""``python -m bench.floors.kopf_on_event COUNT``: kopf with a handler that does nothing, as it is out of the box."""

from __future__ import annotations

import sys
from typing import Any

import kopf

_WANTED = int(sys.argv[1])
_seen: set[str] = set()


@kopf.on.event("connect-operator.io", "v1alpha1", "connectusers")
async def handle(name: str | None, **_: Any) -> None:  # noqa: ANN401 - kopf's calling convention
    """Do nothing."""
    _seen.add(str(name))
    if len(_seen) == _WANTED:
        print("done", flush=True)


kopf.run(standalone=True, clusterwide=True)
