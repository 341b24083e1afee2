"""Secrets in memory, as the port shows them: created, deleted, collected with their owners, refused without rights."""

from __future__ import annotations

from dataclasses import dataclass, field

from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.ports import ObjectChangedError, Password, SecretValue

# The garbage collector needs a moment to see that an owner is gone.
_COLLECTED_AFTER = 20.0


@dataclass(slots=True)
class FakeSecret:
    """One Secret; `data` in clear text."""

    data: dict[str, str]
    uid: str
    version: int
    made: float = 0.0
    made_for: str = ""
    owner_gone: float | None = None


@dataclass(slots=True)
class FakeSecrets:
    """All Secrets, by namespace and name. `rights`: what the operator may; `made` and `deleted`: what it did."""

    all: dict[tuple[str, str], FakeSecret] = field(default_factory=dict)
    rights: set[str] = field(default_factory=lambda: {"get", "create", "delete"})
    made: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    meanwhile: dict[str, str] | None = None
    """What somebody else makes of a Secret's name right before the operator does."""
    touched_before_deletion: bool = False
    """Whether somebody changes the Secret right before the operator deletes it."""
    _count: int = 0

    def put(self, name: str, data: dict[str, str], namespace: str = "team-a") -> None:
        """A person makes a Secret, or makes another of one."""
        self._count += 1
        self.all[namespace, name] = FakeSecret(data, f"secret-{self._count}", self._count)

    def touch(self, name: str, namespace: str = "team-a") -> None:
        """Somebody puts a label on it."""
        self._count += 1
        self.all[namespace, name].version = self._count

    def text(self, name: str, key: str = "password", namespace: str = "team-a") -> str | None:
        """What a key of a Secret holds; None where there is none."""
        secret = self.all.get((namespace, name))
        return None if secret is None else secret.data.get(key)

    def collect(self, living: set[str], now: float) -> None:
        """The garbage collector's turn: `living` are the uids of all objects."""
        for key, secret in list(self.all.items()):
            if secret.made_for in living or not secret.made_for:
                continue
            secret.owner_gone = now if secret.owner_gone is None else secret.owner_gone
            if now - secret.owner_gone >= _COLLECTED_AFTER:
                del self.all[key]

    def read(self, namespace: str, name: str, key: str) -> SecretValue | None:
        self._need("get")
        secret = self.all.get((namespace, name))
        if secret is None:
            return None
        text = secret.data.get(key)
        password = None if text is None else Password(text)
        return SecretValue(password, secret.uid, str(secret.version), secret.made_for, secret.made)

    def create(self, user: ConnectUser, name: str, key: str, password: Password, now: float, *, rehearse: bool) -> bool:
        self._need("create")
        place = user.metadata.namespace, name
        if self.meanwhile is not None and not rehearse:
            self.put(name, self.meanwhile)
            self.meanwhile = None
        if place in self.all:
            return False
        if not rehearse:
            self._count += 1
            data, made = {key: password.reveal()}, float(int(now))
            self.all[place] = FakeSecret(data, f"secret-{self._count}", self._count, made, user.metadata.uid)
            self.made.append(name)
        return True

    def delete(self, namespace: str, name: str, known: SecretValue) -> None:
        self._need("delete")
        secret = self.all.get((namespace, name))
        if secret is None:
            return
        if self.touched_before_deletion:
            self.touched_before_deletion = False
            self.touch(name, namespace)
        if (secret.uid, str(secret.version)) != (known.uid, known.resource_version):
            raise ObjectChangedError(name)
        del self.all[namespace, name]
        self.deleted.append(name)

    def _need(self, right: str) -> None:
        if right not in self.rights:
            raise PermissionError(f"grant {right}")
