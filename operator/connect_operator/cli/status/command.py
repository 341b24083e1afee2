"""`connect-operator status`: every instance and its users at a glance."""

from __future__ import annotations

import click


@click.command("status")
@click.option(
    "--namespace",
    "-n",
    "namespaces",
    multiple=True,
    metavar="NS",
    help="Only objects of this namespace; can be given several times. Default: all.",
)
@click.option("--watch", "-w", is_flag=True, help="Go on until Ctrl-C: progress, time left, and what is stuck.")
@click.option(
    "--output",
    "-o",
    type=click.Choice(["text", "wide", "json", "yaml"]),
    default="text",
    show_default=True,
    help="wide also shows usernames and instances, and cuts no message.",
)
def command(**options: object) -> None:
    """Show every Connect instance, its users and assignments, and what is stuck or has failed, and why.

    Everything comes from the cluster's objects (KUBECONFIG, or the pod's service account); AWS is not asked.
    """
    # Imported here, so that --help answers at once.
    from connect_operator.cli.status.run_status import Options, run  # noqa: PLC0415

    run(Options(**options))  # type: ignore[arg-type]  # click has checked the types of the options
