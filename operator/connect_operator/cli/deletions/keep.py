"""`connect-operator keep-deletions`: keep the users of what is being deleted in an instance."""

from __future__ import annotations

import click


@click.command("keep-deletions")
@click.argument("instance", metavar="INSTANCE")
@click.option(
    "--namespace",
    "-n",
    "namespaces",
    multiple=True,
    metavar="NS",
    help="Only objects of this namespace; can be given several times. Default: all.",
)
def command(instance: str, namespaces: tuple[str, ...]) -> None:
    """Keep the users of what is being deleted in ConnectInstance INSTANCE: the objects go, their users stay.

    Sets spec.deletionPolicy: Retain on every ConnectUser under deletion that refers to INSTANCE or whose user lives
    there. The operator then takes its owner tag off the users and lets the objects go; IfUnowned adopts them again. The
    cluster comes from KUBECONFIG or the pod's service account. Exit code 0 done or nothing to do, 1 error.
    """
    # Imported here, so that --help answers at once.
    from connect_operator.cli.deletions.run_deletions import keep, run  # noqa: PLC0415

    run(lambda opened: keep(opened, instance, namespaces))
