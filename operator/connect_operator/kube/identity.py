"""What the cluster tells of itself: its version and a lasting identity. Asked once, at start."""

from __future__ import annotations

import re

import msgspec

from connect_operator.kube.connection import Connection, ForbiddenError, Request

MINIMUM = (1, 30)


class OldClusterError(Exception):
    """The API server is older than what this operator needs."""


class _VersionInfo(msgspec.Struct, frozen=True, rename="camel"):
    major: str = ""
    minor: str = ""
    git_version: str = ""


class _Metadata(msgspec.Struct, frozen=True):
    uid: str


class _Namespace(msgspec.Struct, frozen=True):
    metadata: _Metadata


async def check_version(connection: Connection) -> str:
    """The API server's version, such as v1.36.3. Raises OldClusterError, ClusterUnavailableError."""
    told = msgspec.json.decode(await connection.request(Request("GET", "/version")), type=_VersionInfo)
    # Some vendors append a "+" to the minor version.
    numbers = [re.match(r"[0-9]+", text) for text in (told.major, told.minor)]
    version = tuple(int(number.group()) for number in numbers if number)
    if version < MINIMUM:
        raise OldClusterError(
            f"the Kubernetes API server is {told.git_version or 'of unknown version'}; "
            f"at least {MINIMUM[0]}.{MINIMUM[1]} is needed"
        )
    return told.git_version


async def read_cluster_id(connection: Connection) -> str:
    """The UID of the namespace kube-system, which lives as long as the cluster.

    Raises PermissionError (what to grant, or set), ClusterUnavailableError.
    """
    try:
        body = await connection.request(Request("GET", "/api/v1/namespaces/kube-system"))
    except ForbiddenError as error:
        raise PermissionError(
            "the operator may not get namespace kube-system, whose UID is the cluster's identity in owner tags; "
            "grant it that, or set CONNECT_OPERATOR_CLUSTER_ID"
        ) from error
    return msgspec.json.decode(body, type=_Namespace).metadata.uid
