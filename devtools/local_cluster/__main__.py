"""The command line: ``python -m local_cluster build`` and ``run``."""

from __future__ import annotations

import os
import shlex
import signal
import time
from pathlib import Path

import click

from local_cluster.build import ensure_programs
from local_cluster.cluster import LocalCluster
from local_cluster.control_plane import ClusterError
from local_cluster.programs import PROGRAMS, find
from local_cluster.tool_run import ToolError

_SECONDS_BETWEEN_LOOKS = 0.5


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """A real Kubernetes API on this machine: kube-apiserver and etcd, without containers.

    The two programs are looked for in KUBEBUILDER_ASSETS, then in CONNECT_OPERATOR_CACHE (default:
    ~/.cache/connect-operator). What is in neither is built there with Go, once per version.
    """


@main.command()
def build() -> None:
    """Build what is missing (about 5 minutes on 2 cores); say in one line where everything is."""
    click.echo("local cluster: " + ", ".join(f"{name} is {path}" for name, path in _ensured_programs().items()))


@main.command()
@click.option(
    "--crds",
    type=click.Path(exists=True, path_type=Path),
    help="Apply the manifests in this file or below this folder.",
)
def run(crds: Path | None) -> None:
    """Run a cluster until Ctrl-C; prints the `export KUBECONFIG=…` line for another terminal."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    _ensured_programs()
    try:
        with LocalCluster() as cluster:
            if crds is not None:
                cluster.apply_crds(crds)
            click.echo(f"export KUBECONFIG={shlex.quote(str(cluster.kubeconfig))}")
            click.echo(f"The Kubernetes API is at {cluster.server}. Ctrl-C ends it.", err=True)
            _watch(cluster)
    except KeyboardInterrupt:
        click.echo("\nThe cluster has ended.", err=True)
    except ClusterError as error:
        raise click.ClickException(str(error)) from error


def _ensured_programs() -> dict[str, Path]:
    if any(find(program, os.environ) is None for program in PROGRAMS):
        click.echo("kube-apiserver and etcd are built from source, once on this machine.", err=True)
    try:
        return ensure_programs()
    except ToolError as error:
        raise click.ClickException(str(error)) from error


def _watch(cluster: LocalCluster) -> None:
    while (failure := cluster.failure()) is None:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    raise ClusterError(failure)


if __name__ == "__main__":
    main(prog_name="python -m local_cluster")
