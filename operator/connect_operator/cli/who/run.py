"""The command `who` itself: find the instances, read their lists, choose, print."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import click

from connect_operator.cli.options import InstanceOptions, check_access
from connect_operator.cli.owners import Owners
from connect_operator.cli.refusals import by_options
from connect_operator.cli.session import reader, settings
from connect_operator.cli.structured import FORMS, in_form
from connect_operator.cli.targets import Target, find_targets
from connect_operator.cli.terminal import file_text, messages, output, printable
from connect_operator.cli.who.choice import Choice
from connect_operator.cli.who.owners import read_owners
from connect_operator.cli.who.people import Person, people
from connect_operator.cli.who.rendering import csv_document, json_document, table
from connect_operator.engine.instances.instance import Instance

_INACTIVE_NOT_KNOWN = (
    "no ConnectInstance was read for it, so who holds its inactive profiles is not known; shown is who was "
    "deactivated. Set KUBECONFIG, and leave out --region and --role-arn"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line."""

    instances: tuple[str, ...]
    region: str | None
    role_arn: str | None
    external_id: str | None
    rate: float | None
    security_profiles: tuple[str, ...]
    routing_profiles: tuple[str, ...]
    groups: tuple[str, ...]
    inactive: bool
    unmanaged: bool
    output: str


@dataclass(frozen=True, slots=True)
class _Read:
    targets: tuple[Target, ...]
    instances: dict[str, Instance]
    problems: dict[str, str]
    owners: Owners


def run(options: Options) -> int:
    """Read, print, and return the exit code. Raises click's exceptions."""
    check_access(role_arn=options.role_arn, external_id=options.external_id)
    if not options.instances and (options.region or options.role_arn):
        raise click.UsageError("--region and --role-arn go with --instance; a ConnectInstance says them itself")
    found = asyncio.run(_read(options))
    choice = Choice(
        security_profiles=options.security_profiles, routing_profiles=options.routing_profiles, groups=options.groups
    )
    unknown = choice.unknown([each.catalogs for each in found.instances.values()]) if found.instances else []
    if unknown:
        raise click.ClickException("\n".join(map(printable, unknown)))
    chosen = [each for target in found.targets for each in _chosen(found, target, choice) if _wanted(each, options)]
    _print(options, chosen, found)
    return 1 if found.problems else 0


async def _read(options: Options) -> _Read:
    console = messages()
    wanted = [
        InstanceOptions(each, options.region, options.role_arn, options.external_id) for each in options.instances
    ]
    targets = await find_targets(wanted, console)
    bare = [target.name for target in targets if not target.raw]
    if options.inactive and bare:
        console.print(printable(f"{', '.join(bare)}: {_INACTIVE_NOT_KNOWN}"))
    known = settings()
    async with reader(console, known, options.rate) as (reading, _):
        instances, problems = await reading.read({target.name: target.spec for target in targets})
    owners = await read_owners(console, known.cluster_id, asked=options.unmanaged)
    told = {name: verdict.message for name, verdict in problems.items()}
    told = {name: by_options(text) if name in bare else text for name, text in told.items()}
    return _Read(targets, instances, told, owners)


def _chosen(found: _Read, target: Target, choice: Choice) -> tuple[Person, ...]:
    instance = found.instances.get(target.name)
    if instance is None:
        return ()
    users = choice.users((record.user for record in instance.inventory), instance.catalogs)
    return people(target.name, users, instance.catalogs, target.raw.get("inactive", {}), found.owners)


def _wanted(person: Person, options: Options) -> bool:
    return (person.inactive or not options.inactive) and not (person.managed and options.unmanaged)


def _print(options: Options, chosen: list[Person], found: _Read) -> None:
    if options.output in FORMS:
        click.echo(in_form(json_document(chosen, found.problems), options.output), nl=False)
    elif options.output == "csv":
        click.echo(file_text(csv_document(chosen)), nl=False)
    else:
        console = output()
        for line in table(chosen) if chosen else ():
            console.print(line)
    told = messages()
    total = sum(len(instance.inventory) for instance in found.instances.values())
    told.print(f"{len(chosen)} of {total} users")
    for name, problem in found.problems.items():
        told.print(printable(f"{name} could not be read: {problem}"))
