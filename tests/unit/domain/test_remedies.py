"""What is told to do about an error: what mends it, and nothing that cannot."""

from __future__ import annotations

import pytest

from connect_operator.domain.connect.errors import ROLE_NOT_ASSUMED, ConnectError, ErrorKind
from connect_operator.domain.connect.remedies import explained, told

ROLE = "arn:aws:iam::444455556666:role/connect-operator"


def an_error(code: str, *, role: str = "", status: int | None = 403) -> ConnectError:
    error = ConnectError(operation="UpdateUserTags", code=code, message="no", http_status=status)
    error.role = role
    return error


CREDENTIALS = [
    (an_error(ROLE_NOT_ASSUMED, role=ROLE), ("sts:AssumeRole", ROLE, "trust policy", "externalId", "spec.assumeRole")),
    (an_error("NoCredentialsError", role=ROLE, status=None), ("valid AWS credentials",)),
    (an_error("ExpiredToken", role=ROLE), ("valid AWS credentials",)),
    (an_error("ExpiredTokenException"), ("valid AWS credentials",)),
    (an_error("UnrecognizedClientException"), ("valid AWS credentials",)),
    (an_error("InvalidSignatureException"), ("valid AWS credentials", "clock")),
    (an_error("SignatureDoesNotMatch"), ("valid AWS credentials", "clock")),
    (an_error("RequestTimeTooSkewed"), ("clock",)),
    (an_error("RequestExpired"), ("clock",)),
    (an_error("CredentialRetrievalError", status=None), ("valid AWS credentials", "service account")),
]


@pytest.mark.parametrize(("error", "parts"), CREDENTIALS)
@pytest.mark.parametrize("telling", [told, explained])
def test_what_mends_credentials_is_never_a_right_in_connect(
    error: ConnectError, parts: tuple[str, ...], telling: object
) -> None:
    message = telling(error)  # type: ignore[operator]
    remedy = message.split("; ", 1)[1]

    assert [part for part in parts if part not in remedy] == []
    assert "connect:" not in remedy
    assert ("sts:AssumeRole" in remedy) is (error.code == ROLE_NOT_ASSUMED)


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_a_caller_who_knows_more_has_the_word_except_on_credentials(kind: ErrorKind) -> None:
    error = an_error("UpdateUserTags")
    error.kind = kind

    assert ("mine" in told(error, {kind: "mine"})) is (kind is not ErrorKind.CREDENTIALS)
