"""`connect-operator`: the command line. A module or package per command; they are loaded when they are asked for.

    run       runs the operator
    plan      what would change in Connect
    imports   an existing instance as manifests (the command is called `import`)
    status    every instance and its users at a glance
    check     does an operator run, with which rights, credentials and versions
    deletions a paused wave: `confirm-deletions` lets it pass, `keep-deletions` keeps its users
    who       who holds which profiles, in which groups
    diff      the people of two instances, compared
    reconcile    have an object looked at now
    explain      what a reason means, and what to do
    iam          the least IAM policy (the command is called `iam-policy`)
    completion   of the shell
    spreadsheet  people as a CSV file, and back (the command is called `csv`)

What the commands share: terminal (streams and colours), progress, options, reading (instances), cluster (objects).
"""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import Any

import click

from connect_operator.cli.terminal import printable_lines

_COMMANDS = {
    "check": "connect_operator.cli.check.command",
    "confirm-deletions": "connect_operator.cli.deletions.confirm",
    "completion": "connect_operator.cli.completion",
    "csv": "connect_operator.cli.spreadsheet.command",
    "diff": "connect_operator.cli.diff.command",
    "explain": "connect_operator.cli.explain.command",
    "iam-policy": "connect_operator.cli.iam.command",
    "import": "connect_operator.cli.imports.command",
    "keep-deletions": "connect_operator.cli.deletions.keep",
    "plan": "connect_operator.cli.plan.command",
    "reconcile": "connect_operator.cli.reconcile.command",
    "run": "connect_operator.cli.run",
    "status": "connect_operator.cli.status.command",
    "who": "connect_operator.cli.who.command",
}


class WrongCommandLineError(click.UsageError):
    """A wrong command line. It ends with 1, because 2 is what `plan` says when there are changes."""

    exit_code = 1


class _Commands(click.Group):
    """The commands by name, loaded when asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their first sentences in full: one that is cut says nothing."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(limit=1000)) for name, command in commands if command is not None]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:  # noqa: ANN401 - click's own signature
        try:
            return super().make_context(*args, **kwargs)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()  # the help, which is all there is to say
            raise click.exceptions.Exit(1) from error
        except click.UsageError as error:
            raise WrongCommandLineError(error.format_message(), error.ctx) from error

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()  # a group of commands without one of them
            raise click.exceptions.Exit(1) from error
        except click.UsageError as error:
            raise WrongCommandLineError(error.format_message(), error.ctx) from error
        except click.ClickException as error:
            # What it says may come from a manifest, from AWS or from the API server.
            raise click.ClickException(printable_lines(error.format_message().split("\n"))) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(importlib.metadata.version("connect-operator"), prog_name="connect-operator")
def main() -> None:
    """Keep Amazon Connect users exactly as ConnectUser manifests say."""
