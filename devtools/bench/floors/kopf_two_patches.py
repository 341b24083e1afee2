"""``python -m bench.floors.kopf_two_patches COUNT``: kopf with handlers of creation and deletion that do nothing.

kopf itself then writes twice to each object: its finalizer, and what it has handled.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import kopf

_KIND = ("connect-operator.io", "v1alpha1", "connectusers")
_MARK = "kopf.zalando.org/last-handled-configuration"
_WANTED = int(sys.argv[1])
_seen: set[str] = set()


@kopf.on.create(*_KIND)
async def created(**_: Any) -> None:  # noqa: ANN401 - kopf's calling convention
    """Do nothing."""


@kopf.on.delete(*_KIND)
async def deleted(**_: Any) -> None:  # noqa: ANN401 - kopf's calling convention
    """Do nothing."""


@kopf.on.event(*_KIND)
async def handle(name: str | None, annotations: Mapping[str, str], **_: Any) -> None:  # noqa: ANN401 - likewise
    """Count those that kopf is done with."""
    if _MARK in annotations:
        _seen.add(str(name))
        if len(_seen) == _WANTED:
            print("done", flush=True)


kopf.run(standalone=True, clusterwide=True)
