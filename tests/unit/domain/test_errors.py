"""The table of errors: code to kind to reason; what is unknown is judged by its status."""

from __future__ import annotations

import pytest

from connect_operator.domain.connect.errors import ConnectError, ErrorKind, classify


def an_error(code: str, status: int | None, *, uncertain: bool = False, request_id: str = "") -> ConnectError:
    return ConnectError(
        operation="CreateUser",
        code=code,
        message="text",
        request_id=request_id,
        http_status=status,
        uncertain=uncertain,
    )


READ, WRITE = "DescribeUser", "CreateUser"

KNOWN = [
    ("DuplicateResourceException", 409, ErrorKind.DUPLICATE, "UsernameTaken"),
    ("ResourceNotFoundException", 404, ErrorKind.NOT_FOUND, "ReferenceNotFound"),
    ("InvalidParameterException", 400, ErrorKind.INVALID, "InvalidSpec"),
    ("InvalidRequestException", 400, ErrorKind.INVALID, "InvalidSpec"),
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
]


@pytest.mark.parametrize(("code", "status", "kind", "reason"), KNOWN)
def test_known_codes(code: str, status: int | None, kind: ErrorKind, reason: str) -> None:
    found = an_error(code, status)
    assert (found.kind, found.reason.value) == (kind, reason)


PASSING_CODES = [
    ("NotAuthorized", 400),
    ("IncompleteSignature", 400),
    ("IncompleteSignatureException", 400),
    ("OptInRequired", 403),
    ("UnknownOperationException", 404),
    ("ValidationException", 400),
    ("ValidationError", 400),
    ("MalformedQueryString", 404),
    ("SerializationException", 400),
    ("BrandNewException", 400),
    ("EndlessPages", 200),
    ("ParamValidationError", None),
]
BARE = [*range(300, 400), *(status for status in range(400, 500) if status != 429)]


@pytest.mark.parametrize("operation", [READ, WRITE])
def test_an_answer_that_is_no_word_about_the_manifest_passes(operation: str) -> None:
    """A bare 404 is a proxy's, and proves nothing about a user."""
    codes = [*PASSING_CODES, *((str(status), status) for status in BARE)]
    kinds = {(code, status): classify(operation, code, status) for code, status in codes}
    assert {case for case, kind in kinds.items() if kind is not ErrorKind.PASSING} == set()


@pytest.mark.parametrize("operation", ["DescribeInstance", "ListUsers", "SearchUsers", READ, "DescribeContact"])
def test_no_answer_to_a_read_speaks_of_the_manifest(operation: str) -> None:
    codes = [(code, status) for code, status, _, _ in KNOWN] + PASSING_CODES
    kinds = {classify(operation, code, status) for code, status in codes}
    assert not kinds & {ErrorKind.INVALID, ErrorKind.DUPLICATE, ErrorKind.QUOTA}
    assert classify(operation, "ResourceNotFoundException", 404) is ErrorKind.NOT_FOUND


@pytest.mark.parametrize("code", [code for code, _, _, _ in KNOWN])
@pytest.mark.parametrize("operation", [READ, WRITE])
def test_a_server_in_trouble_is_no_witness(operation: str, code: str) -> None:
    assert classify(operation, code, 503) in (ErrorKind.UNAVAILABLE, ErrorKind.THROTTLED)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, None])
def test_no_answer_and_5xx_are_unavailability(status: int | None) -> None:
    assert classify(WRITE, "BrandNewException", status) is ErrorKind.UNAVAILABLE


def test_the_code_wins_over_the_status() -> None:
    """429 is two things: a throttle, and a quota that waiting does not raise."""
    assert classify(WRITE, "LimitExceededException", 429) is ErrorKind.QUOTA


def test_every_kind_has_a_reason() -> None:
    found = {an_error(code, status).kind for code, status in [*((c, s) for c, s, _, _ in KNOWN), *PASSING_CODES]}
    assert found == set(ErrorKind)


def test_an_error_to_keep_is_equal_and_holds_no_frames() -> None:
    error = an_error("AccessDenied", 403, uncertain=True, request_id="r-1")
    try:
        raise error
    except ConnectError as raised:
        kept = raised.anew()
    assert error.__traceback__ is not None
    assert (kept.__traceback__, kept.__context__, kept.__cause__) == (None, None, None)
    assert vars(kept) == vars(error)


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
