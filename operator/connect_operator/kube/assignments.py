"""The engine's AssignmentsApi on the real Kubernetes API: status by compare-and-swap, reading, deletion.

What is written here decides who may ring a desk, so every write is for one version of one object: of two writers one
succeeds, and the other reads again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from connect_operator.domain.kinds.assignment import ConnectContactAssignment, parse_assignment
from connect_operator.domain.kinds.objects import GROUP, VERSION
from connect_operator.engine.ports import Event, ObjectChangedError, ObjectGoneError
from connect_operator.kube.client import patch_object, read_object
from connect_operator.kube.connection import (
    ConflictError,
    Connection,
    InvalidRequestError,
    NotFoundError,
    Request,
    checked_name,
)
from connect_operator.kube.events import EventPoster


class KubernetesAssignments:
    """Implements `connect_operator.engine.ports.AssignmentsApi`. It never waits for anything but the API server."""

    def __init__(self, connection: Connection, events: EventPoster) -> None:
        self._connection = connection
        self._events = events

    async def write_assignment_status(
        self, assignment: ConnectContactAssignment, status: Mapping[str, Any]
    ) -> ConnectContactAssignment:
        """See AssignmentsApi."""
        operations: list[dict[str, Any]] = [
            {"op": "test", "path": "/metadata/resourceVersion", "value": assignment.metadata.resource_version},
            {"op": "add", "path": "/status", "value": dict(status)},
        ]
        try:
            body = await patch_object(self._connection, f"{_path(assignment)}/status", assignment, operations)
        except NotFoundError as error:
            raise ObjectGoneError(str(error)) from error
        except (ConflictError, InvalidRequestError) as error:
            if error.causes:
                raise
            raise ObjectChangedError(f"ConnectContactAssignment {assignment.key} was changed meanwhile") from error
        return parse_assignment(msgspec.json.decode(body))

    async def read_assignment(self, assignment: ConnectContactAssignment) -> ConnectContactAssignment | None:
        """See AssignmentsApi."""
        return await read_object(self._connection, _path(assignment), assignment, parse_assignment)

    async def delete_assignment(self, assignment: ConnectContactAssignment) -> None:
        """See AssignmentsApi."""
        metadata = assignment.metadata
        body = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "preconditions": {"uid": metadata.uid, "resourceVersion": metadata.resource_version},
            "propagationPolicy": "Background",
        }
        try:
            await self._connection.request(Request("DELETE", _path(assignment), body=body))
        except (NotFoundError, ConflictError):
            return  # gone, or another version: the watch brings it

    def post_event(self, target: ConnectContactAssignment, event: Event) -> None:
        """See AssignmentsApi."""
        self._events.post(target, event)


def _path(assignment: ConnectContactAssignment) -> str:
    namespace, name = checked_name(assignment.metadata.namespace), checked_name(assignment.metadata.name)
    return f"/apis/{GROUP}/{VERSION}/namespaces/{namespace}/connectcontactassignments/{name}"
