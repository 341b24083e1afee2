"""Kubernetes objects as the engine sees them: the parts of metadata that decide something, spec and status.

Parsing is lenient about what the operator does not use and strict about types; a manifest that does not parse (a live
object under an older schema) is kept with its `spec_error`, so that its status and finalizer can still be handled.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from connect_operator.domain.kinds.sharing import LONGEST, Shared, share_strings
from connect_operator.domain.kinds.spec import ConnectInstanceSpec, ConnectUserSpec
from connect_operator.domain.kinds.status import Condition, InstanceStatus, UserStatus

GROUP = "connect-operator.io"
VERSION = "v1alpha1"
FINALIZER = f"{GROUP}/user"
INSTANCE_FINALIZER = f"{GROUP}/instance"
CONFIRM = f"{GROUP}/confirm-deletions"
"""The annotation by which an administrator lets a wave of deletions pass."""
RECONCILE = f"{GROUP}/reconcile-requested-at"
"""The annotation by which a person asks for a look at an object now."""
ACTED_ON = (CONFIRM, RECONCILE)
_LONGEST_ANNOTATION = 256
"""Characters: an object may carry 256 KB of annotations, and all objects are kept in memory."""

_LONGEST_FINALIZERS = 8192
"""Characters of all together: who may write an object of a namespace can put a megabyte of them on."""
_LONGEST_STATUS = 131_072
"""Bytes: five conditions with messages of the longest, and a plan of every field."""
_MOST_MEMBERS = 1000
"""Of an object of a namespace: in memory a short member weighs ten times what it does in JSON."""

_conditions, _finalizers = Shared(), Shared()
_NO_ANNOTATIONS: dict[str, str] = {}

_Status = TypeVar("_Status", bound=msgspec.Struct)
_Kind = TypeVar("_Kind", bound="Resource")


class ObjectKey(NamedTuple):
    """Namespace and name of an object; cluster-scoped ones have no namespace."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


class Version(NamedTuple):
    """Which object it is, and which version of it."""

    uid: str
    resource_version: str


class Metadata(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is used of metadata. Times are RFC 3339 strings, as the API server writes them.

    Of the annotations those that are acted on, unless they are far too long: kubectl's copy of the whole manifest would
    double what an object takes. Of finalizers, where there are far too many, only ours and `held_at`, its place among
    them (-1: it is not there); None where `finalizers` are all.
    """

    name: str
    uid: str
    namespace: str = ""
    generation: int = 1
    resource_version: str = ""
    creation_timestamp: str = ""
    deletion_timestamp: str | UnsetType = UNSET
    finalizers: tuple[str, ...] = ()
    held_at: int | None = None
    annotations: dict[str, str] = {}


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """What every object of ours has. `spec` (of each kind) is None when it does not parse; `spec_error` says why."""

    metadata: Metadata
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
    def requested(self) -> str:
        """The newest request for a look now, as the annotation has it; "" where there is none."""
        return self.metadata.annotations.get(RECONCILE, "")


class ConnectUser(Resource, frozen=True, kw_only=True):
    """One ConnectUser object. `whole` False: most of its manifest is not here, for no instance admits its namespace."""

    spec: ConnectUserSpec | None
    status: UserStatus
    whole: bool = True

    @property
    def has_finalizer(self) -> bool:
        """Whether our finalizer is on the object: an attempt to create or adopt may have been made."""
        return FINALIZER in self.metadata.finalizers

    @property
    def is_let_go(self) -> bool:
        """Whether it is being deleted and nothing is left for us to do; finalizers of others may keep it."""
        return self.deleting and not self.has_finalizer

    @property
    def username(self) -> str:
        """The Connect username: spec.username, by default metadata.name."""
        if self.spec is None or self.spec.username is UNSET:
            return self.metadata.name
        return self.spec.username


class ConnectInstance(Resource, frozen=True, kw_only=True):
    """One ConnectInstance object."""

    spec: ConnectInstanceSpec | None
    status: InstanceStatus
    confirmed_time: str = ""
    """When the deletions were confirmed, as the API server noted it; "" where they are not, or it is not known."""

    @property
    def confirmed(self) -> bool:
        """Whether a wave of deletions may pass."""
        return self.metadata.annotations.get(CONFIRM) == "true"


def parse_user(raw: dict[str, Any]) -> ConnectUser:
    """A ConnectUser from the API server's JSON."""
    return parsed(raw, ConnectUser, ConnectUserSpec, UserStatus)


def parse_instance(raw: dict[str, Any]) -> ConnectInstance:
    """A ConnectInstance from the API server's JSON."""
    instance = parsed(raw, ConnectInstance, ConnectInstanceSpec, InstanceStatus)
    if not instance.confirmed:
        return instance
    return msgspec.structs.replace(instance, confirmed_time=_noted_time(raw, CONFIRM))


def _noted_time(raw: dict[str, Any], annotation: str) -> str:
    """When an annotation was last set, by metadata.managedFields; "" where those do not tell."""
    for entry in raw["metadata"].get("managedFields") or ():
        fields = (entry.get("fieldsV1") or {}).get("f:metadata", {}).get("f:annotations", {})
        if f"f:{annotation}" in fields:
            return str(entry.get("time", ""))
    return ""


def parsed(
    raw: dict[str, Any], kind: Callable[..., _Kind], spec: type[msgspec.Struct], status: type[msgspec.Struct]
) -> _Kind:
    """An object of any kind. Raises KeyError, msgspec.ValidationError for metadata that no object can have."""
    metadata = msgspec.convert(raw["metadata"], Metadata)
    metadata = msgspec.structs.replace(
        with_few_finalizers(metadata, _LONGEST_FINALIZERS),
        namespace=share_strings(metadata.namespace),
        annotations=_acted_on(metadata) or _NO_ANNOTATIONS,
    )
    told = _status(raw, status)
    try:
        wanted = msgspec.convert(share_strings(raw.get("spec") or {}), spec)
    except msgspec.ValidationError as error:
        return kind(metadata=metadata, spec=None, status=told, spec_error=str(error))
    return kind(metadata=metadata, spec=wanted, status=told)


def _acted_on(metadata: Metadata) -> dict[str, str]:
    """Its annotations that mean anything on an object of that kind; ConnectInstances have no namespace."""
    told, names = metadata.annotations, (RECONCILE,) if metadata.namespace else ACTED_ON
    return {name: told[name] for name in names if 0 < len(told.get(name, "")) <= _LONGEST_ANNOTATION}


def with_few_finalizers(metadata: Metadata, longest: int) -> Metadata:
    """The same; of more than so many characters of finalizers only ours is kept, and its place among them."""
    if not metadata.namespace or sum(map(len, metadata.finalizers)) <= longest:
        return msgspec.structs.replace(metadata, finalizers=_shared_finalizers(metadata.finalizers))
    at = metadata.finalizers.index(FINALIZER) if FINALIZER in metadata.finalizers else -1
    return msgspec.structs.replace(metadata, finalizers=() if at < 0 else (FINALIZER,), held_at=at)


def _shared_finalizers(finalizers: tuple[str, ...]) -> tuple[str, ...]:
    """The same ones stand on most objects."""
    return _finalizers.one(finalizers) if sum(map(len, finalizers)) <= LONGEST else finalizers


def _status(raw: dict[str, Any], kind: type[_Status]) -> _Status:
    """The status; one that does not parse (another version's) counts as none: status is a report, not a memory.

    So does one that is longer, or has more members, than this operator writes any: all are kept, and others may write
    them.
    """
    told = raw.get("status") or {}
    try:
        if len(msgspec.json.encode(told)) > _LONGEST_STATUS:
            return kind()
        if raw["metadata"].get("namespace") and _members(told) > _MOST_MEMBERS:
            return kind()
        status: Any = msgspec.convert(share_strings(told), kind)
    except msgspec.ValidationError:
        return kind()
    shared: _Status = msgspec.structs.replace(status, conditions=tuple(map(_one, status.conditions)))
    return shared


def _members(value: object) -> int:
    """How many members lists and objects have in all, at every depth."""
    count, left = 0, [value]
    while left and count <= _MOST_MEMBERS:
        inner = left.pop()
        if isinstance(inner, dict):
            count += len(inner)
            left.extend(inner.values())
        elif isinstance(inner, list):
            count += len(inner)
            left.extend(inner)
    return count


def _one(condition: Condition) -> Condition:
    return _conditions.one(condition) if len(condition.message) <= LONGEST else condition
