"""What names of objects and namespaces may look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connect_operator.domain.rules.manifest_checks import Violation

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
SUBDOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME_SAYS = (
    "is no name of a Kubernetes object; use lower-case letters, digits, '-' and '.', and put a login that has others "
    "into spec.username"
)


def metadata_violations(name: str) -> Iterator[Violation]:
    """Whether an object can have that name."""
    if SUBDOMAIN.fullmatch(name) is None:
        yield Violation("metadata.name", f"{name!r} {_NAME_SAYS}")


def namespace_violations(namespace: str) -> Iterator[Violation]:
    """Whether a namespace can have that name."""
    if LABEL.fullmatch(namespace) is None:
        yield Violation("metadata.namespace", f"{namespace!r} is no namespace; use lower-case letters, digits and '-'")
