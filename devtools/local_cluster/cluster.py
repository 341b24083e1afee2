"""LocalCluster: a Kubernetes API with its users, kinds and audit log. How its servers run is in control_plane.py."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Self

from kubernetes import client, config

from local_cluster.audit import AuditEvent, AuditLog
from local_cluster.build import ensure_programs
from local_cluster.control_plane import ClusterError, ControlPlane, ControlPlaneSettings
from local_cluster.credentials import (
    ADMINISTRATOR,
    ClusterUser,
    kubeconfig,
    kubeconfig_file_name,
    new_tokens,
    token_file,
    write_private,
)
from local_cluster.manifests import apply, manifests_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

DEFAULT_USERS = (ClusterUser("operator"), ClusterUser("developer"))
_TOKEN_SECONDS = 24 * 3600


class LocalCluster:
    """A Kubernetes API at ``server``, until ``stop()`` or the end of the ``with`` block or of this process.

    ``users`` are those for whom there will be a kubeconfig; the API server learns of them only when it starts. They may
    do nothing until RBAC lets them. ``audit=True`` keeps the audit log. ``startup_timeout`` is in seconds.
    Several clusters may run at the same time; one cluster is for one thread at a time.
    """

    def __init__(
        self, *, users: Iterable[ClusterUser] = DEFAULT_USERS, audit: bool = False, startup_timeout: float = 300.0
    ) -> None:
        self._tokens = new_tokens(users)
        self._audit = audit
        self._startup_timeout = startup_timeout
        self._control_plane: ControlPlane | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start both servers and wait until they are ready; missing programs are built first, which takes minutes.

        Raises ClusterError, or ToolError when a program cannot be built; then nothing is left behind.
        """
        if self._control_plane is not None:
            raise ClusterError("the cluster runs already")
        settings = ControlPlaneSettings(
            programs=ensure_programs(),
            tokens=token_file(self._tokens),
            administrator_token=self._tokens[ADMINISTRATOR],
            audit=self._audit,
            startup_timeout=self._startup_timeout,
        )
        self._control_plane = ControlPlane(settings)
        try:
            self._control_plane.start()
            for user, token in self._tokens.items():
                self._write_kubeconfig(user, token)
        except BaseException:  # Ctrl-C too must leave nothing behind
            self.stop()
            raise

    def stop(self) -> None:
        """End both servers and remove their folder. May be called again."""
        if self._control_plane is not None:
            self._control_plane.close()
            self._control_plane = None

    def stop_api_server(self) -> None:
        """Only the API server goes down: connections are refused. etcd keeps the data, and the port stays reserved."""
        self._running.stop_api_server()

    def start_api_server(self) -> None:
        """Bring the API server back, at the same address and with the same data, and wait until it is ready."""
        self._running.start_api_server()

    def snapshot(self, folder: Path) -> None:
        """Copy what etcd holds to a new folder; both servers are down meanwhile."""

        def copy(data: Path) -> None:
            shutil.copytree(data, folder)

        self._running.while_stopped(copy)

    def restore(self, folder: Path) -> None:
        """Have etcd hold what was copied before, as after a disaster; both servers are down meanwhile."""

        def replace(data: Path) -> None:
            shutil.rmtree(data)
            shutil.copytree(folder, data)

        self._running.while_stopped(replace)

    @property
    def server(self) -> str:
        """The URL of the API server."""
        return self._running.endpoint.url

    @property
    def folder(self) -> Path:
        """Holds everything that belongs to this cluster; removed when it stops."""
        return self._running.layout.folder

    @property
    def supervisor_pid(self) -> int:
        """The process whose children the servers are."""
        return self._running.supervisor_pid

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig."""
        return self._kubeconfig_path(ADMINISTRATOR)

    def kubeconfig_for(self, user: str, groups: Iterable[str] = ()) -> Path:
        """The kubeconfig of one of ``users``, given its groups. Raises LookupError for any other."""
        wanted = ClusterUser(user, tuple(groups))
        if wanted not in self._tokens:
            raise LookupError(f"{wanted} is unknown here: name it in LocalCluster(users=[...])")
        return self._kubeconfig_path(wanted)

    def kubeconfig_for_service_account(self, namespace: str, name: str) -> Path:
        """A kubeconfig for an existing ServiceAccount, with a token that the API server issues, valid for a day.

        Raises kubernetes.client.ApiException (404) when there is no such ServiceAccount.
        """
        spec = client.V1TokenRequestSpec(audiences=[], expiration_seconds=_TOKEN_SECONDS)
        request = client.AuthenticationV1TokenRequest(spec=spec)
        with self.api_client() as api:
            answer = client.CoreV1Api(api).create_namespaced_service_account_token(name, namespace, request)
        return self._write_kubeconfig(ClusterUser(f"system:serviceaccount:{namespace}:{name}"), answer.status.token)

    def api_client(self, kubeconfig: Path | None = None) -> client.ApiClient:
        """A client of the official library; the administrator's unless another kubeconfig is given. Close it."""
        configuration = client.Configuration()
        configuration.proxy = None  # else the environment's, which cannot reach this machine's loopback addresses
        config.load_kube_config(str(kubeconfig or self.kubeconfig), client_configuration=configuration)
        return client.ApiClient(configuration)

    def apply_crds(self, path: Path) -> None:
        """Apply every manifest in a file or below a folder; the kinds that they define can be used afterwards.

        Raises kubernetes.client.ApiException when one is refused, ValueError when a file holds no Kubernetes object.
        """
        with self.api_client() as api:
            apply(api, manifests_below(path), self.folder / "discovery.json")

    def audit_mark(self) -> int:
        """The present end of the audit log, for ``audit_events(after=…)``."""
        return self._audit_log.mark()

    def audit_events(self, after: int = 0, user: str | None = None) -> Iterator[AuditEvent]:
        """What was asked of the API server after a mark, by one user or by all; ``AuditEvent.is_write`` tells writes.

        A request is written down right after its answer: wait for what must be there. Needs ``audit=True``.
        """
        return (event for event in self._audit_log.events(after) if user is None or event.user == user)

    def log(self, server: str) -> str:
        """What a server (``"etcd"`` or ``"kube-apiserver"``) has said so far."""
        return self._running.log(server)

    def failure(self) -> str | None:
        """None while both servers run; else which one has ended, and what they said last."""
        ended = self._running.ended_server()
        return f"{ended} has ended.\n{self._running.last_words()}" if ended else None

    @property
    def _running(self) -> ControlPlane:
        if self._control_plane is None:
            raise ClusterError("the cluster does not run")
        return self._control_plane

    @property
    def _audit_log(self) -> AuditLog:
        if not self._audit:
            raise ClusterError("there is no audit log: use LocalCluster(audit=True)")
        return AuditLog(self._running.layout.audit_log)

    def _kubeconfig_path(self, user: ClusterUser) -> Path:
        return self.folder / kubeconfig_file_name(user)

    def _write_kubeconfig(self, user: ClusterUser, token: str) -> Path:
        endpoint = self._running.endpoint
        content = kubeconfig(endpoint.url, endpoint.certificate_authority, user.name, token)
        return write_private(self._kubeconfig_path(user), content)
