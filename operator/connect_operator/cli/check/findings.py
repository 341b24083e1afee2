"""One line of the table: what was looked at, how it stands, and what was found or is to be done."""

from __future__ import annotations

from typing import NamedTuple

OK, NOTE, WRONG = "ok", "note", "WRONG"


class Finding(NamedTuple):
    """`result`: ok, note (worth knowing, or not to be seen from here), WRONG (makes the exit code 1)."""

    what: str
    result: str
    detail: str


class Operator(NamedTuple):
    """A Deployment of the operator: its namespace, name, service account and image, and how many pods are ready."""

    namespace: str
    name: str
    service_account: str
    image: str
    ready: int
