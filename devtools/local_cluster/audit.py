"""The API server's audit log: who asked it for what, and how it answered. What that proves belongs to the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# One event per request, without bodies: Metadata level (audit.k8s.io/v1). A watch has a second one, when it starts.
AUDIT_POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata"}],
}
_WRITING_VERBS = frozenset({"create", "update", "patch", "delete", "deletecollection"})


@dataclass(frozen=True)
class AuditEvent:
    """One request and its answer; a field that the request does not have is empty. ``raw`` is the whole event."""

    user: str
    verb: str
    group: str
    resource: str
    subresource: str
    namespace: str
    name: str
    code: int
    """The HTTP status of the answer; 0 if there is none yet."""
    raw: Mapping[str, Any]

    @property
    def is_write(self) -> bool:
        """Whether it asked for a change of stored objects. A dry run did not; nor did a question about permissions."""
        asks_only = self.group in {"authorization.k8s.io", "authentication.k8s.io"}
        dry_run = "dryRun=" in self.raw.get("requestURI", "")
        return self.verb in _WRITING_VERBS and not asks_only and not dry_run


class AuditLog:
    """Reads the log while the server writes it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def mark(self) -> int:
        """The present end of the log, for ``events(after=…)``."""
        return self._file.stat().st_size if self._file.exists() else 0

    def events(self, after: int = 0) -> Iterator[AuditEvent]:
        """The events written after a mark, in the order of their answers."""
        if not self._file.exists():
            return
        with self._file.open("rb") as log:
            log.seek(after)
            for line in log:
                if line.endswith(b"\n"):  # else the server is in the middle of it
                    yield _parsed(json.loads(line))


def _parsed(event: Mapping[str, Any]) -> AuditEvent:
    about = event.get("objectRef", {})
    return AuditEvent(
        user=event.get("user", {}).get("username", ""),
        verb=event.get("verb", ""),
        group=about.get("apiGroup", ""),
        resource=about.get("resource", ""),
        subresource=about.get("subresource", ""),
        namespace=about.get("namespace", ""),
        name=about.get("name", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        raw=event,
    )
