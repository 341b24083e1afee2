"""The command line of `connect-operator diff`."""

from __future__ import annotations

import click

from connect_operator.cli.options import access_options


@click.command("diff", short_help="The people of two instances, compared.")
@click.argument("before", metavar="NAME|ID_OR_ARN")
@click.argument("after", metavar="NAME|ID_OR_ARN")
@access_options
@click.option("--other-region", metavar="REGION", help="The second instance's Region, where it is another.")
@click.option("--other-role-arn", metavar="ARN", help="The role for the second instance, where it is another.")
@click.option("--other-external-id", metavar="ID", help="The external ID of --other-role-arn.")
@click.option(
    "--details",
    is_flag=True,
    help="Compare e-mail addresses, mobile numbers and proficiencies, too, which cost two calls a user.",
)
@click.option("--output", "-o", type=click.Choice(["text", "json", "yaml"]), default="text", show_default=True)
@click.pass_context
def command(context: click.Context, /, **options: object) -> None:
    """Compare the people of two instances by username: test and production, or before and after a disaster.

    Profiles and groups are compared by name and path, since their IDs differ in every instance; owner tags are left
    out. With KUBECONFIG set, an instance may be named by its ConnectInstance, which says Region and role itself.

    Exit codes: 0 the people are the same, 2 they are not, 1 an instance could not be read.
    """
    # Imported here, so that --help answers at once.
    from connect_operator.cli.diff.run import Options, run  # noqa: PLC0415

    context.exit(run(Options(**options)))  # type: ignore[arg-type]  # click has checked the types of the options
