"""Whether the Secret of a first password is there and fit, by the operator's own rules; no content is ever shown.

Secrets that stand in the files count as applied. Those of the cluster are read only where a user is to be created, and
where they may not be read, that is an assumption.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, UnsetType

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey
from connect_operator.domain.kinds.spec import SecretKeyRef
from connect_operator.engine.ports import ClusterUnavailableError, Password, SecretValue
from connect_operator.engine.users.first_password import missing, named, unfit
from connect_operator.kube.connection import Connection
from connect_operator.kube.secrets import read_secret, without_line_break

Keys = Mapping[str, str | None]
"""The keys of a Secret in a file; None where the value cannot be told, as where it is encrypted."""


def secret_keys(content: Mapping[str, Any]) -> Keys:
    """The keys of a Secret as it stands in a file."""
    plain, encoded = content.get("stringData"), content.get("data")
    keys: dict[str, str | None] = {}
    for key, value in (encoded if isinstance(encoded, dict) else {}).items():
        try:
            keys[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, TypeError, ValueError):
            keys[key] = None
    for key, value in (plain if isinstance(plain, dict) else {}).items():
        keys[key] = value if isinstance(value, str) else None
    return keys


@dataclass(slots=True)
class FirstPasswords:
    """`files`: the Secrets of the files; `opened`: the cluster, if any; `unread`: where reading was refused."""

    files: Mapping[ObjectKey, Keys]
    opened: Connection | None = None
    unread: set[str] = field(default_factory=set)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was taken for granted."""
        if not self.unread:
            return ()
        return (f"the Secrets of first passwords are fit (you may not read them in {', '.join(sorted(self.unread))})",)

    async def problem(self, user: ConnectUser) -> Verdict | None:
        """What would keep the user from being created, as far as it is known."""
        reference = user.spec.password_secret_ref if user.spec is not None else UNSET
        if reference is UNSET:
            return None
        where = named(user, reference)
        try:
            secret = await self._found(user, reference)
        except ValueError as error:
            return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=f"{where}: {error}")
        if secret is UNSET:
            return None
        if secret is None:
            return None if reference.generate else missing(reference, where)
        return unfit(secret, user, reference, where)

    async def _found(self, user: ConnectUser, reference: SecretKeyRef) -> SecretValue | UnsetType | None:
        """The Secret; None where there is none, UNSET where nothing can be told. Raises ValueError: it is no text."""
        namespace = user.metadata.namespace
        keys = self.files.get(ObjectKey(namespace, reference.name))
        if keys is not None:
            text = keys.get(reference.key, "")
            password = Password(without_line_break(text)) if text is not None and reference.key in keys else None
            return UNSET if text is None else SecretValue(password, uid="", resource_version="")
        if self.opened is None:
            return UNSET
        try:
            return await read_secret(self.opened, namespace, reference.name, reference.key)
        except (PermissionError, ClusterUnavailableError):
            self.unread.add(namespace)
            return UNSET
