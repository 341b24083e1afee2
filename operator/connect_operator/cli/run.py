"""`connect-operator run`: the operator itself. What it is made of is in app.py."""

from __future__ import annotations

import asyncio
import importlib.metadata
import logging
import os
import sys

import click

from connect_operator.cli.namespaces import Namespace


@click.command("run")
@click.option(
    "--namespace",
    "namespaces",
    type=Namespace(),
    multiple=True,
    metavar="NS",
    help="Look only after the objects in this namespace; can be given several times. Default: all namespaces.",
)
def command(namespaces: tuple[str, ...]) -> None:
    """Run the operator until SIGTERM or Ctrl-C.

    The cluster comes from KUBECONFIG or the pod's service account, AWS from the standard chain (AWS_REGION,
    AWS_PROFILE, web identity, …). Everything else is set by variables named CONNECT_OPERATOR_…: CLUSTER_ID,
    CONSISTENCY_WINDOW, SLOW_RETRY, RESYNC_INTERVAL, AWS_THREADS, HEALTH_ADDRESS, METRICS_ADDRESS, LEADER_ELECTION,
    LEASE_NAMESPACE, LOG_FORMAT and LOG_LEVEL.
    """
    # Imported here, so that --help answers at once.
    from connect_operator import app, wiring  # noqa: PLC0415
    from connect_operator.config import SettingsError, load_settings  # noqa: PLC0415
    from connect_operator.engine.leading.leadership import LeadershipLostError  # noqa: PLC0415
    from connect_operator.kube.comparison import HistoryLostError  # noqa: PLC0415
    from connect_operator.kube.connection import RequestRefusedError  # noqa: PLC0415
    from connect_operator.kube.credentials import NoClusterError  # noqa: PLC0415
    from connect_operator.kube.identity import OldClusterError  # noqa: PLC0415
    from connect_operator.kube.served import CrdMissingError, CrdReturnedError  # noqa: PLC0415
    from connect_operator.kube.watch import WatchEndedError  # noqa: PLC0415
    from connect_operator.logs import configure_logging  # noqa: PLC0415

    try:
        settings = load_settings(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    configure_logging(sys.stderr, settings.resolved_log_format(terminal=sys.stderr.isatty()), settings.log_level)
    options = wiring.Options(namespaces=namespaces, version=importlib.metadata.version("connect-operator"))
    of_cluster = (NoClusterError, OldClusterError, CrdMissingError, CrdReturnedError, HistoryLostError)
    told = (*of_cluster, WatchEndedError, RequestRefusedError, LeadershipLostError)
    try:
        asyncio.run(app.run(settings, options, os.environ))
    except (*told, PermissionError, OSError) as error:
        # One line, and not the way to it; a Deployment starts it again, with growing pauses.
        logging.getLogger(__name__).critical("%s", error)
        raise click.exceptions.Exit(1) from error
