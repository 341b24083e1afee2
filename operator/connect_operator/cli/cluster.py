"""The cluster's objects of our kinds, listed once. No watch, and nothing is written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from connect_operator.domain.kinds.assignment import ConnectContactAssignment, parse_assignment
from connect_operator.domain.kinds.objects import (
    GROUP,
    VERSION,
    ConnectInstance,
    ConnectUser,
    ObjectKey,
    parse_instance,
    parse_user,
)
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import (
    Connection,
    ForbiddenError,
    NotFoundError,
    NotServedError,
    RequestRefusedError,
    checked_name,
)
from connect_operator.kube.credentials import NoClusterError, loader
from connect_operator.kube.identity import read_cluster_id
from connect_operator.kube.listing import FullPage, pages

_ROOT = f"/apis/{GROUP}/{VERSION}"


class ClusterError(Exception):
    """The cluster cannot be asked, or does not know our kinds; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ClusterObjects:
    """All ConnectInstances, and the ConnectUsers of the asked namespaces."""

    users: tuple[ConnectUser, ...]
    instances: tuple[ConnectInstance, ...]


def is_configured(environ: Mapping[str, str]) -> bool:
    """Whether a cluster is named on purpose: by KUBECONFIG, or by running in a pod."""
    return bool(environ.get("KUBECONFIG") or environ.get("KUBERNETES_SERVICE_HOST"))


@asynccontextmanager
async def connection(environ: Mapping[str, str]) -> AsyncIterator[Connection]:
    """A connection to the cluster that `environ` names, closed at the end. The first request opens it."""
    opened = Connection(loader(environ))
    try:
        yield opened
    finally:
        await opened.close()


async def list_objects(opened: Connection, namespaces: Collection[str] = ()) -> ClusterObjects:
    """Users and instances; no namespaces means all. Raises ClusterError."""
    with _told():
        instances = [each async for each in _items(opened, f"{_ROOT}/connectinstances")]
        users = [each async for each in _namespaced(opened, "connectusers", namespaces)]
    return ClusterObjects(tuple(map(parse_user, users)), tuple(map(parse_instance, instances)))


async def list_instances(opened: Connection) -> tuple[ConnectInstance, ...]:
    """The ConnectInstances alone. Raises ClusterError."""
    with _told():
        return tuple([parse_instance(each) async for each in _items(opened, f"{_ROOT}/connectinstances")])


async def raw_instances(opened: Connection) -> tuple[dict[str, Any], ...]:
    """The ConnectInstances as the API server has them. Raises ClusterError."""
    with _told():
        return tuple([each async for each in _items(opened, f"{_ROOT}/connectinstances")])


async def labels_of_users(opened: Connection) -> dict[ObjectKey, dict[str, str]]:
    """The labels of all ConnectUsers, which list_objects leaves out. Raises ClusterError."""
    with _told():
        found = [each["metadata"] async for each in _items(opened, f"{_ROOT}/connectusers")]
    return {ObjectKey(each["namespace"], each["name"]): each.get("labels") or {} for each in found}


async def list_assignments(
    opened: Connection, namespaces: Collection[str] = ()
) -> tuple[ConnectContactAssignment, ...] | None:
    """The ConnectContactAssignments; no namespaces means all. Raises ClusterError.

    None where they may not be listed, or where the cluster does not know the kind: users can be told of all the same.
    """
    with _told():
        try:
            found = [each async for each in _namespaced(opened, "connectcontactassignments", namespaces)]
        except (ForbiddenError, NotFoundError, NotServedError):
            return None
    return tuple(map(parse_assignment, found))


async def cluster_id(opened: Connection, configured: str | None) -> str | None:
    """The cluster's part of owner tags; None where it may not be read. Raises ClusterError."""
    if configured is not None:
        return configured
    with _told():
        try:
            return await read_cluster_id(opened)
        except PermissionError:
            return None


@contextmanager
def _told() -> Iterator[None]:
    """Everything that keeps the cluster from answering, as ClusterError."""
    try:
        yield
    except (NotFoundError, NotServedError) as error:
        raise ClusterError(
            f"the API server does not know the kinds of {GROUP}; apply the manifests in crds/ first ({error})"
        ) from error
    except (NoClusterError, ClusterUnavailableError, RequestRefusedError) as error:
        raise ClusterError(str(error)) from error


async def _namespaced(opened: Connection, plural: str, namespaces: Collection[str]) -> AsyncIterator[dict[str, Any]]:
    paths = [f"{_ROOT}/namespaces/{checked_name(name)}/{plural}" for name in namespaces]
    for path in paths or [f"{_ROOT}/{plural}"]:
        async for item in _items(opened, path):
            yield item


async def _items(opened: Connection, path: str) -> AsyncIterator[dict[str, Any]]:
    async for page in pages(opened, path, FullPage, "application/json"):
        for item in page.objects():
            yield item
