"""`plan --list`: what a manifest can refer to in each instance, as it is written in a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click
from rich.console import Console
from rich.text import Text

from connect_operator.cli.plan.sources import Request, gather
from connect_operator.cli.session import reader
from connect_operator.cli.terminal import printable
from connect_operator.config import Settings
from connect_operator.domain.references import CatalogKind, Entry, join_path
from connect_operator.domain.spec import ConnectInstanceSpec
from connect_operator.engine.instances.instance import Instance

KINDS: Mapping[str, tuple[tuple[str, CatalogKind], ...]] = {
    "profiles": (
        ("routingProfileName", CatalogKind.ROUTING_PROFILE),
        ("securityProfileNames", CatalogKind.SECURITY_PROFILE),
    ),
    "groups": (("hierarchyGroupPath", CatalogKind.HIERARCHY_GROUP),),
}
"""What can be listed, and the fields that refer to it."""


async def listing(request: Request, what: str, known: Settings, console: Console, rate: float | None) -> list[Text]:
    """The lines to print. Raises click's exceptions."""
    async with reader(console, known, rate) as (reading, _):
        instances, problems = await reading.read(await _wanted(request, console))
    if problems:
        told = "; ".join(f"{name}: {each.message}" for name, each in sorted(problems.items()))
        raise click.ClickException(printable(told))
    return [line for name in sorted(instances) for line in _of_instance(instances[name], what)]


async def _wanted(request: Request, console: Console) -> dict[str, ConnectInstanceSpec]:
    """The one that the command line names, else those of files and cluster, whose roles are the cluster's."""
    if request.instance is not None and not request.files:
        return {request.instance.instance: request.instance.spec("*")}
    source = await gather(request, console)
    return {
        each.metadata.name: each.spec
        for each in source.store.instances()
        if each.spec is not None and each.metadata.name not in source.foreign_roles
    }


def _of_instance(instance: Instance, what: str) -> Iterator[Text]:
    yield Text(f"{printable(instance.name)}  {instance.arn}", style="bold")
    for field, kind in KINDS[what]:
        yield Text(f"  {field}:")
        entries = sorted(_written(entry) for entry in instance.catalogs.get(kind, ()))
        yield from (Text(f"    {printable(entry)}") for entry in entries or ["(none)"])


def _written(entry: Entry) -> str:
    return join_path(entry.path) if entry.path else entry.name
