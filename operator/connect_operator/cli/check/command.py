"""`connect-operator check`: is all well here."""

from __future__ import annotations

import click


@click.command("check")
def command() -> None:
    """Does an operator run in this cluster, with which rights, which credentials, and which versions: one table.

    The cluster comes from KUBECONFIG or the pod's service account. Nothing is written. Exit code 0 when nothing is
    wrong (what cannot be seen is no fault), 1 when something is; the table says what to do.
    """
    # Imported here, so that --help answers at once.
    from connect_operator.cli.check.run_check import run  # noqa: PLC0415

    run()
