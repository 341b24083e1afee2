"""Kubernetes objects as the engine sees them: the parts of metadata that decide something, spec and status.

Parsing is lenient about what the operator does not use and strict about types; a manifest that does not parse (a live
object under an older schema) is kept with its `spec_error`, so that its status and finalizer can still be handled.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.spec import ConnectInstanceSpec, ConnectUserSpec
from connect_operator.domain.status import InstanceStatus, UserStatus

GROUP = "connect-operator.io"
VERSION = "v1alpha1"
FINALIZER = f"{GROUP}/user"
INSTANCE_FINALIZER = f"{GROUP}/instance"

_Status = TypeVar("_Status", bound=msgspec.Struct)


class ObjectKey(NamedTuple):
    """Namespace and name of an object; cluster-scoped ones have no namespace."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


class Metadata(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is used of metadata. Times are RFC 3339 strings, as the API server writes them."""

    name: str
    uid: str
    namespace: str = ""
    generation: int = 1
    resource_version: str = ""
    creation_timestamp: str = ""
    deletion_timestamp: str | UnsetType = UNSET
    finalizers: tuple[str, ...] = ()
    annotations: dict[str, str] = {}


class ConnectUser(msgspec.Struct, frozen=True, kw_only=True):
    """One ConnectUser object. `spec` is None when it does not parse, and `spec_error` says why."""

    metadata: Metadata
    spec: ConnectUserSpec | None
    status: UserStatus
    spec_error: str = ""

    @property
    def key(self) -> ObjectKey:
        """Namespace and name."""
        return ObjectKey(self.metadata.namespace, self.metadata.name)

    @property
    def deleting(self) -> bool:
        """Whether deletion was asked for."""
        return self.metadata.deletion_timestamp is not UNSET

    @property
    def held(self) -> bool:
        """Whether our finalizer is on the object: an attempt to create or adopt may have been made."""
        return FINALIZER in self.metadata.finalizers

    @property
    def username(self) -> str:
        """The Connect username: spec.username, by default metadata.name."""
        if self.spec is None or self.spec.username is UNSET:
            return self.metadata.name
        return self.spec.username


class ConnectInstance(msgspec.Struct, frozen=True, kw_only=True):
    """One ConnectInstance object."""

    metadata: Metadata
    spec: ConnectInstanceSpec | None
    status: InstanceStatus
    spec_error: str = ""

    @property
    def deleting(self) -> bool:
        """Whether deletion was asked for."""
        return self.metadata.deletion_timestamp is not UNSET

    @property
    def held(self) -> bool:
        """Whether our finalizer is on the object: there are users that need it."""
        return INSTANCE_FINALIZER in self.metadata.finalizers


def parse_user(raw: dict[str, Any]) -> ConnectUser:
    """A ConnectUser from the API server's JSON."""
    metadata = parse_metadata(raw)
    status = parse_status(raw, UserStatus)
    try:
        spec = msgspec.convert(raw.get("spec") or {}, ConnectUserSpec)
    except msgspec.ValidationError as error:
        return ConnectUser(metadata=metadata, spec=None, status=status, spec_error=str(error))
    return ConnectUser(metadata=metadata, spec=spec, status=status)


def parse_instance(raw: dict[str, Any]) -> ConnectInstance:
    """A ConnectInstance from the API server's JSON."""
    metadata = parse_metadata(raw)
    status = parse_status(raw, InstanceStatus)
    try:
        spec = msgspec.convert(raw.get("spec") or {}, ConnectInstanceSpec)
    except msgspec.ValidationError as error:
        return ConnectInstance(metadata=metadata, spec=None, status=status, spec_error=str(error))
    return ConnectInstance(metadata=metadata, spec=spec, status=status)


def parse_metadata(raw: dict[str, Any]) -> Metadata:
    """What is used of metadata. Raises KeyError, msgspec.ValidationError."""
    return msgspec.convert(raw["metadata"], Metadata)


def parse_status(raw: dict[str, Any], kind: type[_Status]) -> _Status:
    """The status; one that does not parse (another version's) counts as none: status is a report, not a memory."""
    try:
        return msgspec.convert(raw.get("status") or {}, kind)
    except msgspec.ValidationError:
        return kind()
