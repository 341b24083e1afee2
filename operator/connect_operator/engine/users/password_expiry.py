"""Deleting a generated Secret again, so long after the user was created as deleteAfter says.

When that is, the API server's clock tells. What is deleted is a Secret that this operator made for this very object,
by the Secret's own marks and in the very version that was read; any other of that name stays. That it is gone is
remembered in status, so that a restart need not read ten thousand Secrets.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.spec import SecretKeyRef
from connect_operator.domain.kinds.status import PasswordSecret
from connect_operator.domain.rules.first_password import expiry
from connect_operator.domain.text.timestamps import epoch, rfc3339, seconds
from connect_operator.engine.ports import ClusterApi, ClusterUnavailableError, Event, ObjectChangedError, SecretValue
from connect_operator.engine.users.memory import Memory

logger = logging.getLogger(__name__)

# The API server's clock may be set while somebody waits by another one, so long waits are looked at now and then.
LONGEST_WAIT = 3600.0
_AGAIN = 30.0
# A timer that ends a little early finds that it is not time yet.
_SPARE = 1.0


class Look(NamedTuple):
    """What came of looking: when to look again (seconds; None: not at all), and what to say beside Ready's message.

    `note`: None: nothing new; "": that all is well now.
    """

    requeue_after: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PasswordExpiry:
    """Deletes generated Secrets when their time has come. `slow`: seconds until what is not permitted is tried anew."""

    cluster: ClusterApi
    slow: float

    async def look(self, user: ConnectUser, memory: Memory) -> Look:
        """Delete the object's Secret if it is time; never raises for want of the API server or of a right."""
        reference = _expiring(user, memory)
        if reference is None or reference.delete_after is UNSET or memory.identity.others_secret == reference.name:
            return Look()
        keep, now = seconds(reference.delete_after), self.cluster.server_now()
        created = memory.identity.created_time or _created(user)
        if created is not None and (left := created + keep - now) > 0:
            return Look(min(left + _SPARE, LONGEST_WAIT))
        try:
            return await self._expire(user, memory, reference, keep)
        except (ClusterUnavailableError, ObjectChangedError):
            return Look(_AGAIN)
        except (PermissionError, ValueError) as error:
            return Look(self.slow, f"spec.passwordSecretRef.deleteAfter: {error}")

    async def _expire(self, user: ConnectUser, memory: Memory, reference: SecretKeyRef, keep: float) -> Look:
        namespace = user.metadata.namespace
        secret = await self.cluster.read_secret(namespace, reference.name, reference.key)
        if secret is not None and secret.made_for != user.metadata.uid:
            memory.identity.spare_secret(reference.name)
            return Look(note="")
        now = self.cluster.server_now()
        if secret is not None:
            left = expiry(secret.made, memory.identity.created_time or _created(user), keep) - now
            if left > 0:
                return Look(min(left + _SPARE, LONGEST_WAIT))
            await self.cluster.delete_secret(namespace, reference.name, secret)
            self._tell(user, reference)
        memory.identity.use_secret(_deleted(_used(user, memory), secret, rfc3339(now)))
        return Look(note="")

    def _tell(self, user: ConnectUser, reference: SecretKeyRef) -> None:
        message = f"deleted Secret {reference.name}, {reference.delete_after} after the user was created"
        self.cluster.post_event(user, Event(reason="PasswordSecretDeleted", message=message))
        logger.info("%s", message, extra={"object": f"ConnectUser {user.key}"})


def _expiring(user: ConnectUser, memory: Memory) -> SecretKeyRef | None:
    """The reference, where the user exists, is this object's, and its Secret is still to be deleted one day."""
    spec = user.spec
    if spec is None or user.deleting or not memory.user_id or spec.suspend or spec.management_policy == "Observe":
        return None
    reference = spec.password_secret_ref
    if reference is UNSET or not reference.generate:
        return None
    used = _used(user, memory)
    return None if used is not None and used.deleted_time is not UNSET else reference


def _used(user: ConnectUser, memory: Memory) -> PasswordSecret | None:
    if memory.identity.secret is not None:
        return memory.identity.secret
    return user.status.password_secret if user.status.password_secret is not UNSET else None


def _created(user: ConnectUser) -> float | None:
    return epoch(user.status.created_time) if user.status.created_time is not UNSET else None


def _deleted(used: PasswordSecret | None, secret: SecretValue | None, when: str) -> PasswordSecret:
    """That it is gone; where the answer to CreateUser was lost, it is not known which version was used."""
    if used is None and secret is not None:
        used = PasswordSecret(uid=secret.uid, resource_version=secret.resource_version)
    return msgspec.structs.replace(used if used is not None else PasswordSecret(), deleted_time=when)
