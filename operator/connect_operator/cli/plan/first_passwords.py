"""Whether the Secret of a first password is there and fit, as the operator would find it; no content is ever shown.

Secrets that stand in the files count as applied. Those of the cluster are read only where a user is to be created, and
where they may not be read, that is an assumption.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET

from connect_operator.domain.conditions import Verdict
from connect_operator.domain.identity import password_violation
from connect_operator.domain.objects import ConnectUser, ObjectKey
from connect_operator.domain.reasons import Reason
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection
from connect_operator.kube.secrets import read_secret

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
        spec, namespace = user.spec, user.metadata.namespace
        reference = spec.password_secret_ref if spec is not None else UNSET
        if reference is UNSET:
            return None
        where = f"spec.passwordSecretRef: Secret {namespace}/{reference.name}"
        keys = self.files.get(ObjectKey(namespace, reference.name))
        if keys is None:
            try:
                keys = await self._of_cluster(namespace, reference.name, reference.key)
            except ValueError as error:
                return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=f"{where}: {error}")
            if keys is None:
                made = reference.generate
                missing = f"{where} does not exist; create it"
                return None if made else Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=missing)
        if reference.key not in keys:
            message = f"{where} has no key {reference.key!r}; add it, or name another in spec.passwordSecretRef.key"
            return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message)
        password = keys[reference.key]
        broken = password_violation(password.removesuffix("\n")) if password is not None else None
        if broken is None:
            return None
        message = f"{where}, key {reference.key!r}: the password {broken}; correct the Secret"
        return Verdict(reason=Reason.INVALID_SPEC, message=message)

    async def _of_cluster(self, namespace: str, name: str, key: str) -> Keys | None:
        """That key of the Secret; None where there is no such Secret. Raises ValueError for what is no text."""
        unknown: Keys = {key: None}
        if self.opened is None:
            return unknown
        try:
            secret = await read_secret(self.opened, namespace, name, key)
        except (PermissionError, ClusterUnavailableError):
            self.unread.add(namespace)
            return unknown
        if secret is None:
            return None
        return {} if secret.password is None else {key: secret.password.reveal()}
