"""Asking the operator to look at an object now: the annotation, and the answer in its status."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from typing import Any

import click
import msgspec

from connect_operator.cli import cluster
from connect_operator.cli.terminal import messages, output, printable
from connect_operator.domain.kinds.objects import GROUP, VERSION
from connect_operator.domain.text.timestamps import rfc3339_micro
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.client import FIELD_MANAGER
from connect_operator.kube.connection import (
    MERGE_PATCH,
    Connection,
    NotFoundError,
    Request,
    RequestRefusedError,
    checked_name,
)
from connect_operator.kube.credentials import NoClusterError

ANNOTATION = f"{GROUP}/reconcile-requested-at"
_POLL_SECONDS = 0.5
_WORTH_SAYING = 5.0


@dataclass(frozen=True, slots=True)
class Target:
    """A ConnectUser, or with an empty namespace a ConnectInstance."""

    namespace: str
    name: str

    @property
    def path(self) -> str:
        """Its path in the API. Raises ValueError for what is no name."""
        root = f"/apis/{GROUP}/{VERSION}"
        if not self.namespace:
            return f"{root}/connectinstances/{checked_name(self.name)}"
        return f"{root}/namespaces/{checked_name(self.namespace)}/connectusers/{checked_name(self.name)}"

    @property
    def shown(self) -> str:
        """For people."""
        return f"ConnectUser {self.namespace}/{self.name}" if self.namespace else f"ConnectInstance {self.name}"


def run(target: Target, timeout: float) -> int:
    """Ask, wait, print, and return the exit code. Raises click's exceptions."""
    try:
        current = asyncio.run(_reconciled(target, timeout))
    except NotFoundError as error:
        raise click.ClickException(printable(f"there is no {target.shown} ({error})")) from error
    except (ValueError, NoClusterError, ClusterUnavailableError, RequestRefusedError) as error:
        raise click.ClickException(printable(str(error))) from error
    ready = _ready(current)
    output().print(printable(f"{target.shown}: {ready.get('reason', 'no condition yet')}: {ready.get('message', '')}"))
    return 0 if ready.get("status") == "True" else 2


async def _reconciled(target: Target, patience: float) -> dict[str, Any]:
    """The object after the operator has acted on a new request."""
    path, wanted = target.path, rfc3339_micro(time.time())
    async with cluster.connection(os.environ) as opened:
        await _ask(opened, path, wanted)
        started = time.monotonic()
        said = False
        while True:
            current = await _read(opened, path)
            if current.get("status", {}).get("lastHandledReconcileAt") == wanted:
                return current
            waited = time.monotonic() - started
            if waited >= patience:
                raise click.ClickException(_nobody(target, patience))
            if waited >= _WORTH_SAYING and not said:
                messages().print(f"waiting for the operator to act on {printable(target.shown)}")
                said = True
            await asyncio.sleep(_POLL_SECONDS)


async def _ask(opened: Connection, path: str, value: str) -> None:
    body = {"metadata": {"annotations": {ANNOTATION: value}}}
    query = {"fieldManager": FIELD_MANAGER + "-cli"}
    await opened.request(Request("PATCH", path, query=query, body=body, content_type=MERGE_PATCH))


async def _read(opened: Connection, path: str) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(await opened.request(Request("GET", path)))
    return found


def _ready(current: dict[str, Any]) -> dict[str, Any]:
    conditions = current.get("status", {}).get("conditions", [])
    return next((each for each in conditions if each.get("type") == "Ready"), {})


def _nobody(target: Target, timeout: float) -> str:
    return (
        f"nobody has acted on {target.shown} within {timeout:g} s; does the operator run, and does it watch the "
        "namespace? connect-operator status shows it. The request stays on the object and will be acted on"
    )
