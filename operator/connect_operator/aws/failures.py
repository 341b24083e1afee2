"""Any exception out of a botocore call -> ConnectError.

What is decided here is the code, a text without secrets, and whether the call may have been carried out:

    answer 3xx or 4xx, throttled, refused                   certain: not carried out
    no connection, certificate refused, no credentials,
    parameters refused by botocore                          certain: never sent
    answer 5xx or 408, answer lost, late, cut off or
    unreadable, anything that botocore does not document    uncertain

What an error means for an object is decided by domain.connect.errors.
"""

from __future__ import annotations

import re
import ssl
from typing import Any

from botocore import exceptions
from botocore.parsers import ResponseParserError

from connect_operator.aws.redaction import Redaction
from connect_operator.domain.connect.errors import ROLE_NOT_ASSUMED, ConnectError, ErrorKind

MESSAGE_LIMIT = 500
"""Characters of AWS's text that are kept: a proxy's HTML page would otherwise become a condition's message."""

_NOTHING_HIDDEN = Redaction()

UNEXPECTED_ANSWER = "UnexpectedAnswer"
"""Our own code for a successful answer that lacks what the service model promises."""

_CREDENTIALS = "CredentialRetrievalError"

_REFUSALS = (ErrorKind.DENIED, ErrorKind.INVALID, ErrorKind.NOT_FOUND, ErrorKind.PASSING)
"""What the call that is to fetch credentials can be answered with when it will not be given them."""

_REQUEST_TIMEOUT, _SERVER_ERROR = 408, 500
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")

_CREDENTIAL_SOURCES = (
    exceptions.ConfigNotFound,
    exceptions.ConfigParseError,
    exceptions.InvalidConfigError,
    exceptions.LoginError,
    exceptions.MetadataRetrievalError,
    exceptions.NoAuthTokenError,
    exceptions.ProfileNotFound,
    exceptions.RefreshWithMFAUnsupportedError,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
    exceptions.UnknownCredentialError,
)
"""What botocore raises while it looks for credentials, beside the three that domain.connect.errors knows by name."""

_NEVER_SENT = (
    exceptions.EndpointConnectionError,
    exceptions.ConnectTimeoutError,
    exceptions.ProxyConnectionError,
)

_MAYBE_SENT = (
    exceptions.HTTPClientError,
    exceptions.ConnectionError,
    exceptions.IncompleteReadError,
)


class RoleNotAssumedError(Exception):
    """AssumeRole failed, so the request to Connect was never sent; `cause` is botocore's exception."""

    def __init__(self, role_arn: str, cause: Exception) -> None:
        self.role_arn = role_arn
        self.cause = cause
        super().__init__(f"cannot assume {role_arn}: {cause}")


def to_connect_error(error: Exception, operation: str, hidden: Redaction = _NOTHING_HIDDEN) -> ConnectError:
    """The ConnectError of what botocore raised for that operation; what is `hidden` becomes *** in its text."""
    if isinstance(error, RoleNotAssumedError):
        return _credentials_failed(error.cause, operation, hidden, role=error.role_arn)
    if isinstance(error, exceptions.ClientError):
        if error.operation_name != operation:
            return _credentials_failed(error, operation, hidden)
        return _refused(error, operation, hidden)
    if isinstance(error, _CREDENTIAL_SOURCES):
        message = _text(f"{type(error).__name__}: {error}", hidden)
        return ConnectError(operation=operation, code=_CREDENTIALS, message=message)
    return ConnectError(
        operation=operation,
        code=type(error).__name__,
        message=_text(str(error), hidden),
        uncertain=_may_have_been_carried_out(error),
    )


def _refused(error: exceptions.ClientError, operation: str, hidden: Redaction) -> ConnectError:
    answer: dict[str, Any] = dict(error.response)
    described = answer.get("Error") or {}
    metadata = answer.get("ResponseMetadata") or {}
    status = metadata.get("HTTPStatusCode")
    return ConnectError(
        operation=operation,
        code=sound(str(described.get("Code") or status or "Unknown")),
        message=_text(str(described.get("Message") or ""), hidden),
        request_id=str(metadata.get("RequestId") or ""),
        http_status=status,
        # 408 says that the request did not arrive in time. A gateway that waited for the server behind it says so, too.
        uncertain=status is None or status >= _SERVER_ERROR or status == _REQUEST_TIMEOUT,
    )


def _credentials_failed(cause: Exception, operation: str, hidden: Redaction, *, role: str = "") -> ConnectError:
    """A failure of the call that was to fetch credentials, or to assume that role: Connect heard nothing.

    What STS and its like refuse (rights, parameters, roles, tokens) is neither a complaint about a user nor a right in
    Connect that is missing, so it counts as missing credentials. An answer with nothing but a status comes from
    something in between, and passes.
    """
    fetching = getattr(cause, "operation_name", "AssumeRole")
    doing = f"assuming the role {role}" if role else fetching
    inner = to_connect_error(cause, fetching, hidden)
    refused = inner.kind in _REFUSALS and not inner.code.isdigit()
    failure = ConnectError(
        operation=operation,
        code=(ROLE_NOT_ASSUMED if role else _CREDENTIALS) if refused else inner.code,
        message=_text(f"{doing}: {inner.code}: {inner.message}", hidden),
        request_id=inner.request_id,
        http_status=inner.http_status,
        uncertain=False,
    )
    failure.role = role
    return failure


def _may_have_been_carried_out(error: Exception) -> bool:
    if isinstance(error, _NEVER_SENT) or _certificate_refused(error):
        return False
    if isinstance(error, _MAYBE_SENT):
        return True
    # What is left of botocore's own is raised before sending (parameters, credentials, endpoint); a parser error
    # comes after an answer, and an exception that is not botocore's tells nothing.
    return isinstance(error, ResponseParserError) or not isinstance(error, exceptions.BotoCoreError)


def _certificate_refused(error: Exception) -> bool:
    """Whether the TLS handshake failed on the certificate; other TLS errors may also come after the request."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return True
        seen = _inner(seen)
    return False


def _inner(error: BaseException) -> BaseException | None:
    """The exception that this one was made of: botocore keeps it in `kwargs`, urllib3 in `args`."""
    candidates = [getattr(error, "kwargs", {}).get("error"), *error.args, error.__cause__, error.__context__]
    return next((found for found in candidates if isinstance(found, BaseException) and found is not error), None)


def sound(text: str) -> str:
    """The text with each lone surrogate replaced; JSON's escapes allow them, UTF-8 does not.

    The API server stores something else for them, so that a status would differ from what was written for ever.
    """
    return _LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def _text(message: str, hidden: Redaction) -> str:
    """One line of at most MESSAGE_LIMIT characters, with nothing in it that is hidden."""
    line = " ".join(sound(hidden.of(message)).split())
    return line if len(line) <= MESSAGE_LIMIT else line[: MESSAGE_LIMIT - 1] + "…"
