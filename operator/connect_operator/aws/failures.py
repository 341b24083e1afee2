"""Any exception out of a botocore call -> ConnectError.

What is decided here is the code, a text without secrets, and whether the call may have been carried out:

    answer 3xx or 4xx, throttled, refused                   certain: not carried out
    no connection, certificate refused, no credentials,
    parameters refused by botocore                          certain: never sent
    answer 5xx or 408, answer lost, late, cut off or
    unreadable, anything that botocore does not document    uncertain

What an error means for an object is decided by domain.errors.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from botocore import exceptions
from botocore.parsers import ResponseParserError

from connect_operator.domain.errors import ConnectError, ErrorKind

MESSAGE_LIMIT = 500
"""Characters of AWS's text that are kept: a proxy's HTML page would otherwise become a condition's message."""

UNEXPECTED_ANSWER = "UnexpectedAnswer"
"""Our own code for a successful answer that lacks what the service model promises."""

_CREDENTIALS = "CredentialRetrievalError"

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
"""What botocore raises while it looks for credentials, beside the three that domain.errors knows by name."""

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


def to_connect_error(error: Exception, operation: str, secrets: Collection[str] = ()) -> ConnectError:
    """The ConnectError of what botocore raised for that operation; every one of `secrets` becomes *** in its text."""
    if isinstance(error, RoleNotAssumedError):
        return _credentials_failed(error.cause, operation, f"assuming the role {error.role_arn}", secrets)
    if isinstance(error, exceptions.ClientError):
        if error.operation_name != operation:
            return _credentials_failed(error, operation, error.operation_name, secrets)
        return _refused(error, operation, secrets)
    if isinstance(error, _CREDENTIAL_SOURCES):
        message = _text(f"{type(error).__name__}: {error}", secrets)
        return ConnectError(operation=operation, code=_CREDENTIALS, message=message)
    return ConnectError(
        operation=operation,
        code=type(error).__name__,
        message=_text(str(error), secrets),
        uncertain=_may_have_been_carried_out(error),
    )


def _refused(error: exceptions.ClientError, operation: str, secrets: Collection[str]) -> ConnectError:
    answer: dict[str, Any] = dict(error.response)
    described = answer.get("Error") or {}
    metadata = answer.get("ResponseMetadata") or {}
    status = metadata.get("HTTPStatusCode")
    return ConnectError(
        operation=operation,
        code=sound(str(described.get("Code") or status or "Unknown")),
        message=_text(str(described.get("Message") or ""), secrets),
        request_id=str(metadata.get("RequestId") or ""),
        http_status=status,
        # 408 says that the request did not arrive in time. A gateway that waited for the server behind it says so, too.
        uncertain=status is None or status >= _SERVER_ERROR or status == _REQUEST_TIMEOUT,
    )


def _credentials_failed(cause: Exception, operation: str, doing: str, secrets: Collection[str]) -> ConnectError:
    """A failure of the call that was to fetch credentials: whatever it was, Connect heard nothing.

    What STS and its like complain of (parameters, roles, tokens) is no complaint about a user, so it counts as missing
    credentials. An answer with nothing but a status comes from something in between, and passes.
    """
    inner = to_connect_error(cause, getattr(cause, "operation_name", "AssumeRole"), secrets)
    refused = inner.kind in (ErrorKind.INVALID, ErrorKind.NOT_FOUND, ErrorKind.PASSING) and not inner.code.isdigit()
    return ConnectError(
        operation=operation,
        code=_CREDENTIALS if refused else inner.code,
        message=_text(f"{doing}: {inner.code}: {inner.message}", secrets),
        request_id=inner.request_id,
        http_status=inner.http_status,
        uncertain=False,
    )


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


def _text(message: str, secrets: Collection[str]) -> str:
    """One line of at most MESSAGE_LIMIT characters, secrets replaced (also where they were quoted or escaped)."""
    for secret in secrets:
        forms = {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote(secret, safe="")}
        for form in sorted(forms, key=len, reverse=True):
            if form:
                message = message.replace(form, "***")
    line = " ".join(sound(message).split())
    return line if len(line) <= MESSAGE_LIMIT else line[: MESSAGE_LIMIT - 1] + "…"
