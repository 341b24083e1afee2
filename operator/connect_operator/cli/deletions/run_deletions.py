"""What `confirm-deletions` and `keep-deletions` write, and what they tell."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Collection

import click

from connect_operator.cli import cluster
from connect_operator.cli.deletions.found import cells, find, kept_because
from connect_operator.cli.table import table
from connect_operator.cli.terminal import counted, output
from connect_operator.domain.kinds.objects import CONFIRM, ConnectInstance, ConnectUser
from connect_operator.domain.rules.name_rules import namespace_violations
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.client import instance_path, user_path
from connect_operator.kube.connection import (
    JSON_PATCH,
    MERGE_PATCH,
    PARTIAL,
    Connection,
    ForbiddenError,
    NotFoundError,
    Request,
    RequestRefusedError,
)

_MANAGER = "connect-operator-cli"


def run(work: Callable[[Connection], Awaitable[int]]) -> None:
    """Do it with a connection to the cluster. Raises click's exceptions."""

    async def connected() -> int:
        async with cluster.connection(os.environ) as opened:
            return await work(opened)

    try:
        code = asyncio.run(connected())
    except (cluster.ClusterError, ClusterUnavailableError, RequestRefusedError) as error:
        raise click.ClickException(str(error)) from error
    raise click.exceptions.Exit(code)


async def confirm(opened: Connection, instance: str) -> int:
    """Confirm what waits now; returns the exit code."""
    found = await find(opened, instance)
    if not found.waiting:
        click.echo(f"No deletion waits in ConnectInstance {instance}: there is nothing to confirm.")
        return 0
    if CONFIRM in found.manifest.metadata.annotations:
        # The API server notes the time of a confirmation only when its value changes.
        await _annotate(opened, found.manifest, None)
    await _annotate(opened, found.manifest, "true")
    for line in table(("OBJECT", "USERNAME", "USER-ID"), [cells(each) for each in found.waiting]):
        output().print(line)
    click.echo()
    click.echo(
        f"Confirmed: the operator {_done_to(found.waiting)} of ConnectInstance {instance} in Amazon "
        "Connect; connect-operator status --watch shows how far it is.\n"
        f"What has not gone yet can be stopped: kubectl annotate connectinstance {instance} {CONFIRM}-"
    )
    return 0


async def keep(opened: Connection, instance: str, namespaces: Collection[str]) -> int:
    """Set Retain on what is being deleted; returns the exit code."""
    wrong = [each.text for namespace in namespaces for each in namespace_violations(namespace)]
    if wrong:
        raise click.UsageError("; ".join(wrong))
    found = await find(opened, instance, namespaces)
    if not found.users:
        where = f" in namespace{'s' * (len(namespaces) > 1)} {', '.join(namespaces)}" if namespaces else ""
        click.echo(f"Nothing is being deleted in ConnectInstance {instance}{where}: there is nothing to keep.")
        return 0
    results = [await _kept(opened, each) for each in found.users]
    rows = [(*cells(user), result) for user, (_, result) in zip(found.users, results, strict=True)]
    for line in table(("OBJECT", "USERNAME", "USER-ID", "RESULT"), rows):
        output().print(line)
    failed = sum(not done for done, _ in results)
    click.echo()
    click.echo(
        f"{counted(len(results) - failed, 'user')} of ConnectInstance {instance} not deleted: the operator takes its "
        "owner tag off and lets the objects go. Manifests with adoptionPolicy: IfUnowned take the users over again."
    )
    if failed:
        raise click.ClickException(f"{failed} could not be kept; the table says why. Mend that and run this again")
    return 0


async def _kept(opened: Connection, user: ConnectUser) -> tuple[bool, str]:
    """Keep one user: whether it stays now, and a word about it."""
    because = kept_because(user)
    if because is not None:
        return True, because
    operations = [
        {"op": "test", "path": "/metadata/uid", "value": user.metadata.uid},
        {"op": "add", "path": "/spec/deletionPolicy", "value": "Retain"},
    ]
    request = Request(
        "PATCH",
        user_path(user),
        query={"fieldManager": _MANAGER},
        body=operations,
        content_type=JSON_PATCH,
        accept=PARTIAL,
    )
    try:
        await opened.request(request)
    except NotFoundError:
        return False, "too late: it is gone"
    except ForbiddenError:
        return False, "you may not patch it (kubectl auth can-i patch connectusers)"
    except (RequestRefusedError, ClusterUnavailableError) as error:
        return False, str(error)
    return True, "kept: deletionPolicy is Retain now"


async def _annotate(opened: Connection, manifest: ConnectInstance, value: str | None) -> None:
    body = {"metadata": {"uid": manifest.metadata.uid, "annotations": {CONFIRM: value}}}
    await opened.request(
        Request(
            "PATCH",
            instance_path(manifest),
            query={"fieldManager": _MANAGER},
            body=body,
            content_type=MERGE_PATCH,
            accept=PARTIAL,
        )
    )


def _done_to(users: Collection[ConnectUser]) -> str:
    """What is confirmed: "deletes 2 users", "deactivates 1 user" or both."""
    locked_out = sum(each.spec is not None and each.spec.deletion_policy == "Deactivate" for each in users)
    counts = (("deletes", len(users) - locked_out), ("deactivates", locked_out))
    return " and ".join(f"{verb} {counted(count, 'user')}" for verb, count in counts if count)
