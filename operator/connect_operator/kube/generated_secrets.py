"""Making and deleting the Secrets of first passwords: created, never changed, deleted only where we made them.

Who made a Secret, and for whom, is told by two marks that are set when it is created: the annotation below and the
ownerReference, both with the object's uid. A person's Secret of the same name has neither; one that somebody copies
into another namespace or gives another owner has no more than one. Nothing of its content is in a log or an exception.
"""

from __future__ import annotations

import base64

import msgspec

from connect_operator.domain.kinds.objects import GROUP, VERSION, ConnectUser
from connect_operator.engine.ports import ObjectChangedError, Password
from connect_operator.kube.connection import (
    PARTIAL,
    ConflictError,
    Connection,
    ForbiddenError,
    NotFoundError,
    Request,
    RequestRefusedError,
    checked_name,
)

FIELD_MANAGER = "connect-operator"
GENERATED_FOR = f"{GROUP}/generated-for"
"""The annotation: the uid of the ConnectUser."""


class RefusedSecretError(ValueError):
    """The API server, or a webhook, does not want the Secret; the message holds nothing of its content."""


class Owner(msgspec.Struct, frozen=True, rename="camel"):
    """One of a Secret's ownerReferences."""

    api_version: str = ""
    kind: str = ""
    uid: str = ""


def made_for(annotations: dict[str, str] | None, owners: list[Owner] | None) -> str:
    """The uid of the ConnectUser for which this operator made a Secret with these marks; "" for any other Secret."""
    uid = (annotations or {}).get(GENERATED_FOR, "")
    owned = any(
        each.uid == uid and each.kind == "ConnectUser" and each.api_version.partition("/")[0] == GROUP
        for each in owners or ()
    )
    return uid if owned else ""


async def create_secret(
    connection: Connection, user: ConnectUser, name: str, key: str, password: Password, *, rehearse: bool
) -> bool:
    """See ClusterApi."""
    namespace = user.metadata.namespace
    query = {"fieldManager": FIELD_MANAGER, **({"dryRun": "All"} if rehearse else {})}
    path = f"/api/v1/namespaces/{checked_name(namespace)}/secrets"
    body = _manifest(user, checked_name(name), key, password)
    try:
        await connection.request(Request("POST", path, query=query, body=body, accept=PARTIAL))
    except ConflictError:
        return False
    except ForbiddenError as error:
        raise PermissionError(
            f"the operator may not make Secret {namespace}/{name}: {_grant(namespace)}, or make the Secret yourself "
            f"and remove generate; the API server says: {_without(password, str(error))}"
        ) from None
    except RequestRefusedError as error:
        # Not chained: a webhook's words may quote what it was shown.
        raise RefusedSecretError(
            f"the API server refuses to make it: {_without(password, str(error))}; correct that, or make it yourself"
        ) from None
    return True


async def delete_secret(connection: Connection, namespace: str, name: str, uid: str, version: str) -> None:
    """See ClusterApi."""
    path = f"/api/v1/namespaces/{checked_name(namespace)}/secrets/{checked_name(name)}"
    body = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": uid, "resourceVersion": version}}
    try:
        await connection.request(Request("DELETE", path, body=body, accept=PARTIAL))
    except NotFoundError:
        return
    except ConflictError:
        raise ObjectChangedError(f"Secret {namespace}/{name} was changed meanwhile") from None
    except ForbiddenError as error:
        raise PermissionError(
            f"the operator may not delete Secret {namespace}/{name}: {_grant(namespace)}, or delete it yourself; the "
            f"API server says: {error}"
        ) from None


def _grant(namespace: str) -> str:
    return (
        f"grant its service account the verbs create and delete on secrets in namespace {namespace} (RoleBinding to "
        "ClusterRole connect-operator-generated-secrets)"
    )


def _without(password: Password, text: str) -> str:
    clear = password.reveal()
    return text.replace(clear, "***").replace(_encoded(clear), "***")


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _manifest(user: ConnectUser, name: str, key: str, password: Password) -> dict[str, object]:
    """Immutable, so that what CreateUser is sent is what stays there to be handed out.

    No blockOwnerDeletion: setting that takes a right on the owner's finalizers where the API server enforces it.
    """
    uid = user.metadata.uid
    owner = {"apiVersion": f"{GROUP}/{VERSION}", "kind": "ConnectUser", "name": user.metadata.name, "uid": uid}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "labels": {"app.kubernetes.io/managed-by": "connect-operator"},
            "annotations": {GENERATED_FOR: uid},
            "ownerReferences": [{**owner, "controller": True}],
        },
        "type": "Opaque",
        "immutable": True,
        "data": {key: _encoded(password.reveal())},
    }
