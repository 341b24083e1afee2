"""The rules of ConnectContactAssignment without an API server, as manifest_rules.py has those of ConnectUser."""

from __future__ import annotations

from collections.abc import Iterator

from connect_operator.domain.arn import foreign_instance, parse_instance_arn
from connect_operator.domain.manifest_checks import Check, Number, Raw, Text, Violation, violations_of
from connect_operator.domain.name_rules import ARN, INSTANCE, OBJECT

_ID = r"[-a-zA-Z0-9]{1,128}"
_YEAR = 31_536_000
_LARGEST = 2**31 - 1


def _resource(kind: str) -> Text:
    return Text(rf"{_ID}|{ARN}/{kind}/{_ID}", f"is neither an ID nor an ARN that ends in {kind}/ID", 1, 256)


_CHECKS: dict[str, Check] = {
    "instanceRef.name": OBJECT,
    "instanceId": INSTANCE,
    "contactId": _resource("contact"),
    "userRef.name": OBJECT,
    "userId": _resource("agent"),
    "activeDeadlineSeconds": Number(1, _YEAR),
    "ttlSecondsAfterFinished": Number(0, _LARGEST),
}


def assignment_violations(spec: Raw) -> tuple[Violation, ...]:
    """Every rule that the spec of a ConnectContactAssignment breaks; spec as JSON types."""
    return (*_pairs(spec), *violations_of(spec, _CHECKS), *_elsewhere(spec))


def _pairs(spec: Raw) -> Iterator[Violation]:
    for one, other in (("instanceRef", "instanceId"), ("userRef", "userId")):
        if (one in spec) == (other in spec):
            yield Violation("", f"set exactly one of {one} and {other}")


def _elsewhere(spec: Raw) -> Iterator[Violation]:
    """ARNs of several instances in one manifest."""
    wanted = spec.get("instanceId")
    if wanted is not None:
        for field in ("contactId", "userId"):
            if foreign_instance(spec.get(field, ""), parse_instance_arn(wanted) or wanted):
                yield Violation(field, "is an ARN of another instance than instanceId; correct one of the two")
    of_contact = parse_instance_arn(spec["contactId"])
    if of_contact is not None and foreign_instance(spec.get("userId", ""), of_contact):
        yield Violation("userId", "is an ARN of another instance than that of contactId; correct one of the two")
