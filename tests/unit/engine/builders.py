"""Objects, users and situations as tests of the engine describe them: only what the case is about is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.ownership import OWNER_TAG, Owner, owner
from connect_operator.domain.connect.references import CatalogKind, Entry
from connect_operator.domain.connect.user import ContactDetails, ObservedUser, UserSummary
from connect_operator.domain.kinds.objects import FINALIZER, ConnectInstance, ConnectUser, parse_instance, parse_user
from connect_operator.domain.kinds.spec import AllowedNamespace, ConnectUserSpec
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.record import Sweep
from connect_operator.engine.instances.view import GuardView, InstanceView
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import Situation

NOW = 1_800_000_000.0
WINDOW = 600.0
CLUSTER = "cluster-1"
UID = "uid-1"
USER_ID = "u-1"
INSTANCE_ID = "i-1"
ARN = InstanceArn("aws", "us-east-1", "123456789012", INSTANCE_ID)
ME = owner(CLUSTER, UID, "team-a", "jdoe")
CATALOGS = {
    CatalogKind.ROUTING_PROFILE: (Entry("rp-1", "Basic"), Entry("rp-2", "Advanced")),
    CatalogKind.SECURITY_PROFILE: (Entry("sp-1", "Agent"), Entry("sp-2", "Admin"), Entry("sp-3", "No Access")),
    CatalogKind.HIERARCHY_GROUP: (Entry("hg-1", "Berlin", ("EMEA", "Berlin")),),
}

GRANT = {"allowedAdoptionPolicies": ["Never", "IfUnowned"]}


def a_manifest(  # noqa: PLR0913 - the parts of metadata, each with a plain default
    *,
    uid: str = UID,
    name: str = "jdoe",
    generation: int = 1,
    held: bool = False,
    deleted: float | None = None,
    version: str = "1",
    status: dict[str, Any] | None = None,
    **spec: Any,  # noqa: ANN401 - any member of a manifest
) -> ConnectUser:
    """A ConnectUser as the API server has it; `deleted`: since when it is being deleted, `held`: by our finalizer."""
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": "team-a",
        "uid": uid,
        "generation": generation,
        "resourceVersion": version,
        "creationTimestamp": rfc3339(NOW - 3600),
        "finalizers": [FINALIZER] if held else [],
    }
    if deleted is not None:
        metadata["deletionTimestamp"] = rfc3339(deleted)
    plain = {
        "instanceRef": {"name": "support"},
        "identityInfo": {"firstName": "Jane", "lastName": "Doe"},
        "routingProfileId": "rp-1",
        "securityProfileIds": ["sp-1"],
    }
    wanted = {name: value for name, value in {**plain, **spec}.items() if value is not None}
    return parse_user({"metadata": metadata, "spec": wanted, "status": status or {}})


def an_instance_manifest(
    *,
    name: str = "support",
    uid: str = "iuid-1",
    generation: int = 1,
    version: str = "",
    **spec: Any,  # noqa: ANN401 - any member
) -> ConnectInstance:
    """A ConnectInstance that everybody may use, also to take over users without owner."""
    plain = {"instanceId": str(ARN), "allowedNamespaces": [{"name": "*"}], **GRANT}
    metadata = {"name": name, "uid": uid, "generation": generation, "resourceVersion": version}
    return parse_instance({"metadata": metadata, "spec": {**plain, **spec}, "status": {}})


def a_user(user_id: str = USER_ID, *, tag: str | None = ME.tag, **held: Any) -> ObservedUser:  # noqa: ANN401 - any member
    """A user as SearchUsers shows one, equal to the plain manifest; `tag`: the owner tag, None for none."""
    plain: dict[str, Any] = {
        "user_id": user_id,
        "arn": f"{ARN}/agent/{user_id}",
        "username": "jdoe",
        "first_name": "Jane",
        "last_name": "Doe",
        "routing_profile_id": "rp-1",
        "security_profile_ids": ("sp-1",),
        "tags": {} if tag is None else {OWNER_TAG: tag},
    }
    return ObservedUser(**{**plain, **held})


def a_described_user(user_id: str = USER_ID, *, tag: str | None = ME.tag, **held: Any) -> ObservedUser:  # noqa: ANN401 - any member
    """A user as DescribeUser shows one."""
    return a_user(user_id, tag=tag, **{"contact": ContactDetails(), **held})


def a_sweep(*users: ObservedUser, started: float = NOW - 10, stamps: dict[str, float] | None = None) -> Sweep:
    """A complete sweep in which both lists show these users."""
    known = stamps or {}
    return Sweep(
        started_tick=started,
        listed={
            user.user_id: UserSummary(
                user_id=user.user_id,
                arn=user.arn,
                username=user.username,
                last_modified=known.get(user.user_id, NOW - 86_400),
            )
            for user in users
        },
        searched={user.user_id: user for user in users},
    )


def an_inventory(*users: ObservedUser, started: float = NOW - 10, stamps: dict[str, float] | None = None) -> Inventory:
    """An inventory that has seen one sweep with these users."""
    inventory = Inventory(WINDOW)
    inventory.take_sweep(a_sweep(*users, started=started, stamps=stamps))
    return inventory


def a_memory(uid: str = UID, **known: Any) -> Memory:  # noqa: ANN401 - any field of a part
    """A memory; each field is of the part that has it."""
    memory = Memory(uid)
    parts = (memory.identity, memory.readings, memory.writes, memory.patience, memory.telling)
    for name, value in known.items():
        setattr(next(each for each in parts if hasattr(each, name)), name, value)
    return memory


def a_situation(  # noqa: PLR0913 - the parts of a situation, each with a plain default
    user: ConnectUser | None = None,
    *,
    inventory: Inventory | None = None,
    memory: Memory | None = None,
    identity_type: str = "SAML",
    full: ConnectError | None = None,
    paused: str = "",
    guarded: bool = False,
    rivals: tuple[ConnectUser, ...] = (),
    live: Callable[[Owner], bool] = lambda _: False,
    now: float = NOW,
    tick: float | None = None,
    **instance: Any,  # noqa: ANN401 - any member of a ConnectInstance
) -> Situation:
    """A pass over `user` in an instance that has been swept just now."""
    manifest = user if user is not None else a_manifest()
    spec = an_instance_manifest(**instance).spec
    assert spec is not None
    view = InstanceView(
        name="support",
        spec=spec,
        arn=ARN,
        identity_type=identity_type,
        catalogs=CATALOGS,
        inventory=inventory if inventory is not None else an_inventory(),
        problem=None,
        full=full,
        guard=GuardView(paused=paused, applies=guarded),
    )
    return Situation(
        user=manifest,
        spec=manifest.spec if manifest.spec is not None else ConnectUserSpec(),
        me=ME,
        memory=memory if memory is not None else Memory(uid=manifest.metadata.uid),
        instance=view,
        arn=ARN,
        is_live=live,
        rivals=rivals,
        now=now,
        tick=now if tick is None else tick,
        window=WINDOW,
        grant=spec.grant(manifest.metadata.namespace) or AllowedNamespace(name="*"),
    )


def a_status(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a status
    """A status of an object whose user is known."""
    return {"userId": USER_ID, "instanceArn": str(ARN), "createdTime": rfc3339(NOW - 86_400), **members}


def an_error(
    code: str, *, operation: str = "CreateUser", http_status: int | None = 400, uncertain: bool = False
) -> ConnectError:
    """A failed call."""
    return ConnectError(
        operation=operation,
        code=code,
        message="no",
        request_id="r-1",
        http_status=http_status,
        uncertain=uncertain,
    )


def edited(user: ConnectUser, **metadata: Any) -> ConnectUser:  # noqa: ANN401 - any member of metadata
    """The object with other metadata."""
    return msgspec.structs.replace(user, metadata=msgspec.structs.replace(user.metadata, **metadata))


def an_instance_raw(**spec: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a ConnectInstance
    """A ConnectInstance that everybody may use, as JSON."""
    metadata = {"name": "support", "uid": "iuid-1", "generation": 1, "resourceVersion": "1", "finalizers": []}
    plain = {"instanceId": str(ARN), "allowedNamespaces": [{"name": "*"}], **GRANT}
    return {"metadata": metadata, "spec": {**plain, **spec}, "status": {}}


def a_spec(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a manifest
    """The spec of a plain manifest, as JSON."""
    plain = {
        "instanceRef": {"name": "support"},
        "identityInfo": {"firstName": "Jane", "lastName": "Doe"},
        "routingProfileId": "rp-1",
        "securityProfileIds": ["sp-1"],
    }
    return {**plain, **members}
