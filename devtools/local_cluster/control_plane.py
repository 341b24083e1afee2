"""The running pair of etcd and kube-apiserver: start, outage, end. Who uses it and for what belongs to cluster.py."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_cluster.audit import AUDIT_POLICY
from local_cluster.credentials import write_private
from local_cluster.ports import ReservedPort
from local_cluster.readiness import Endpoint, wait_until
from local_cluster.servers import API_SERVER, ETCD, Layout, api_server_argv, etcd_argv
from local_cluster.supervision import Supervision, SupervisionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_ATTEMPTS_TO_GET_A_PORT = 5
_SECONDS_TO_STOP = 10.0
_LOG_LINES_SHOWN = 15


class ClusterError(Exception):
    """The cluster did not start or does not run; where servers are to blame, the message ends with their last words."""


@dataclass(frozen=True)
class ControlPlaneSettings:
    """What to run. ``tokens`` is the content of the API server's token file; times are in seconds."""

    programs: Mapping[str, Path]
    tokens: str
    administrator_token: str
    audit: bool
    startup_timeout: float


class ControlPlane:
    """Both servers and their folder, from construction to ``close()``."""

    def __init__(self, settings: ControlPlaneSettings) -> None:
        self._settings = settings
        self._port = ReservedPort()
        self._supervision = Supervision()
        self.layout = Layout(self._supervision.folder)

    @property
    def endpoint(self) -> Endpoint:
        """The API server as its administrator reaches it."""
        return Endpoint(self._port.number, self.layout.certificate_authority, self._settings.administrator_token)

    @property
    def supervisor_pid(self) -> int:
        """The process whose children the servers are."""
        return self._supervision.pid

    def start(self) -> None:
        """Start both and wait until they are ready. Raises ClusterError."""
        write_private(self.layout.tokens, self._settings.tokens)
        write_private(self.layout.audit_policy, json.dumps(AUDIT_POLICY))  # JSON is YAML
        self._launch(ETCD, etcd_argv(self._settings.programs[ETCD], self.layout))
        self._wait_for(ETCD, self.layout.etcd_socket.exists)
        for attempts_left in reversed(range(_ATTEMPTS_TO_GET_A_PORT)):
            try:
                self.start_api_server()
            except ClusterError:
                if attempts_left == 0 or "address already in use" not in self.log(API_SERVER):
                    raise
                self._choose_another_port()
            else:
                break

    def start_api_server(self) -> None:
        """Start the API server at its port, and wait until it is ready. Raises ClusterError."""
        self._port.let_server_listen()
        program, settings = self._settings.programs[API_SERVER], self._settings
        self._launch(API_SERVER, api_server_argv(program, self.layout, self._port.number, audit=settings.audit))
        self._wait_for(API_SERVER, self.endpoint.is_ready)

    def stop_api_server(self) -> None:
        """Connections are refused from now on; the port stays reserved."""
        self._supervision.stop(API_SERVER, _SECONDS_TO_STOP)
        self._port.hold()

    def while_stopped(self, act: Callable[[Path], None]) -> None:
        """Stop both, hand over etcd's folder, and start both again with what it holds then. Raises ClusterError."""
        self.stop_api_server()
        self._supervision.stop(ETCD, _SECONDS_TO_STOP)
        act(self.layout.etcd_data)
        self.layout.etcd_socket.unlink(missing_ok=True)
        self._launch(ETCD, etcd_argv(self._settings.programs[ETCD], self.layout))
        self._wait_for(ETCD, self.layout.etcd_socket.exists)
        self.start_api_server()

    def close(self) -> None:
        """End both servers and remove their folder."""
        self._supervision.close()
        self._port.release()

    def log(self, server: str) -> str:
        """What a server has said so far."""
        file = self.layout.log(server)
        return file.read_text(errors="replace") if file.exists() else ""

    def ended_server(self) -> str | None:
        """The name of a server that has ended, None while both run."""
        return next((name for name in (ETCD, API_SERVER) if self._supervision.exit_code(name) is not None), None)

    def last_words(self) -> str:
        """The end of both logs."""
        tails = {name: self.log(name).splitlines()[-_LOG_LINES_SHOWN:] for name in (ETCD, API_SERVER)}
        return "\n".join(f"The end of {name}'s log:\n" + "\n".join(tail) for name, tail in tails.items() if tail)

    def _choose_another_port(self) -> None:
        self._port.release()
        self._port = ReservedPort()
        self.layout.log(API_SERVER).unlink()  # so that the next attempt is judged by its own words

    def _launch(self, name: str, argv: list[str]) -> None:
        try:
            self._supervision.start(name, argv, self.layout.log(name))
        except SupervisionError as error:
            raise ClusterError(f"{argv[0]} could not be started: {error}") from error

    def _wait_for(self, name: str, is_up: Callable[[], bool]) -> None:
        in_time = wait_until(
            lambda: self._supervision.exit_code(name) is not None or is_up(), self._settings.startup_timeout
        )
        ended = self._supervision.exit_code(name)
        if ended is not None:
            raise ClusterError(f"{name} ended with exit code {ended} instead of starting.\n{self.last_words()}")
        if not in_time:
            limit = self._settings.startup_timeout
            raise ClusterError(f"{name} was not ready within {limit:.0f} s.\n{self.last_words()}")
