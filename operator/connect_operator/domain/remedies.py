"""AWS's errors in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping

from connect_operator.domain.errors import ConnectError, ErrorKind

GOES_ON = "it is tried again by itself"
_OF_A_CREATION = {
    ErrorKind.NOT_FOUND: "one of the ids in the manifest does not exist in the instance",
    ErrorKind.QUOTA: "the instance has no room for more users: ask AWS to raise its quota, or delete users",
    ErrorKind.DENIED: "grant connect:CreateUser and connect:TagResource to the operator's role (or to the instance's)",
    ErrorKind.INVALID: "correct the manifest",
}


def told(error: ConnectError, remedies: Mapping[ErrorKind, str] | None = None) -> str:
    """AWS's own words, and what to do: by these remedies, else whom to ask, else that nothing needs to be done."""
    general = {
        ErrorKind.DENIED: f"grant connect:{error.operation} to the operator's role (or to the instance's)",
        ErrorKind.CREDENTIALS: "give the operator valid AWS credentials, or correct the ConnectInstance's assumeRole",
    }
    remedy = {**general, **(remedies or {})}.get(error.kind, GOES_ON)
    return f"{error.text.rstrip('.')}; {remedy}"


def explained(error: ConnectError) -> str:
    """The same of a CreateUser."""
    return told(error, _OF_A_CREATION)
