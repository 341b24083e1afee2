"""What names and identifiers may look like, in manifests and for the objects themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connect_operator.domain.manifest_checks import Text, Violation

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
SUBDOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME_SAYS = "is no name of a Kubernetes object; use lower-case letters, digits, '-' and '.'"
ARN = r"arn:aws[-a-z0-9]*:connect:[-a-z0-9]+:[0-9]{12}:instance/[-a-zA-Z0-9]{1,64}"
ID = r"[-a-zA-Z0-9]{1,64}"

OBJECT = Text(SUBDOMAIN.pattern, _NAME_SAYS, 1, 253)
INSTANCE = Text(rf"{ID}|{ARN}", "is neither the ID nor the ARN of a Connect instance", 1, 100)


def one_of(*values: str) -> Text:
    """One of these words."""
    return Text("|".join(map(re.escape, values)), f"is not allowed; use {' or '.join(values)}")


def metadata_violations(name: str) -> Iterator[Violation]:
    """Whether an object can have that name."""
    if SUBDOMAIN.fullmatch(name) is None:
        yield Violation("metadata.name", f"{name!r} {_NAME_SAYS}")


def namespace_violations(namespace: str) -> Iterator[Violation]:
    """Whether a namespace can have that name."""
    if LABEL.fullmatch(namespace) is None:
        yield Violation("metadata.namespace", f"{namespace!r} is no namespace; use lower-case letters, digits and '-'")
