"""The command line of `connect-operator reconcile`."""

from __future__ import annotations

import click

from connect_operator.cli.namespaces import Namespace


@click.command("reconcile", short_help="Have an object looked at now.")
@click.argument("name", required=False)
@click.option("--instance", metavar="NAME", help="Sweep this ConnectInstance instead of a user.")
@click.option(
    "--namespace",
    "-n",
    type=Namespace(),
    default="default",
    show_default=True,
    metavar="NS",
    help="The ConnectUser's.",
)
@click.option("--timeout", type=click.FloatRange(min=0), default=120.0, show_default=True, help="Seconds to wait.")
def command(name: str | None, instance: str | None, namespace: str, timeout: float) -> None:
    """Have a ConnectUser read anew and what failed tried again, now; or with --instance, have an instance swept.

    This sets the annotation connect-operator.io/reconcile-requested-at and waits until the operator says in
    status.lastHandledReconcileAt that it has acted on it; then it prints how the object stands.

    Exit codes: 0 it was acted on and the object is Ready, 2 it was and the object is not, 1 nobody acted in time.
    """
    if (name is None) == (instance is None):
        raise click.UsageError("name one ConnectUser, or --instance NAME")
    if name is not None and "/" in name:  # as status shows it
        where, _, bare = name.rpartition("/")
        raise click.UsageError(f"{name!r} is no name of an object; write {bare} -n {where}")
    # Imported here, so that --help answers at once.
    from connect_operator.cli.reconcile.run_reconcile import Target, run  # noqa: PLC0415

    target = Target("", instance) if instance is not None else Target(namespace, str(name))
    raise click.exceptions.Exit(run(target, timeout))
