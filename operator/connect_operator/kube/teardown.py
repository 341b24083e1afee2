"""What is being uninstalled around an object: one of our definitions, its namespace, its ConnectInstance.

The API server marks the definition, or the namespace, before it deletes the objects in it, so a GET after an object's
own deletion was seen always shows it. Three definitions by name, one namespace, one ConnectInstance: no list, no watch.
"""

from __future__ import annotations

import asyncio

import msgspec

from connect_operator.domain.kinds.objects import GROUP, VERSION, ConnectUser
from connect_operator.kube.connection import (
    PARTIAL,
    Connection,
    ForbiddenError,
    NotFoundError,
    Request,
    checked_name,
)

DEFINITIONS = ("connectusers", "connectinstances", "connectcontactassignments")
CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    deletion_timestamp: str = ""


class _Object(msgspec.Struct, frozen=True):
    metadata: _Metadata


async def read_teardown(connection: Connection, user: ConnectUser, instance: str) -> str:
    """See ClusterApi. Raises ClusterUnavailableError."""
    paths = {f"CustomResourceDefinition {each}.{GROUP}": f"{CRDS}/{each}.{GROUP}" for each in DEFINITIONS}
    namespace = checked_name(user.metadata.namespace)
    paths[f"namespace {namespace}"] = f"/api/v1/namespaces/{namespace}"
    paths[f"ConnectInstance {instance}"] = f"/apis/{GROUP}/{VERSION}/connectinstances/{checked_name(instance)}"
    told = await asyncio.gather(*(_going(connection, what, path) for what, path in paths.items()))
    return next((each for each in told if each), "")


async def is_being_deleted(connection: Connection, path: str) -> bool | None:
    """Whether the object at that path is; None when there is none. Raises as `Connection.request` does."""
    try:
        body = await connection.request(Request("GET", path, accept=PARTIAL))
    except NotFoundError:
        return None
    return bool(msgspec.json.decode(body, type=_Object).metadata.deletion_timestamp)


async def _going(connection: Connection, what: str, path: str) -> str:
    try:
        going = await is_being_deleted(connection, path)
    except ForbiddenError:
        return f"whether {what} is being deleted cannot be seen (grant the operator get on it, see manifests/rbac.yaml)"
    if going is None:
        return f"{what} does not exist any more"
    return f"{what} is being deleted" if going else ""
