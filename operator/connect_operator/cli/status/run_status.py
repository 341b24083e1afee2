"""From the command line to the status: list the objects, count them, print them."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass

import click
from rich.console import Console
from rich.text import Text

from connect_operator.cli import cluster
from connect_operator.cli.leaders import leaders
from connect_operator.cli.status.json_document import json_document
from connect_operator.cli.status.snapshot import Snapshot, take_snapshot
from connect_operator.cli.status.text import lines
from connect_operator.cli.status.watching import watch_on
from connect_operator.cli.structured import FORMS, in_form
from connect_operator.cli.terminal import output, printable
from connect_operator.clock import SystemClock
from connect_operator.domain.rules.name_rules import namespace_violations


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line."""

    namespaces: tuple[str, ...]
    watch: bool
    output: str


def run(options: Options) -> None:
    """Print the status. Raises click's exceptions."""
    if options.watch and options.output != "text":
        raise click.UsageError("--watch prints text; leave out -o, or --watch")
    wrong = [each.text for namespace in options.namespaces for each in namespace_violations(namespace)]
    if wrong:
        raise click.UsageError("; ".join(wrong))
    try:
        # Ctrl-C is how a person ends watching, so nothing has gone wrong then.
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(options))
    except cluster.ClusterError as error:
        raise click.ClickException(str(error)) from error


async def _run(options: Options) -> None:
    clock = SystemClock()
    console = output()
    async with cluster.connection(os.environ) as opened:

        async def look() -> Snapshot:
            objects = await cluster.list_objects(opened, options.namespaces)
            assignments = await cluster.list_assignments(opened, options.namespaces)
            return take_snapshot(objects.users, objects.instances, assignments)

        if options.watch:
            await watch_on(console, look, clock)
        snapshot = await look()
        leading = await leaders(opened, clock.now()) or ()
    if options.output in FORMS:
        click.echo(in_form(json_document(snapshot), options.output), nl=False)
        return
    for line in lines(snapshot, clock.now(), wide=options.output == "wide", width=_width(console)):
        console.print(line)
    for leader in leading:
        console.print(Text(printable(leader.text), style="" if leader.alive else "yellow"))


def _width(console: Console) -> int | None:
    """The width of a terminal; a pipe has none, and whoever reads it wants the whole message."""
    return console.width if console.is_terminal else None
