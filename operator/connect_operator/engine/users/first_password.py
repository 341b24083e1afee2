"""The Secret of the first password, before CreateUser: read, and made where the manifest says so and there is none.

It is made with the token for CreateUser in hand, so none is made for a user that is never created; the first look,
before the wait for the token, only rehearses it, so that a missing right is told at once. The name is the manifest's,
it is only ever created, and what is sent is what is read back: after a crash anywhere there is one Secret, to be found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.spec import SecretKeyRef
from connect_operator.domain.rules.first_password import new_password
from connect_operator.domain.rules.identity import password_violation
from connect_operator.engine.ports import ClusterApi, Event, Password, SecretValue
from connect_operator.engine.users.situation import Situation


@dataclass(frozen=True, slots=True)
class FirstPasswords:
    """Sees to first passwords. `choose` picks a letter at random, for passwords: secrets.choice."""

    cluster: ClusterApi
    choose: Callable[[str], str]

    async def look(self, situation: Situation) -> Verdict | None:
        """What stands in the way of a password, as far as can be known before its time; makes nothing."""
        found = await self._of(situation, rehearse=True)
        return found if isinstance(found, Verdict) else None

    async def get(self, situation: Situation) -> SecretValue | Verdict | None:
        """The Secret, made if need be; None when the manifest names none; a verdict on what is wrong with it."""
        return await self._of(situation, rehearse=False)

    async def _of(self, situation: Situation, *, rehearse: bool) -> SecretValue | Verdict | None:
        reference = situation.spec.password_secret_ref
        if reference is UNSET:
            return None
        where = named(situation.user, reference)
        try:
            return await self._found(situation.user, reference, where, rehearse=rehearse)
        except PermissionError as error:
            return Verdict(reason=Reason.PERMISSION_DENIED, message=f"{where}: {error}")
        except ValueError as error:
            return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=f"{where}: {error}")

    async def _found(
        self, user: ConnectUser, reference: SecretKeyRef, where: str, *, rehearse: bool
    ) -> SecretValue | Verdict | None:
        namespace = user.metadata.namespace
        secret = await self.cluster.read_secret(namespace, reference.name, reference.key)
        if secret is None and reference.generate:
            await self._make(user, reference, rehearse=rehearse)
            if rehearse:
                return None
            secret = await self.cluster.read_secret(namespace, reference.name, reference.key)
        if secret is None:
            return missing(reference, where)
        return unfit(secret, user, reference, where) or secret

    async def _make(self, user: ConnectUser, reference: SecretKeyRef, *, rehearse: bool) -> None:
        """One that somebody else makes in the same moment is as good."""
        password = Password(new_password(self.choose))
        made = await self.cluster.create_secret(user, reference.name, reference.key, password, rehearse=rehearse)
        if made and not rehearse:
            until = (
                f"; it is deleted {reference.delete_after} after that" if reference.delete_after is not UNSET else ""
            )
            message = f"made Secret {reference.name} with the password with which the user is created{until}"
            self.cluster.post_event(user, Event(reason="PasswordGenerated", message=message))


def named(user: ConnectUser, reference: SecretKeyRef) -> str:
    """How messages name the Secret."""
    return f"spec.passwordSecretRef: Secret {user.metadata.namespace}/{reference.name}"


def missing(reference: SecretKeyRef, where: str) -> Verdict:
    """That there is no such Secret, not even after it was made."""
    what = "does not exist; create it, or have it made (generate: true)"
    told = "was deleted as soon as it was made" if reference.generate else what
    return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=f"{where} {told}")


def unfit(secret: SecretValue, user: ConnectUser, reference: SecretKeyRef, where: str) -> Verdict | None:
    """What is wrong with a Secret that exists; without a word of its content."""
    if reference.generate and secret.made_for not in ("", user.metadata.uid):
        message = (
            f"{where} was generated for another ConnectUser, or for a former one of this name, and is deleted with it; "
            "if it does not go, name another Secret"
        )
        return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message)
    if reference.generate and secret.deleting:
        return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=f"{where} is being deleted; a new one is made then")
    if secret.password is None:
        remedy = "add it, or name another in spec.passwordSecretRef.key"
        if reference.generate:
            remedy = "a Secret that exists is never written to, so add it, name another Secret, or delete this one"
        message = f"{where} has no key {reference.key!r}; {remedy}"
        return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message=message)
    broken = password_violation(secret.password.reveal())
    if broken is not None:
        message = f"{where}, key {reference.key!r}: the password {broken}; correct the Secret"
        return Verdict(reason=Reason.INVALID_SPEC, message=message)
    return None
