"""Whether the Secret of the first password has changed since: Connect has no call to change a password.

The Secret's identity is compared when the object is reconciled anyway; there is no watch on Secrets, and a restart
reads none.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import UNSET

from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.status import PasswordSecret
from connect_operator.engine.ports import ClusterApi, ClusterUnavailableError
from connect_operator.engine.users.memory import Memory

_NOTE = (
    "the password Secret has changed since the user was created, and Connect has no call to change a password: "
    "reset it in the Connect console, or delete this object and create the user anew"
)


@dataclass(frozen=True, slots=True)
class SecretVersionCheck:
    """Compares Secrets with those that users were created with."""

    cluster: ClusterApi

    async def note(self, user: ConnectUser, memory: Memory) -> str | None:
        """What to tell about the Secret; "" when all is well, None when there was no reason to look."""
        used = memory.identity.secret
        if used is None:
            used = user.status.password_secret if user.status.password_secret is not UNSET else None
        spec = user.spec
        if used is None or spec is None or spec.password_secret_ref is UNSET:
            return ""
        if user.status.password_secret is UNSET:
            return ""  # the user was made a moment ago, with the Secret as it was read for that
        if user.status.observed_generation == user.metadata.generation and not memory.telling.unreported:
            return None
        try:
            reference = spec.password_secret_ref
            secret = await self.cluster.read_secret(user.metadata.namespace, reference.name, reference.key)
        except (ClusterUnavailableError, PermissionError, ValueError):
            return None
        if secret is None:
            return ""  # needed at creation only
        return "" if used == PasswordSecret(uid=secret.uid, resource_version=secret.resource_version) else _NOTE
