"""`connect-operator confirm-deletions`: let the waiting deletions of an instance pass."""

from __future__ import annotations

import click


@click.command("confirm-deletions")
@click.argument("instance", metavar="INSTANCE")
def command(instance: str) -> None:
    """Let the deletions that wait in ConnectInstance INSTANCE pass: their users are deleted in Amazon Connect.

    Those with deletionPolicy: Deactivate are deactivated. This covers the objects that are being deleted now, and
    none that is deleted later. The cluster comes from KUBECONFIG or the pod's service account. It puts the annotation
    connect-operator.io/confirm-deletions: "true" on the ConnectInstance, which the operator takes off again. Exit
    code 0 done or nothing to do, 1 error.
    """
    # Imported here, so that --help answers at once.
    from connect_operator.cli.deletions.run_deletions import confirm, run  # noqa: PLC0415

    run(lambda opened: confirm(opened, instance))
