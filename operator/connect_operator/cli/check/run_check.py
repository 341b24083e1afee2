"""From the command line to the table: look at everything, print it, and say by the exit code whether it is well."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import time

import click

from connect_operator.aws.caller_identity import caller_identity
from connect_operator.cli import cluster
from connect_operator.cli.check.findings import NOTE, OK, WRONG, Finding
from connect_operator.cli.check.rights import rights
from connect_operator.cli.check.running import deployments, running
from connect_operator.cli.check.state import api_server, credentials, definitions, instances
from connect_operator.cli.leaders import Leader, leaders
from connect_operator.cli.session import settings
from connect_operator.cli.table import table
from connect_operator.cli.terminal import output
from connect_operator.domain.kinds.objects import ConnectInstance
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import NoClusterError


def run() -> None:
    """Print the table. Raises click's exceptions."""
    try:
        findings = asyncio.run(_look())
    except (cluster.ClusterError, NoClusterError, ClusterUnavailableError) as error:
        raise click.ClickException(str(error)) from error
    for line in table(("WHAT", "RESULT", "DETAIL"), findings):
        output().print(line)
    wrong = sum(each.result == WRONG for each in findings)
    if wrong:
        raise click.ClickException(f"{wrong} of {len(findings)} checks found something wrong")


async def _look() -> list[Finding]:
    known = settings()
    version = importlib.metadata.version("connect-operator")
    async with cluster.connection(os.environ) as opened:
        server = await api_server(opened)
        kinds = await definitions(opened)
        found = await _instances(opened)
        operators = await deployments(opened)
        return [
            Finding("this program", OK, f"connect-operator {version}"),
            server,
            *kinds,
            *await running(operators, known.health_address, found),
            *_leaders(await leaders(opened, time.time())),
            *await rights(opened, operators),
            credentials(await asyncio.to_thread(caller_identity)),
            *instances(found),
        ]


def _leaders(found: list[Leader] | None) -> list[Finding]:
    if found is None:
        return [Finding("leader", NOTE, "you may not list leases.coordination.k8s.io, which say who leads")]
    if not found:
        return [Finding("leader", NOTE, "no process has led here yet, or leader election is off")]
    return [Finding("leader", OK if each.alive else NOTE, each.text) for each in found]


async def _instances(opened: Connection) -> tuple[ConnectInstance, ...] | None:
    """The ConnectInstances; None where they cannot be listed, be it for a right or for want of the kind."""
    try:
        return await cluster.list_instances(opened)
    except cluster.ClusterError:
        return None
