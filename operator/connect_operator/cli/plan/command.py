"""`connect-operator plan`: what would change in Connect."""

from __future__ import annotations

import click

from connect_operator.cli.namespaces import Namespace
from connect_operator.cli.options import access_options


@click.command("plan")
@click.option(
    "--filename",
    "-f",
    "files",
    multiple=True,
    metavar="FILE|DIR",
    help="Plan these manifests; a folder with all that is below it, - for standard input. Default: the cluster's.",
)
@click.option(
    "--namespace",
    "-n",
    "namespaces",
    type=Namespace(),
    multiple=True,
    metavar="NS",
    help="Without -f: only these namespaces. With -f: of manifests that name none.  [default: all; default]",
)
@click.option("--instance", metavar="ID_OR_ARN", help="The instance of manifests whose ConnectInstance is not at hand.")
@access_options
@click.option("--offline", is_flag=True, help="With -f: do not ask the cluster, even if KUBECONFIG is set.")
@click.option(
    "--skip-details",
    is_flag=True,
    help="Do not compare e-mail addresses, mobile numbers and proficiencies, which cost up to two calls a user.",
)
@click.option(
    "--allow-assume-role",
    is_flag=True,
    help="Assume the role that a ConnectInstance in the files names; without this only those of the cluster's.",
)
@click.option(
    "--prune",
    is_flag=True,
    help="With -f and a cluster: also what pruning the objects that are not in these files would delete in Connect.",
)
@click.option(
    "--selector", "-l", default="", metavar="S", help="With --prune: only objects with these labels, as kubectl has it."
)
@click.option(
    "--list",
    "listed",
    type=click.Choice(["profiles", "groups", "attributes"]),
    help="Plan nothing; show what a manifest can refer to, of --instance or of the instances of files and cluster.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 when a manifest is blocked.")
@click.option("--output", "-o", type=click.Choice(["text", "json", "yaml"]), default="text", show_default=True)
@click.pass_context
def command(context: click.Context, /, **options: object) -> None:
    """Show what the operator would change in Connect, without changing anything.

    With -f, manifests are planned as if they were applied, in a repository's checks for instance: AWS credentials are
    enough, neither a cluster nor the operator is needed. With KUBECONFIG set, the cluster tells which objects exist.

    Exit codes: 0 Connect holds what the manifests ask, 2 it does not (there are changes, or manifests that are
    blocked), 1 the plan could not be made.
    """
    # Imported here, so that --help answers at once.
    from connect_operator.cli.plan.run import Options, run  # noqa: PLC0415

    context.exit(run(Options(**options)))  # type: ignore[arg-type]  # click has checked the types of the options
