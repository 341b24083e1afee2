"""The command `diff` itself: read both instances, word their users as manifests would, compare, print."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console

from connect_operator.cli.diff.comparison import Comparison, compare
from connect_operator.cli.diff.rendering import json_document, lines
from connect_operator.cli.imports.details import read_details
from connect_operator.cli.options import InstanceOptions, check_access
from connect_operator.cli.progress import Progress
from connect_operator.cli.refusals import by_options, refused
from connect_operator.cli.session import reader, settings
from connect_operator.cli.structured import FORMS, in_form
from connect_operator.cli.targets import Target, find_targets
from connect_operator.cli.terminal import messages, output, printable
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.plan.export import export
from connect_operator.engine.instances.instance import Instance

_NOT_COMPARED = "e-mail addresses, mobile numbers and proficiencies were not compared; --details reads them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line. What is not said of the second instance is as for the first."""

    before: str
    after: str
    region: str | None
    role_arn: str | None
    external_id: str | None
    other_region: str | None
    other_role_arn: str | None
    other_external_id: str | None
    rate: float | None
    details: bool
    output: str

    @property
    def instances(self) -> tuple[InstanceOptions, InstanceOptions]:
        """Both as the command line names them; an ARN says its Region itself."""
        first = None if self.before.startswith("arn:") else self.region
        second = None if self.after.startswith("arn:") else self.region
        role = (self.role_arn, self.external_id)
        if self.other_role_arn:
            role = (self.other_role_arn, self.other_external_id)
        return (
            InstanceOptions(self.before, first, self.role_arn, self.external_id),
            InstanceOptions(self.after, self.other_region or second, *role),
        )


def run(options: Options) -> int:
    """Compare, print, and return the exit code. Raises click's exceptions."""
    check_access(role_arn=options.role_arn, external_id=options.external_id)
    if options.other_external_id and not options.other_role_arn:
        raise click.UsageError("--other-external-id is for --other-role-arn; give both, or neither")
    before, after, comparison = asyncio.run(_compare(options))
    if options.output in FORMS:
        click.echo(in_form(json_document(before, after, comparison), options.output), nl=False)
    else:
        console = output()
        for line in lines(before, after, comparison):
            console.print(line)
    if not options.details:
        messages().print(_NOT_COMPARED)
    return 0 if comparison.equal else 2


async def _compare(options: Options) -> tuple[str, str, Comparison]:
    console = messages()
    targets = [(await find_targets([each], console))[0] for each in options.instances]
    names = _names(options, targets)
    async with reader(console, settings(), options.rate) as (reading, progress):
        wanted = {name: target.spec for name, target in zip(names, targets, strict=True)}
        instances, problems = await reading.read(wanted)
        if problems:
            told = [
                printable(f"{name} could not be read: {_by_options(problems[name].message, target, second=second)}")
                for name, target, second in zip(names, targets, (False, True), strict=True)
                if name in problems
            ]
            raise click.ClickException("\n".join(told))
        people = [await _specs(instances[name], progress, console, details=options.details) for name in names]
    if instances[names[0]].arn == instances[names[1]].arn:
        raise click.UsageError(f"{names[0]} and {names[1]} are the same instance; name two")
    shown = [f"{name} ({instances[name].arn})" for name in names]
    return shown[0], shown[1], compare(people[0], people[1])


def _by_options(message: str, target: Target, *, second: bool) -> str:
    """What is wrong, in the words of this command line where that names the instance, not a ConnectInstance."""
    if target.raw:
        return message
    told = by_options(message).replace("--instance", f"the {'second' if second else 'first'} instance's ID")
    for option in ("region", "role-arn", "external-id") if second else ():
        told = told.replace(f"--{option}", f"--other-{option}")
    return told


def _names(options: Options, targets: list[Target]) -> tuple[str, str]:
    """How they are called; replicas in two Regions share their ID, and are called as on the command line."""
    first, second = targets[0].name, targets[1].name
    if first != second:
        return first, second
    if options.before == options.after:
        raise click.UsageError(f"both name the same instance, {first}; name two")
    return options.before, options.after


async def _specs(
    instance: Instance, progress: Progress, console: Console, *, details: bool
) -> dict[str, dict[str, Any]]:
    """The users as manifests would have them, by username. What was not read is in neither."""
    try:
        detailed = await read_details(instance, progress, skip=not details)
    except ConnectError as error:
        raise click.ClickException(printable(refused(error))) from error
    for username in detailed.vanished:
        console.print(
            printable(f"{username}: left out, because DescribeUser does not know it: just deleted, or too new")
        )
    identity_type = instance.facts.identity_management_type if instance.facts is not None else ""
    specs = {user.username: export(user, identity_type, instance.catalogs) for user in detailed.users}
    if not details:
        for spec in specs.values():
            _without_details(spec)
    return specs


def _without_details(spec: dict[str, Any]) -> None:
    """Leave out what a DescribeUser that the lists needed has shown of one user, but not of the others."""
    for member in ("email", "secondaryEmail", "mobile"):
        spec.get("identityInfo", {}).pop(member, None)
    spec.pop("proficiencies", None)
