"""`connect-operator import`: reads an instance and writes its users as manifests."""

from __future__ import annotations

from pathlib import Path

import click

from connect_operator.cli.options import access_options


@click.command("import")
@click.option("--instance", required=True, metavar="ID_OR_ARN", help="The Connect instance to import.")
@access_options
@click.option("--namespace", "-n", default="default", show_default=True, metavar="NS", help="The manifests' namespace.")
@click.option(
    "--directory",
    "-d",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a file for each object into this folder. Default: one stream on standard output.",
)
@click.option(
    "--instance-ref", metavar="NAME", help="The ConnectInstance's name. Default: connect- and the ID's start."
)
@click.option("--by-instance-id", is_flag=True, help="Let the users refer to the instance by instanceId.")
@click.option("--no-instance", is_flag=True, help="Write no ConnectInstance; it exists already.")
@click.option(
    "--deletion-policy",
    type=click.Choice(["Delete", "Retain", "Deactivate"]),
    help="Write this deletionPolicy into each user. Absent, deleting a manifest deletes the user.",
)
@click.option(
    "--skip-details",
    is_flag=True,
    help="Leave out e-mail addresses, mobile numbers and proficiencies, which cost two calls a user.",
)
@click.pass_context
def command(context: click.Context, /, **options: object) -> None:
    """Write the users of an existing instance as manifests that are ready to be committed.

    The manifests hold what Connect holds, with names in place of IDs and adoptionPolicy IfUnowned: applying them tags
    the users and changes nothing else. Passwords cannot be read and are not needed for users that exist. Nothing is
    written to Connect.

    E-mail addresses and proficiencies are in no list, so two calls are made for each user, at 2 a second: 1000 users
    take 9 minutes. --skip-details leaves them out; what is left out is unmanaged.

    A file that is there is written over only where it is of the same object and instance; else nothing is written.
    Exit codes: 0 all users have a manifest, 1 some were left out, which are named, or nothing was written.
    """
    # Imported here, so that --help answers at once.
    from connect_operator.cli.imports.run_import import Options, run  # noqa: PLC0415

    context.exit(run(Options(**options)))  # type: ignore[arg-type]  # click has checked the types of the options
