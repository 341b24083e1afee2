"""Botocore's exceptions become ConnectErrors: code, kind, certainty, and a text without secrets."""

from __future__ import annotations

import ssl
from typing import NamedTuple

import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from connect_operator.aws.failures import MESSAGE_LIMIT, RoleNotAssumedError, to_connect_error
from connect_operator.aws.redaction import Redaction
from connect_operator.domain.connect.errors import ErrorKind

URL = "https://connect.eu-central-1.amazonaws.com/users/i"


def client_error(code: str, status: int, operation: str = "CreateUser", message: str = "no") -> exceptions.ClientError:
    return exceptions.ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {
                "HTTPStatusCode": status,
                "RequestId": "req-1",
                "HostId": "",
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        },
        operation,
    )


class Answered(NamedTuple):
    code: str
    status: int
    kind: ErrorKind
    uncertain: bool = False


ANSWERS = [
    Answered("DuplicateResourceException", 409, ErrorKind.DUPLICATE),
    Answered("ResourceNotFoundException", 404, ErrorKind.NOT_FOUND),
    Answered("InvalidParameterException", 400, ErrorKind.INVALID),
    Answered("InvalidRequestException", 400, ErrorKind.INVALID),
    Answered("ConditionalOperationFailedException", 409, ErrorKind.CONFLICT),
    Answered("AccessDeniedException", 403, ErrorKind.DENIED),
    Answered("ExpiredTokenException", 403, ErrorKind.CREDENTIALS),
    Answered("UnrecognizedClientException", 403, ErrorKind.CREDENTIALS),
    Answered("LimitExceededException", 429, ErrorKind.QUOTA),
    Answered("ThrottlingException", 429, ErrorKind.THROTTLED),
    Answered("TooManyRequestsException", 429, ErrorKind.THROTTLED),
    Answered("429", 429, ErrorKind.THROTTLED),
    Answered("InvalidToken", 400, ErrorKind.PAGE_TOKEN),
    Answered("SomethingNew", 400, ErrorKind.PASSING),
    Answered("404", 404, ErrorKind.PASSING),
    Answered("407", 407, ErrorKind.PASSING),
    Answered("301", 301, ErrorKind.PASSING),
    Answered("408", 408, ErrorKind.PASSING, uncertain=True),
    Answered("InternalServiceException", 500, ErrorKind.UNAVAILABLE, uncertain=True),
    Answered("502", 502, ErrorKind.UNAVAILABLE, uncertain=True),
    Answered("503", 503, ErrorKind.UNAVAILABLE, uncertain=True),
]


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: f"{case.code}-{case.status}")
def test_an_answered_error_keeps_its_code_and_only_5xx_and_a_time_out_are_uncertain(case: Answered) -> None:
    error = to_connect_error(client_error(case.code, case.status), "CreateUser")

    assert (error.code, error.kind, error.uncertain) == (case.code, case.kind, case.uncertain)
    assert (error.http_status, error.request_id, error.message) == (case.status, "req-1", "no")


class Raised(NamedTuple):
    error: Exception
    kind: ErrorKind
    uncertain: bool
    reason: str


UNANSWERED = [
    Raised(
        exceptions.EndpointConnectionError(endpoint_url=URL, error=OSError()),
        ErrorKind.UNAVAILABLE,
        uncertain=False,
        reason="refused, or the name does not resolve",
    ),
    Raised(
        exceptions.ConnectTimeoutError(endpoint_url=URL),
        ErrorKind.UNAVAILABLE,
        uncertain=False,
        reason="no connection, so no request",
    ),
    Raised(
        exceptions.ProxyConnectionError(proxy_url="http://proxy"),
        ErrorKind.UNAVAILABLE,
        uncertain=False,
        reason="the proxy was not reached",
    ),
    Raised(
        exceptions.ReadTimeoutError(endpoint_url=URL),
        ErrorKind.UNAVAILABLE,
        uncertain=True,
        reason="the answer may be on its way",
    ),
    Raised(
        exceptions.ConnectionClosedError(endpoint_url=URL),
        ErrorKind.UNAVAILABLE,
        uncertain=True,
        reason="closed after the request",
    ),
    Raised(exceptions.HTTPClientError(error=OSError("reset")), ErrorKind.UNAVAILABLE, uncertain=True, reason="reset"),
    Raised(
        exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2),
        ErrorKind.UNAVAILABLE,
        uncertain=True,
        reason="an answer that was cut off",
    ),
    Raised(
        exceptions.SSLError(endpoint_url=URL, error=ssl.SSLError("EOF occurred")),
        ErrorKind.UNAVAILABLE,
        uncertain=True,
        reason="TLS may also break after the request",
    ),
    Raised(
        exceptions.SSLError(endpoint_url=URL, error=OSError(ssl.SSLCertVerificationError("self-signed"))),
        ErrorKind.UNAVAILABLE,
        uncertain=False,
        reason="a certificate is refused before the request",
    ),
    Raised(ResponseParserError("no JSON"), ErrorKind.UNAVAILABLE, uncertain=True, reason="answered, unreadable"),
    Raised(RuntimeError("?"), ErrorKind.UNAVAILABLE, uncertain=True, reason="not botocore's: tells nothing"),
    Raised(
        exceptions.ParamValidationError(report="bad"), ErrorKind.PASSING, uncertain=False, reason="refused by botocore"
    ),
    Raised(exceptions.NoCredentialsError(), ErrorKind.CREDENTIALS, uncertain=False, reason="nothing to sign with"),
    Raised(
        exceptions.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        ErrorKind.CREDENTIALS,
        uncertain=False,
        reason="half a key",
    ),
    Raised(
        exceptions.CredentialRetrievalError(provider="process", error_msg="exit 1"),
        ErrorKind.CREDENTIALS,
        uncertain=False,
        reason="a credential process failed",
    ),
    Raised(
        exceptions.UnauthorizedSSOTokenError(), ErrorKind.CREDENTIALS, uncertain=False, reason="the login has expired"
    ),
    Raised(exceptions.ProfileNotFound(profile="x"), ErrorKind.CREDENTIALS, uncertain=False, reason="no such profile"),
    Raised(exceptions.NoRegionError(), ErrorKind.UNAVAILABLE, uncertain=False, reason="no endpoint to send to"),
]


@pytest.mark.parametrize("case", UNANSWERED, ids=lambda case: f"{type(case.error).__name__}: {case.reason}")
def test_without_an_answer_certainty_depends_on_whether_anything_was_sent(case: Raised) -> None:
    error = to_connect_error(case.error, "CreateUser")

    assert (error.kind, error.uncertain) == (case.kind, case.uncertain), case.reason
    assert (error.http_status, error.request_id) == (None, "")


CREDENTIAL_CALLS = [
    (client_error("AccessDenied", 403, "AssumeRole"), "RoleNotAssumed", ErrorKind.CREDENTIALS),
    (client_error("ExpiredToken", 403, "AssumeRole"), "ExpiredToken", ErrorKind.CREDENTIALS),
    (client_error("InternalFailure", 500, "AssumeRole"), "InternalFailure", ErrorKind.UNAVAILABLE),
    (exceptions.ReadTimeoutError(endpoint_url="https://sts"), "ReadTimeoutError", ErrorKind.UNAVAILABLE),
    (client_error("ValidationError", 400, "AssumeRole"), "RoleNotAssumed", ErrorKind.CREDENTIALS),
    (client_error("RegionDisabledException", 403, "AssumeRole"), "RoleNotAssumed", ErrorKind.CREDENTIALS),
    (client_error("407", 407, "AssumeRole"), "407", ErrorKind.PASSING),
    (exceptions.ParamValidationError(report="short"), "RoleNotAssumed", ErrorKind.CREDENTIALS),
    (exceptions.NoCredentialsError(), "NoCredentialsError", ErrorKind.CREDENTIALS),
    (
        exceptions.CredentialRetrievalError(provider="process", error_msg="exit 1"),
        "CredentialRetrievalError",
        ErrorKind.CREDENTIALS,
    ),
]


@pytest.mark.parametrize(("cause", "code", "kind"), CREDENTIAL_CALLS)
def test_a_role_that_cannot_be_assumed_never_makes_the_write_uncertain(
    cause: Exception, code: str, kind: ErrorKind
) -> None:
    error = to_connect_error(RoleNotAssumedError("arn:aws:iam::1:role/x", cause), "CreateUser")

    assert (error.operation, error.code, error.kind, error.uncertain) == ("CreateUser", code, kind, False)
    assert "arn:aws:iam::1:role/x" in error.message
    assert error.role == error.anew().role == "arn:aws:iam::1:role/x"


def test_an_error_of_another_operation_comes_from_the_credential_chain() -> None:
    error = to_connect_error(client_error("InternalError", 500, "AssumeRoleWithWebIdentity"), "CreateUser")

    assert not error.uncertain
    assert "AssumeRoleWithWebIdentity" in error.message


def test_a_denial_of_another_operation_is_no_right_in_connect_that_is_missing() -> None:
    error = to_connect_error(client_error("AccessDenied", 403, "AssumeRoleWithWebIdentity"), "CreateUser")

    assert (error.code, error.kind, error.role) == ("CredentialRetrievalError", ErrorKind.CREDENTIALS, "")
    assert "AssumeRoleWithWebIdentity: AccessDenied" in error.message


@pytest.mark.parametrize(
    "password",
    ["Passw0rdIsSecret", 'qu"ote\\back', "Ümläut'1A", "perc%ent&A1"],
    ids=["plain", "quotes", "unicode", "percent"],
)
def test_a_password_in_a_message_is_replaced_however_it_was_escaped(password: str) -> None:
    for text in (password, repr(password), exceptions.ParamValidationError(report=f"value: {password!r}").args[0]):
        error = to_connect_error(
            client_error("InvalidRequestException", 400, message=f"bad {text}."), "CreateUser", Redaction((password,))
        )
        assert password not in error.text
        assert repr(password)[1:-1] not in error.text
        assert "***" in error.text


def test_a_password_is_replaced_in_the_text_of_a_credential_call_too() -> None:
    cause = client_error("AccessDenied", 403, "AssumeRole", message="Passw0rdIsSecret")

    error = to_connect_error(
        RoleNotAssumedError("arn:aws:iam::1:role/x", cause), "CreateUser", Redaction(("Passw0rdIsSecret",))
    )

    assert "Passw0rd" not in error.text


def test_a_password_is_replaced_before_the_text_is_cut() -> None:
    password = "Passw0rdIsSecret"
    message = "x" * (MESSAGE_LIMIT - 8) + password

    error = to_connect_error(
        client_error("InvalidRequestException", 400, message=message), "CreateUser", Redaction((password,))
    )

    assert "Passw" not in error.text


@pytest.mark.parametrize(
    ("personal", "text", "told"),
    [
        ("jane@example.com", "Email 'jane@example.com' is not valid", "Email '***' is not valid"),
        ("+4930111", "PhoneNumber +4930111 is in use", "PhoneNumber *** is in use"),
        ("Jane", "Jane is not Janet, jane@x or Marie-Jane", "*** is not Janet, jane@x or Marie-***"),
        ("J", "J. is too short a name", "J. is too short a name"),
        ("", "no", "no"),
    ],
)
def test_personal_data_in_a_message_is_replaced_as_a_word(personal: str, text: str, told: str) -> None:
    answer = client_error("InvalidParameterException", 400, message=text)
    assert to_connect_error(answer, "CreateUser", Redaction(personal=(personal,))).message == told


def test_a_page_of_html_becomes_one_short_line() -> None:
    error = to_connect_error(client_error("503", 503, message="<html>\n  <h1>Sorry</h1>\n" * 200), "DescribeUser")

    assert "\n" not in error.message
    assert len(error.message) == MESSAGE_LIMIT


def test_lone_surrogates_are_replaced() -> None:
    """UTF-8 has no form for them, so that the API server would store another text than was written."""
    error = to_connect_error(client_error("Odd\ud800", 400, message="caf\u00e9 \ud83d \udc00 \U0001f600"), "CreateUser")

    assert (error.code, error.message) == ("Odd\ufffd", "caf\u00e9 \ufffd \ufffd \U0001f600")
