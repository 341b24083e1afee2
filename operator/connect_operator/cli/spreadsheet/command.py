"""The command line of `connect-operator csv export` and `csv import`."""

from __future__ import annotations

from pathlib import Path

import click

from connect_operator.cli.documents.addresses import LocalFile
from connect_operator.cli.options import access_options


@click.group("csv", short_help="People as a spreadsheet, and back.")
def command() -> None:
    """People as a spreadsheet: the columns of AWS's own upload template, and some more."""


@command.command("export", short_help="The users of an instance as CSV.")
@click.option("--instance", required=True, metavar="NAME|ID_OR_ARN", help="The instance, or its ConnectInstance.")
@access_options
@click.option("--excel", is_flag=True, help="Write a byte order mark and CRLF, by which Excel knows UTF-8.")
@click.option(
    "--skip-details",
    is_flag=True,
    help="Leave out e-mail addresses, mobile numbers and proficiencies, which cost two calls a user.",
)
def export_command(**options: object) -> None:
    """Write the users of an instance as CSV on standard output.

    A cell that a spreadsheet would run as a formula begins with an apostrophe, also telephone numbers, whose + would be
    lost otherwise; csv import takes it off again. There are no passwords: Connect shows none.
    """
    from connect_operator.cli.spreadsheet.exporting import Options, run  # noqa: PLC0415 - so that --help is fast

    run(Options(**options))  # type: ignore[arg-type]  # click has checked the types of the options


@command.command("import", short_help="The rows of a CSV file as manifests.")
@click.argument("file", type=LocalFile(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--directory",
    "-d",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a manifest for each user into this folder.",
)
@click.option(
    "--template",
    type=LocalFile(exists=True, dir_okay=False, path_type=Path),
    help="A ConnectUser manifest: what it says holds for all users whose cells say nothing else.",
)
@click.option("--instance-ref", metavar="NAME", help="The ConnectInstance of all users; goes before the file's column.")
@click.option("--namespace", "-n", metavar="NS", help="The manifests' namespace.  [default: the template's; default]")
def import_command(**options: object) -> None:
    """Write the rows of a CSV file as manifests, one file a user; - reads standard input.

    Byte order marks, semicolons, tabs, CRLF and Windows-1252 are understood. A blank cell leaves its field out,
    "(empty)" makes it empty. Every fault is told at once, with row, column, value and remedy, and nothing is written
    then.

    Passwords are never written into manifests: their column is left out.
    Name a Secret by passwordSecretRef in --template.

    Exit codes: 0 all was written, 1 nothing was.
    """
    from connect_operator.cli.spreadsheet.importing import Options, run  # noqa: PLC0415 - so that --help is fast

    run(Options(**options))  # type: ignore[arg-type]  # click has checked the types of the options
