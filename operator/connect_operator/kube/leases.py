"""The Lease in Kubernetes by which one of several processes leads; engine/leading/election.py says what it means."""

from __future__ import annotations

import hashlib
import os
import socket
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from kubernetes.aio import config as kubernetes_config
from yaml import YAMLError

from connect_operator.engine.leading.election import LeaseRecord
from connect_operator.engine.ports import ObjectChangedError
from connect_operator.kube.connection import (
    ConflictError,
    Connection,
    ForbiddenError,
    NotFoundError,
    Request,
    checked_name,
)

LEASE_NAME = "connect-operator"
_API = "coordination.k8s.io/v1"
_LABELS = {"app.kubernetes.io/name": "connect-operator", "app.kubernetes.io/part-of": "connect-operator"}
# Well within the time for which a lead outlives its last renewal.
_TIMEOUT = 3.0
_NAMESPACE_FILE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
_DIGITS = 10


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    namespace: str = ""
    resource_version: str = ""


class _Spec(msgspec.Struct, frozen=True, rename="camel"):
    holder_identity: str | None = None
    lease_duration_seconds: int | None = None
    acquire_time: str | None = None
    renew_time: str | None = None
    lease_transitions: int | None = None


class _Lease(msgspec.Struct, frozen=True):
    metadata: _Metadata
    spec: _Spec = _Spec()


class _Leases(msgspec.Struct, frozen=True):
    items: list[_Lease] = []


@dataclass(frozen=True, slots=True)
class NamedLease:
    """A Lease and where it is."""

    namespace: str
    name: str
    record: LeaseRecord


@dataclass(frozen=True)
class KubernetesLease:
    """LeaseApi of one Lease. Its connection is its own: others' requests must not hold up a renewal."""

    connection: Connection
    namespace: str
    lease: str

    @property
    def name(self) -> str:
        """See LeaseApi."""
        return f"{self.namespace}/{self.lease}"

    async def read(self) -> LeaseRecord | None:
        """See LeaseApi."""
        try:
            body = await self._request("GET", self._path(self.lease))
        except NotFoundError:
            return None
        return _record(msgspec.json.decode(body, type=_Lease))

    async def create(self, record: LeaseRecord) -> LeaseRecord:
        """See LeaseApi."""
        try:
            body = await self._request("POST", self._path(), _plain(record, self.lease, self.namespace))
        except ConflictError as error:
            raise ObjectChangedError(str(error)) from error
        except NotFoundError as error:
            raise PermissionError(
                f"there is no namespace {self.namespace} for the Lease {self.lease}; create it, or set "
                "CONNECT_OPERATOR_LEASE_NAMESPACE to one that exists"
            ) from error
        return _record(msgspec.json.decode(body, type=_Lease))

    async def update(self, record: LeaseRecord) -> LeaseRecord:
        """See LeaseApi."""
        try:
            body = await self._request("PUT", self._path(self.lease), _plain(record, self.lease, self.namespace))
        except (ConflictError, NotFoundError) as error:
            raise ObjectChangedError(str(error)) from error
        return _record(msgspec.json.decode(body, type=_Lease))

    def _path(self, name: str = "") -> str:
        root = f"/apis/{_API}/namespaces/{checked_name(self.namespace)}/leases"
        return f"{root}/{checked_name(name)}" if name else root

    async def _request(self, method: str, path: str, body: object = None) -> bytes:
        try:
            return await self.connection.request(Request(method, path, body=body, timeout=_TIMEOUT))
        except ForbiddenError as error:
            raise PermissionError(f"{error}. {self._remedy()}") from error

    def _remedy(self) -> str:
        return (
            f"By the Lease {self.name} one of several processes leads, and without it the operator does not run. Grant "
            f"its ServiceAccount get, create and update of leases.coordination.k8s.io in namespace {self.namespace}, "
            "as the Role connect-operator-leases in manifests/rbac.yaml does, or name another namespace in "
            "CONNECT_OPERATOR_LEASE_NAMESPACE"
        )


async def find_leases(connection: Connection) -> tuple[NamedLease, ...]:
    """The operator's Leases in all namespaces. Raises RequestRefusedError, ClusterUnavailableError."""
    query = {"labelSelector": ",".join(f"{name}={value}" for name, value in _LABELS.items())}
    body = await connection.request(Request("GET", f"/apis/{_API}/leases", query=query))
    found = msgspec.json.decode(body, type=_Leases).items
    return tuple(NamedLease(each.metadata.namespace, each.metadata.name, _record(each)) for each in found)


def lease_name(namespaces: Collection[str]) -> str:
    """The Lease of an operator for these namespaces, none meaning all: others' do not exclude it."""
    if not namespaces:
        return LEASE_NAME
    digest = hashlib.sha256("/".join(sorted(set(namespaces))).encode()).hexdigest()
    return f"{LEASE_NAME}-{digest[:_DIGITS]}"


def lease_namespace(environ: Mapping[str, str], file: Path = _NAMESPACE_FILE) -> str:
    """The pod's own namespace; outside of a cluster that of the kubeconfig's context, else default."""
    if not environ.get("KUBECONFIG") and environ.get("KUBERNETES_SERVICE_HOST"):
        try:
            return file.read_text().strip() or "default"
        except OSError:
            return "default"
    try:
        _, active = kubernetes_config.list_kube_config_contexts(config_file=environ.get("KUBECONFIG") or None)
    except (kubernetes_config.ConfigException, OSError, TypeError, YAMLError):
        return "default"  # what is wrong with it has been told by whoever connects
    context: dict[str, Any] = (active or {}).get("context") or {}
    return str(context.get("namespace") or "default")


def own_identity() -> str:
    """A name that no other process has, and that says where this one runs: the host's, a pod's in a cluster."""
    return f"{os.environ.get('HOSTNAME') or socket.gethostname()}_{uuid.uuid4()}"


def _record(lease: _Lease) -> LeaseRecord:
    spec = lease.spec
    return LeaseRecord(
        holder=spec.holder_identity or "",
        duration=float(spec.lease_duration_seconds or 0),
        acquire_time=spec.acquire_time or "",
        renew_time=spec.renew_time or "",
        transitions=spec.lease_transitions or 0,
        version=lease.metadata.resource_version,
    )


def _plain(record: LeaseRecord, name: str, namespace: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name, "namespace": namespace, "labels": _LABELS}
    if record.version:
        metadata["resourceVersion"] = record.version
    return {
        "apiVersion": _API,
        "kind": "Lease",
        "metadata": metadata,
        "spec": {
            "holderIdentity": record.holder,
            "leaseDurationSeconds": int(record.duration),
            "acquireTime": record.acquire_time,
            "renewTime": record.renew_time,
            "leaseTransitions": record.transitions,
        },
    }
