"""AWS's errors of CreateUser in words that say what to do."""

from __future__ import annotations

from connect_operator.domain.errors import ConnectError, ErrorKind

_REMEDIES = {
    ErrorKind.NOT_FOUND: "one of the ids in the manifest does not exist in the instance",
    ErrorKind.QUOTA: "the instance has no room for more users: ask AWS to raise its quota, or delete users",
    ErrorKind.DENIED: "grant connect:CreateUser and connect:TagResource to the operator's role (or to the instance's)",
    ErrorKind.CREDENTIALS: "give the operator valid AWS credentials, or correct the ConnectInstance's assumeRole",
    ErrorKind.INVALID: "correct the manifest",
}


def explained(error: ConnectError) -> str:
    """AWS's own words, and what to do."""
    remedy = _REMEDIES.get(error.kind)
    return f"{error.text}; {remedy}" if remedy else error.text
