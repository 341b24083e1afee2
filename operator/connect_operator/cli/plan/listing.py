"""`plan --list`: what a manifest can refer to in each instance, as it is written in a manifest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from functools import partial

import click
from rich.console import Console
from rich.text import Text

from connect_operator.cli.instance_reader import patiently
from connect_operator.cli.plan.sources import Request, gather
from connect_operator.cli.refusals import by_options, refused
from connect_operator.cli.session import reader
from connect_operator.cli.targets import find_targets
from connect_operator.cli.terminal import printable
from connect_operator.config import Settings
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.references import CatalogKind
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.sweep import read_attribute_names

KINDS: Mapping[str, tuple[tuple[str, CatalogKind], ...]] = {
    "profiles": (
        ("routingProfileName", CatalogKind.ROUTING_PROFILE),
        ("securityProfileNames", CatalogKind.SECURITY_PROFILE),
    ),
    "groups": (("hierarchyGroupPath", CatalogKind.HIERARCHY_GROUP),),
}
"""What can be listed, and the fields that refer to it."""
ATTRIBUTES = "attributes"
"""What proficiencies name: read on request only, at a call for each."""


async def listing(request: Request, what: str, known: Settings, console: Console, rate: float | None) -> list[Text]:
    """The lines to print. Raises click's exceptions."""
    async with reader(console, known, rate) as (reading, _):
        wanted, bare = await _wanted(request, console)
        instances, problems = await reading.read(wanted)
        if what == ATTRIBUTES:
            await asyncio.gather(*(_read_attributes(each) for each in instances.values()))
    if problems:
        messages = {name: by_options(each.message) if bare else each.message for name, each in problems.items()}
        told = "; ".join(f"{name}: {message}" for name, message in sorted(messages.items()))
        raise click.ClickException(printable(told))
    return [line for name in sorted(instances) for line in _of_instance(instances[name], what)]


async def _wanted(request: Request, console: Console) -> tuple[dict[str, ConnectInstanceSpec], bool]:
    """The one that the command line names, else those of files and cluster, whose roles are the cluster's.

    And whether it is known by the command line alone, without a ConnectInstance.
    """
    if request.instance is not None and not request.files:
        if request.offline:
            return {request.instance.instance: request.instance.spec("*")}, True
        targets = await find_targets([request.instance], console)
        return {target.name: target.spec for target in targets}, not any(target.raw for target in targets)
    source = await gather(request, console)
    specs = {
        each.metadata.name: each.spec
        for each in source.store.instances()
        if each.spec is not None and each.metadata.name not in source.foreign_roles
    }
    return specs, False


async def _read_attributes(instance: Instance) -> None:
    """A call for each attribute: no list tells their values. Raises click's exceptions."""
    try:
        for name in await read_attribute_names(instance.api, instance.call):
            values = await patiently(
                instance, "DescribePredefinedAttribute", partial(instance.api.describe_attribute, name)
            )
            instance.attributes.take(name, values, instance.services.clock.monotonic())
    except ConnectError as error:
        raise click.ClickException(printable(f"{instance.name}: {refused(error)}")) from None


def _of_instance(instance: Instance, what: str) -> Iterator[Text]:
    yield Text(f"{printable(instance.name)}  {instance.arn}", style="bold")
    if what == ATTRIBUTES:
        yield Text("  proficiencies, each attributeName and below it what attributeValue may be:")
        found = sorted((printable(name), values or ()) for name, values in instance.attributes.values.items())
        for name, values in found:
            yield Text(f"    {name}")
            yield from (Text(f"      {printable(value)}") for value in sorted(values) or ["(none)"])
        if not found:
            yield Text("    (none)")
        return
    for field, kind in KINDS[what]:
        yield Text(f"  {field}:")
        entries = sorted(entry.told for entry in instance.catalogs.get(kind, ()))
        yield from (Text(f"    {printable(entry)}") for entry in entries or ["(none)"])
