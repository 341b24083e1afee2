"""The engine's ClusterApi on the real Kubernetes API: finalizers, status, Secrets, Events.

Every write is a JSON patch whose first operation tests metadata.uid, so that none can land on another object of the
same name. A failed test is answered with 422 and no causes; what it means is found out by reading the object again.

Status is written as one operation, `add /status`, which makes it exactly what is given whatever was there before. A
merge patch would first have to know the present members to null them, and server-side apply leaves what other
managers put there. JSON patch needs one request and no read; the API server drops it when nothing would change.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

import msgspec

from connect_operator.domain.kinds.instance_finalizer import FOR_ALL, InstanceFinalizer
from connect_operator.domain.kinds.objects import (
    FINALIZER,
    GROUP,
    VERSION,
    ConnectInstance,
    ConnectUser,
    Resource,
    parse_user,
)
from connect_operator.engine.ports import (
    ClusterUnavailableError,
    Event,
    ObjectChangedError,
    ObjectGoneError,
    Password,
    SecretValue,
)
from connect_operator.kube.connection import (
    JSON_PATCH,
    PARTIAL,
    ConflictError,
    Connection,
    InvalidRequestError,
    NotFoundError,
    Request,
    checked_name,
)
from connect_operator.kube.events import EventPoster
from connect_operator.kube.generated_secrets import create_secret, delete_secret
from connect_operator.kube.secrets import read_secret
from connect_operator.kube.teardown import read_teardown

_Target = TypeVar("_Target", bound=Resource)

FIELD_MANAGER = "connect-operator"
_REMOVAL_ATTEMPTS = 5
"""Each failure means that another writer was faster between our read and our patch."""


class KubernetesCluster:
    """Implements `connect_operator.engine.ports.ClusterApi`. It never waits for anything but the API server."""

    def __init__(self, connection: Connection, events: EventPoster, finalizer: InstanceFinalizer = FOR_ALL) -> None:
        """`finalizer`: how ConnectInstances are kept."""
        self._connection = connection
        self._events = events
        self._finalizer = finalizer

    async def add_finalizer(self, user: ConnectUser) -> ConnectUser:
        """See ClusterApi."""
        if user.has_finalizer:
            return await self._settle_addition(user, None)
        try:
            body = await patch_object(self._connection, user_path(user), user, _addition(user))
        except NotFoundError as error:
            raise ObjectGoneError(str(error)) from error
        except (ConflictError, InvalidRequestError) as error:
            return await self._settle_addition(user, error)
        return parse_user(msgspec.json.decode(body))

    async def _settle_addition(
        self, user: ConnectUser, refusal: ConflictError | InvalidRequestError | None
    ) -> ConnectUser:
        current = await self.read_user(user)
        if current is None:
            raise ObjectGoneError(f"ConnectUser {user.key} is gone, or another one has its name") from refusal
        if current.deleting:
            raise ObjectGoneError(f"ConnectUser {user.key} is being deleted, so no finalizer can be added") from refusal
        if current.has_finalizer:
            return current
        if refusal is not None and refusal.causes:
            raise refusal
        raise ObjectChangedError(f"the finalizers of ConnectUser {user.key} were changed meanwhile") from refusal

    async def remove_finalizer(self, user: ConnectUser) -> None:
        """See ClusterApi. Other writers of the list are outrun by reading it again, a few times."""
        current = user if user.has_finalizer else await self.read_user(user)
        for _ in range(_REMOVAL_ATTEMPTS):
            if current is None or not current.has_finalizer:
                return
            kept = current.metadata.held_at
            index = current.metadata.finalizers.index(FINALIZER) if kept is None else kept
            operations = [
                {"op": "test", "path": f"/metadata/finalizers/{index}", "value": FINALIZER},
                {"op": "remove", "path": f"/metadata/finalizers/{index}"},
            ]
            try:
                await patch_object(self._connection, user_path(user), user, operations, accept=PARTIAL)
            except NotFoundError:
                return
            except (ConflictError, InvalidRequestError) as error:
                if error.causes:
                    raise
                current = await self.read_user(user)
            else:
                return
        raise ObjectChangedError(f"the finalizers of ConnectUser {user.key} keep being changed by others")

    async def read_user(self, user: ConnectUser) -> ConnectUser | None:
        """See ClusterApi."""
        return await read_object(self._connection, user_path(user), user, parse_user)

    async def write_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> str:
        """See ClusterApi."""
        return await self._write_status(user_path(user), user, status)

    async def pin_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> ConnectUser:
        """See ClusterApi."""
        operations: list[dict[str, Any]] = [
            {"op": "test", "path": "/metadata/resourceVersion", "value": user.metadata.resource_version},
            {"op": "add", "path": "/status", "value": dict(status)},
        ]
        try:
            body = await patch_object(self._connection, f"{user_path(user)}/status", user, operations)
        except NotFoundError as error:
            raise ObjectGoneError(str(error)) from error
        except (ConflictError, InvalidRequestError) as error:
            if error.causes:
                raise
            raise ObjectChangedError(f"ConnectUser {user.key} was changed meanwhile") from error
        return parse_user(msgspec.json.decode(body))

    async def write_instance_status(self, instance: ConnectInstance, status: Mapping[str, Any]) -> str:
        """See ClusterApi."""
        return await self._write_status(instance_path(instance), instance, status)

    async def _write_status(self, path: str, target: ConnectUser | ConnectInstance, status: Mapping[str, Any]) -> str:
        operations = [{"op": "add", "path": "/status", "value": dict(status)}]
        try:
            body = await patch_object(self._connection, f"{path}/status", target, operations, accept=PARTIAL)
        except NotFoundError as error:
            raise ObjectGoneError(str(error)) from error
        except ConflictError as error:
            raise ClusterUnavailableError(str(error)) from error
        except InvalidRequestError as error:
            _raise_unless_test_failed(error)
        return msgspec.json.decode(body, type=_Object).metadata.resource_version

    async def hold_instance(self, instance: ConnectInstance) -> None:
        """See ClusterApi."""
        finalizers = list(instance.metadata.finalizers)
        if not self._finalizer.is_on(finalizers):
            await self._set_finalizers(instance, [*finalizers, self._finalizer.finalizer])

    async def release_instance(self, instance: ConnectInstance) -> None:
        """See ClusterApi."""
        rest = self._finalizer.taken_off(instance.metadata.finalizers)
        if rest != list(instance.metadata.finalizers):
            with contextlib.suppress(ObjectGoneError):
                await self._set_finalizers(instance, rest)

    async def _set_finalizers(self, instance: ConnectInstance, wanted: list[str]) -> None:
        name = instance.metadata.name
        operations: list[dict[str, Any]] = [
            {"op": "test", "path": "/metadata/finalizers", "value": list(instance.metadata.finalizers) or None},
            {"op": "add", "path": "/metadata/finalizers", "value": wanted},
        ]
        try:
            await patch_object(self._connection, instance_path(instance), instance, operations, accept=PARTIAL)
        except NotFoundError as error:
            raise ObjectGoneError(str(error)) from error
        except (ConflictError, InvalidRequestError) as error:
            if any(cause.startswith("metadata.finalizers:") for cause in error.causes):
                raise ObjectGoneError(f"ConnectInstance {name} is being deleted, so none can be added") from error
            if error.causes:
                raise
            raise ObjectChangedError(f"ConnectInstance {name} was changed meanwhile") from error

    async def remove_annotation(self, instance: ConnectInstance, key: str) -> None:
        """Take an annotation off a ConnectInstance. Idempotent; an instance that is gone is success.

        Raises ClusterUnavailableError, PermissionError.
        """
        pointer = "/metadata/annotations/" + key.replace("~", "~0").replace("/", "~1")
        operations = [{"op": "remove", "path": pointer}]
        try:
            await patch_object(self._connection, instance_path(instance), instance, operations, accept=PARTIAL)
        except NotFoundError:
            return
        except ConflictError as error:
            raise ClusterUnavailableError(str(error)) from error
        except InvalidRequestError as error:
            # Without causes: another object has the name, or the annotation is off already.
            if error.causes:
                raise

    async def read_teardown(self, user: ConnectUser, instance: str) -> str:
        """See ClusterApi."""
        return await read_teardown(self._connection, user, instance)

    async def read_secret(self, namespace: str, name: str, key: str) -> SecretValue | None:
        """See ClusterApi. Raises UnreadableSecretError (a ValueError) besides, when the key holds no UTF-8 text."""
        return await read_secret(self._connection, namespace, name, key)

    async def create_secret(
        self, user: ConnectUser, name: str, key: str, password: Password, *, rehearse: bool = False
    ) -> bool:
        """See ClusterApi. Raises RefusedSecretError (a ValueError) besides, when the API server does not want it."""
        return await create_secret(self._connection, user, name, key, password, rehearse=rehearse)

    async def delete_secret(self, namespace: str, name: str, secret: SecretValue) -> None:
        """See ClusterApi."""
        await delete_secret(self._connection, namespace, name, secret.uid, secret.resource_version)

    def server_now(self) -> float:
        """See ClusterApi."""
        return self._connection.server_time.now()

    def post_event(self, target: ConnectUser | ConnectInstance, event: Event) -> None:
        """See ClusterApi."""
        self._events.post(target, event)


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    resource_version: str


class _Object(msgspec.Struct, frozen=True):
    metadata: _Metadata


async def read_object(
    connection: Connection, path: str, target: _Target, parse: Callable[[dict[str, Any]], _Target]
) -> _Target | None:
    """The object as it is now; None when it is gone or another one has its name."""
    try:
        body = await connection.request(Request("GET", path))
    except NotFoundError:
        return None
    current = parse(msgspec.json.decode(body))
    return current if current.metadata.uid == target.metadata.uid else None


async def patch_object(
    connection: Connection,
    path: str,
    target: Resource,
    operations: list[dict[str, Any]],
    *,
    accept: str = "application/json",
) -> bytes:
    """A JSON patch that cannot land on another object of the same name; the answer's body."""
    body = [{"op": "test", "path": "/metadata/uid", "value": target.metadata.uid}, *operations]
    query = {"fieldManager": FIELD_MANAGER}
    return await connection.request(
        Request("PATCH", path, query=query, body=body, content_type=JSON_PATCH, accept=accept)
    )


def user_path(user: ConnectUser) -> str:
    """The path of a ConnectUser in the API."""
    namespace, name = checked_name(user.metadata.namespace), checked_name(user.metadata.name)
    return f"/apis/{GROUP}/{VERSION}/namespaces/{namespace}/connectusers/{name}"


def instance_path(instance: ConnectInstance) -> str:
    """The path of a ConnectInstance in the API."""
    return f"/apis/{GROUP}/{VERSION}/connectinstances/{checked_name(instance.metadata.name)}"


def _raise_unless_test_failed(error: InvalidRequestError) -> NoReturn:
    """The only test is that of the uid; causes mean that the status itself is refused, which is a defect."""
    if error.causes:
        raise error
    raise ObjectGoneError(f"another object has the name now: {error}") from error


def _addition(user: ConnectUser) -> list[dict[str, Any]]:
    """The JSON patch that puts our finalizer on, if the others are what they were."""
    if user.metadata.held_at is not None:
        version = user.metadata.resource_version
        return [
            {"op": "test", "path": "/metadata/resourceVersion", "value": version},
            {"op": "add", "path": "/metadata/finalizers/-", "value": FINALIZER},
        ]
    finalizers = list(user.metadata.finalizers)
    return [
        # null stands for "absent" here, which the API server accepts (tried on 1.36).
        {"op": "test", "path": "/metadata/finalizers", "value": finalizers or None},
        {"op": "add", "path": "/metadata/finalizers", "value": [*finalizers, FINALIZER]},
    ]
