"""`connect-operator csv export`: read the instance, write its people."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import click
from rich.console import Console

from connect_operator.cli.imports.details import read_details
from connect_operator.cli.options import InstanceOptions, check_access
from connect_operator.cli.refusals import by_options, refused
from connect_operator.cli.session import reader, settings
from connect_operator.cli.spreadsheet.cells import csv_text
from connect_operator.cli.spreadsheet.phones import in_plain_columns
from connect_operator.cli.spreadsheet.rows import header, lossy, row
from connect_operator.cli.targets import find_targets
from connect_operator.cli.terminal import counted, file_text, messages, printable
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.plan.export import export

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line."""

    instance: str
    region: str | None
    role_arn: str | None
    external_id: str | None
    rate: float | None
    excel: bool
    skip_details: bool


def run(options: Options) -> None:
    """Export. Raises click's exceptions."""
    check_access(role_arn=options.role_arn, external_id=options.external_id)
    console = messages()
    specs = asyncio.run(_specs(options, console))
    text = csv_text([header(), *map(row, specs)], line_end="\r\n" if options.excel else "\n")
    # Bytes, so that no console's encoding and no line-end translation stands between.
    click.echo(file_text((_MARK if options.excel else "") + text).encode(), nl=False)
    for note in lossy(specs):
        console.print(printable(note))
    told = "; e-mail addresses, mobile numbers and proficiencies are left out" if options.skip_details else ""
    console.print(f"{counted(len(specs), 'user')} exported{told}")


async def _specs(options: Options, console: Console) -> list[dict[str, Any]]:
    """The users as manifests would have them, by username."""
    access = InstanceOptions(options.instance, options.region, options.role_arn, options.external_id)
    [target] = await find_targets([access], console)
    async with reader(console, settings(), options.rate) as (reading, progress):
        instances, problems = await reading.read({target.name: target.spec})
        if problems:
            message = problems[target.name].message
            told = message if target.raw else by_options(message)
            raise click.ClickException(printable(f"the instance cannot be read: {told}"))
        instance = instances[target.name]
        try:
            detailed = await read_details(instance, progress, skip=options.skip_details)
        except ConnectError as error:
            raise click.ClickException(printable(f"{refused(error)}; nothing was written")) from error
    for username in detailed.vanished:
        console.print(
            printable(f"{username}: left out, because DescribeUser does not know it: just deleted, or too new")
        )
    identity_type = instance.facts.identity_management_type if instance.facts is not None else ""
    besides = {"instanceId": str(instance.arn), "adoptionPolicy": "IfUnowned"}
    users = sorted(detailed.users, key=lambda user: user.username)
    return [in_plain_columns({**export(user, identity_type, instance.catalogs), **besides}) for user in users]
