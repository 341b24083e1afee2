"""Reading one key of one Secret. Nothing of its content is ever put into a log line or an exception."""

from __future__ import annotations

import base64
import binascii

import msgspec

from connect_operator.domain.kinds.sharing import share_strings
from connect_operator.domain.text.timestamps import epoch
from connect_operator.engine.ports import Password, SecretValue
from connect_operator.kube.connection import Connection, ForbiddenError, NotFoundError, Request, checked_name
from connect_operator.kube.generated_secrets import Owner, made_for


class UnreadableSecretError(ValueError):
    """The key holds no text; the message names Secret and key and says what to do."""


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    uid: str
    resource_version: str
    creation_timestamp: str = ""
    deletion_timestamp: str = ""
    annotations: dict[str, str] | None = None
    owner_references: list[Owner] | None = None


class _Secret(msgspec.Struct, frozen=True):
    metadata: _Metadata
    data: dict[str, str] | None = None


async def read_secret(connection: Connection, namespace: str, name: str, key: str) -> SecretValue | None:
    """One get on that Secret; None when it does not exist.

    Raises PermissionError (what to grant), ClusterUnavailableError, UnreadableSecretError.
    """
    try:
        path = f"/api/v1/namespaces/{checked_name(namespace)}/secrets/{checked_name(name)}"
    except ValueError:
        return None  # no object can have that name
    try:
        body = await connection.request(Request("GET", path))
    except NotFoundError:
        return None
    except ForbiddenError as error:
        raise PermissionError(
            f"the operator may not get Secret {namespace}/{name}; grant its service account the verb get on secrets in "
            f"namespace {namespace} (RoleBinding to ClusterRole connect-operator-secrets)"
        ) from error
    return decode(body, f"{namespace}/{name}", key)


def decode(body: bytes, secret: str, key: str) -> SecretValue:
    """The value of `key` out of the Secret's JSON; `secret` is namespace/name, for messages.

    One trailing line break is taken off: Secrets are often made from files, and editors end files with one.
    """
    parsed = msgspec.json.decode(body, type=_Secret)
    encoded = (parsed.data or {}).get(key)
    password = None if encoded is None else Password(_text(encoded, secret, key))
    metadata = parsed.metadata
    return SecretValue(
        password=password,
        uid=share_strings(metadata.uid),
        resource_version=share_strings(metadata.resource_version),
        made_for=made_for(metadata.annotations, metadata.owner_references),
        made=epoch(metadata.creation_timestamp) or 0.0,
        deleting=bool(metadata.deletion_timestamp),
    )


def _text(encoded: str, secret: str, key: str) -> str:
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        # Not chained: the original exception carries the bytes.
        raise UnreadableSecretError(
            f"key {key!r} of Secret {secret} is not UTF-8 text; store the password as text"
        ) from None
    return without_line_break(text)


def without_line_break(text: str) -> str:
    """The text less one line break at its end."""
    return text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
