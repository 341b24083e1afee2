"""How it is said that a write was refused, or has no effect. Pure."""

from __future__ import annotations

from connect_operator.domain.changes import Call
from connect_operator.domain.conditions import Verdict
from connect_operator.domain.errors import ConnectError, ErrorKind
from connect_operator.domain.reasons import Reason


def refused(call: Call, error: ConnectError) -> str:
    """What was refused: the fields, AWS's own words, and what to do where that can be known."""
    fields = ", ".join(f"spec.{change.field}" for change in call.changes)
    remedies = {
        ErrorKind.NOT_FOUND: "; create what is missing in Connect, or correct the manifest",
        ErrorKind.INVALID: "; correct the manifest",
        ErrorKind.CONFLICT: "; something else was changing this user at that moment, so it is tried again by itself",
        ErrorKind.DENIED: f"; grant connect:{call.operation} to the operator's role",
    }
    return f"{fields}: {error.text}{remedies.get(error.kind, '')}"


def not_converging(calls: tuple[Call, ...]) -> Verdict:
    """Both values, of what was acknowledged twice."""
    changes = [change for call in calls for change in call.changes]
    values = [f"{change.field}: written {change.new}, Connect shows {change.old}" for change in changes]
    told = [change.field if change.is_personal else value for change, value in zip(changes, values, strict=True)]
    what = "Connect acknowledged the write twice and still shows another value"
    return Verdict(
        reason=Reason.NOT_CONVERGING, message=f"{what}: {'; '.join(values)}", event=f"{what}: {'; '.join(told)}"
    )
