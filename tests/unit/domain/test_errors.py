"""The table of errors: code to kind to reason; what is unknown is judged by its status."""

from __future__ import annotations

import pytest

from connect_operator.domain.errors import ConnectError, ErrorKind, classify


def an_error(code: str, status: int | None, *, uncertain: bool = False, request_id: str = "") -> ConnectError:
    return ConnectError(
        operation="CreateUser",
        code=code,
        message="text",
        request_id=request_id,
        http_status=status,
        uncertain=uncertain,
    )


@pytest.mark.parametrize(
    ("code", "status", "kind", "reason"),
    [
        ("DuplicateResourceException", 409, ErrorKind.DUPLICATE, "UsernameTaken"),
        ("ResourceNotFoundException", 404, ErrorKind.NOT_FOUND, "ReferenceNotFound"),
        ("InvalidParameterException", 400, ErrorKind.INVALID, "InvalidSpec"),
        ("InvalidRequestException", 400, ErrorKind.INVALID, "InvalidSpec"),
        ("ParamValidationError", None, ErrorKind.INVALID, "InvalidSpec"),
        ("ConditionalOperationFailedException", 409, ErrorKind.CONFLICT, "ServiceUnavailable"),
        ("AccessDeniedException", 403, ErrorKind.DENIED, "PermissionDenied"),
        ("ExpiredTokenException", 403, ErrorKind.CREDENTIALS, "PermissionDenied"),
        ("UnrecognizedClientException", 403, ErrorKind.CREDENTIALS, "PermissionDenied"),
        ("NoCredentialsError", None, ErrorKind.CREDENTIALS, "PermissionDenied"),
        ("LimitExceededException", 429, ErrorKind.QUOTA, "QuotaExceeded"),
        ("ServiceQuotaExceededException", 402, ErrorKind.QUOTA, "QuotaExceeded"),
        ("ThrottlingException", 429, ErrorKind.THROTTLED, "Throttled"),
        ("TooManyRequestsException", 429, ErrorKind.THROTTLED, "Throttled"),
        ("429", 429, ErrorKind.THROTTLED, "Throttled"),
        ("InternalServiceException", 500, ErrorKind.UNAVAILABLE, "ServiceUnavailable"),
        ("InvalidToken", 400, ErrorKind.PAGE_TOKEN, "ServiceUnavailable"),
    ],
)
def test_known_codes(code: str, status: int | None, kind: ErrorKind, reason: str) -> None:
    found = an_error(code, status)
    assert (found.kind, found.reason.value) == (kind, reason)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INVALID),
        (401, ErrorKind.DENIED),
        (403, ErrorKind.DENIED),
        (404, ErrorKind.NOT_FOUND),
        (418, ErrorKind.INVALID),
        (429, ErrorKind.THROTTLED),
        (500, ErrorKind.UNAVAILABLE),
        (503, ErrorKind.UNAVAILABLE),
        (599, ErrorKind.UNAVAILABLE),
        (None, ErrorKind.UNAVAILABLE),
    ],
)
def test_unknown_codes_by_status(status: int | None, kind: ErrorKind) -> None:
    assert classify("BrandNewException", status) is kind


def test_the_code_wins_over_the_status() -> None:
    """429 is two things: a throttle, and a quota that waiting does not raise."""
    assert classify("LimitExceededException", 429) is ErrorKind.QUOTA


def test_every_kind_has_a_reason() -> None:
    codes = {"BrandNewException": None, "429": 429}
    assert all(an_error(code, status).reason for code, status in codes.items())


@pytest.mark.parametrize(
    ("request_id", "text"),
    [
        ("r-1", "CreateUser failed: AccessDenied: text (request r-1)"),
        ("", "CreateUser failed: AccessDenied: text"),
    ],
)
def test_text(request_id: str, text: str) -> None:
    found = an_error("AccessDenied", 403, request_id=request_id)
    assert found.text == str(found) == text
