"""The kinds: what the API server calls them, and how an object of each is read.

Whatever is done for every kind loops over KINDS: watching, comparing with lists, the doors of the engine. A new kind is
its schema in crds/, its manifest here in domain/kinds/, a folder in engine/, a line below, and its rights in rbac.yaml.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from connect_operator.domain.kinds.assignment import parse_assignment
from connect_operator.domain.kinds.objects import Resource, parse_instance, parse_user


class Kind(NamedTuple):
    """One kind. `parse` raises KeyError, TypeError, msgspec.ValidationError for metadata that no object can have."""

    name: str
    plural: str
    namespaced: bool
    parse: Callable[[dict[str, Any]], Resource]


CONNECT_INSTANCE = Kind("ConnectInstance", "connectinstances", namespaced=False, parse=parse_instance)
CONNECT_USER = Kind("ConnectUser", "connectusers", namespaced=True, parse=parse_user)
CONNECT_CONTACT_ASSIGNMENT = Kind(
    "ConnectContactAssignment", "connectcontactassignments", namespaced=True, parse=parse_assignment
)

KINDS = (CONNECT_INSTANCE, CONNECT_USER, CONNECT_CONTACT_ASSIGNMENT)
"""Those first that others refer to."""
