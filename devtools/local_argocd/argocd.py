"""The running Argo CD: start, ask, end."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any, Self

from local_argocd import servers
from local_argocd.installation import objects
from local_argocd.servers import CONTROLLER, NAMESPACE, REDIS, REPO_SERVER, Layout, Ports
from local_cluster.build import ensure_program
from local_cluster.control_plane import ClusterError
from local_cluster.manifests import apply
from local_cluster.ports import ReservedPort
from local_cluster.programs import ARGOCD
from local_cluster.readiness import wait_until
from local_cluster.supervision import Supervision

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local_cluster import LocalCluster

_SECONDS_TO_START = 120.0
_SECONDS_TO_ANSWER = 5.0
_SECONDS_FOR_LUA = 120.0
_LOG_LINES_SHOWN = 25


class ArgoCD:
    """Argo CD in one cluster, with what ``user`` of that cluster may do. Use as a context manager."""

    def __init__(self, cluster: LocalCluster, kubeconfig: Path) -> None:
        self._cluster = cluster
        self._kubeconfig = kubeconfig
        self._program = ensure_program(ARGOCD)
        self._ports = [ReservedPort() for _ in range(4)]
        self._supervision = Supervision()
        self._layout = Layout(self._supervision.folder, self._program, kubeconfig)

    def __enter__(self) -> Self:
        try:
            self._install()
            self._start()
        except BaseException:  # Ctrl-C too must leave nothing behind
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._supervision.close()
        for port in self._ports:
            port.release()

    def log(self, server: str) -> str:
        """What a server has said so far."""
        file = self._layout.log(server)
        return file.read_text(errors="replace") if file.exists() else ""

    def lua(self, *questions: dict[str, Any]) -> list[dict[str, Any]]:
        """How Argo CD's API server answers about objects: ``{"object": …}`` its health and the actions that it offers;
        with an ``"action"``, the merge patch that it would send.
        """  # noqa: D205 - one sentence
        done = subprocess.run(
            [self._program, "lua", NAMESPACE],
            input=json.dumps(questions),
            env={"PATH": os.environ["PATH"], "KUBECONFIG": str(self._kubeconfig)},
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS_FOR_LUA,
        )
        if done.returncode != 0:
            raise ClusterError(done.stderr)
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    def _install(self) -> None:
        upstream = self._program.parent
        for kind in ("application-crd.yaml", "appproject-crd.yaml"):
            self._cluster.apply_crds(upstream / kind)
        with self._cluster.api_client() as api:
            found = objects(upstream, self._cluster.server, self._kubeconfig)
            apply(api, found, self._cluster.folder / "discovery-argocd.json")

    def _start(self) -> None:
        servers.write_tools(self._layout)
        for port in self._ports:
            port.let_server_listen()
        ports = Ports(*(port.number for port in self._ports))
        self._launch(REDIS, servers.redis_argv(self._layout, ports.redis), lambda: _listens(ports.redis))
        self._launch(
            REPO_SERVER, servers.repo_server_argv(self._layout, ports), lambda: _is_well(ports.repo_server_health)
        )
        self._launch(
            CONTROLLER, servers.controller_argv(self._layout, ports), lambda: _is_well(ports.controller_health)
        )

    def _launch(self, name: str, argv: list[str], is_up: Callable[[], bool]) -> None:
        self._supervision.start(name, argv, self._layout.log(name))
        wait_until(lambda: self._supervision.exit_code(name) is not None or is_up(), _SECONDS_TO_START)
        if self._supervision.exit_code(name) is not None or not is_up():
            words = "\n".join(self.log(name).splitlines()[-_LOG_LINES_SHOWN:])
            raise ClusterError(f"Argo CD's {name} did not start. The end of its log:\n{words}")


def _listens(port: int) -> bool:
    with closing(socket.socket()) as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def _is_well(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
