"""AWS's errors in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping

from connect_operator.domain.connect.errors import ROLE_NOT_ASSUMED, ConnectError, ErrorKind

GOES_ON = "it is tried again by itself"
_OF_A_CREATION = {
    ErrorKind.NOT_FOUND: "one of the ids in the manifest does not exist in the instance",
    ErrorKind.QUOTA: "the instance has no room for more users: ask AWS to raise its quota, or delete users",
    ErrorKind.DENIED: "grant connect:CreateUser and connect:TagResource to the operator's role (or to the instance's)",
    ErrorKind.INVALID: "correct the manifest",
}
_VALID = "give the operator valid AWS credentials"
_CLOCK = "set the clock of the machine right on which this runs"
_OF_CREDENTIALS = {
    # botocore's word for whatever source of credentials has failed, and ours for what STS refuses to give.
    "CredentialRetrievalError": f"{_VALID}; if a role is bound to its service account, let the trust policy of that "
    "role allow the service account",
    # An expired signature has the same code as a wrong one.
    "InvalidSignatureException": f"{_VALID}, and check the clock of the machine on which this runs",
    "SignatureDoesNotMatch": f"{_VALID}, and check the clock of the machine on which this runs",
    "RequestTimeTooSkewed": _CLOCK,
    "RequestExpired": _CLOCK,
}


def told(error: ConnectError, remedies: Mapping[ErrorKind, str] | None = None) -> str:
    """AWS's own words, and what to do: by these remedies, else whom to ask, else that nothing needs to be done."""
    return f"{error.text.rstrip('.')}; {_remedy(error, remedies or {})}"


def _remedy(error: ConnectError, remedies: Mapping[ErrorKind, str]) -> str:
    if error.kind is ErrorKind.CREDENTIALS:
        return credentials(error)
    denied = f"grant connect:{error.operation} to the operator's role (or to the instance's)"
    return {ErrorKind.DENIED: denied, **remedies}.get(error.kind, GOES_ON)


def credentials(error: ConnectError) -> str:
    """What to do about credentials that were refused or not found; nobody who made a call knows more of them."""
    if error.code == ROLE_NOT_ASSUMED:
        return (
            f"let the trust policy of {error.role} allow the operator's own role, with the ConnectInstance's "
            "spec.assumeRole.externalId if it asks for one, and grant sts:AssumeRole on it to the operator's own role; "
            "or correct the ConnectInstance's spec.assumeRole"
        )
    return _OF_CREDENTIALS.get(error.code, _VALID)


def explained(error: ConnectError) -> str:
    """The same of a CreateUser."""
    return told(error, _OF_A_CREATION)
