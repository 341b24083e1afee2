"""The one table of errors: AWS code -> class -> reason, retry, certainty.

Decisions branch on codes, never on message texts. Source of the codes: botocore's service model for Connect, and the
unmodelled ones of AWS's front door (throttling, credentials, page tokens).

An answer is judged by what it can know. Two codes speak of the manifest, and only in answer to a write; that something
does not exist is told by its code, never by a bare 404, which any proxy gives. Every other answer, known or not, is no
word about the manifest: it passes, and the call is tried again.

    ConnectError            a call that did not succeed, classified
      .kind: ErrorKind      what it means
      .uncertain            whether the call may have been carried out all the same
"""

from __future__ import annotations

import enum

from connect_operator.domain.conditions.reasons import Reason


class ErrorKind(enum.Enum):
    """What an AWS error means for the object it was made for. PASSING: nothing; something else is in the way."""

    DUPLICATE = "duplicate"
    NOT_FOUND = "not found"
    INVALID = "invalid"
    CONFLICT = "conflict"
    DENIED = "denied"
    CREDENTIALS = "credentials"
    QUOTA = "quota"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    PASSING = "passing"
    PAGE_TOKEN = "page token"  # noqa: S105 - the name of a class of errors


ROLE_NOT_ASSUMED = "RoleNotAssumed"
"""Our own code: the role of a ConnectInstance was refused to us, so Connect was not asked at all."""

_KINDS = {
    "DuplicateResourceException": ErrorKind.DUPLICATE,
    "ResourceNotFoundException": ErrorKind.NOT_FOUND,
    "InvalidParameterException": ErrorKind.INVALID,
    "InvalidRequestException": ErrorKind.INVALID,
    # botocore's own, before anything is sent: of what was built here, and so a defect of the operator.
    "ParamValidationError": ErrorKind.PASSING,
    "ConditionalOperationFailedException": ErrorKind.CONFLICT,
    "ResourceConflictException": ErrorKind.CONFLICT,
    "ResourceInUseException": ErrorKind.CONFLICT,
    "AccessDeniedException": ErrorKind.DENIED,
    "AccessDenied": ErrorKind.DENIED,
    "UnauthorizedException": ErrorKind.DENIED,
    "ExpiredToken": ErrorKind.CREDENTIALS,
    "ExpiredTokenException": ErrorKind.CREDENTIALS,
    "InvalidClientTokenId": ErrorKind.CREDENTIALS,
    "UnrecognizedClientException": ErrorKind.CREDENTIALS,
    "InvalidSignatureException": ErrorKind.CREDENTIALS,
    "SignatureDoesNotMatch": ErrorKind.CREDENTIALS,
    "MissingAuthenticationTokenException": ErrorKind.CREDENTIALS,
    "RequestExpired": ErrorKind.CREDENTIALS,
    "RequestTimeTooSkewed": ErrorKind.CREDENTIALS,
    "RequestTimeout": ErrorKind.UNAVAILABLE,
    "RequestTimeoutException": ErrorKind.UNAVAILABLE,
    "NoCredentialsError": ErrorKind.CREDENTIALS,
    "PartialCredentialsError": ErrorKind.CREDENTIALS,
    "CredentialRetrievalError": ErrorKind.CREDENTIALS,
    ROLE_NOT_ASSUMED: ErrorKind.CREDENTIALS,
    "LimitExceededException": ErrorKind.QUOTA,
    "ServiceQuotaExceededException": ErrorKind.QUOTA,
    "ThrottlingException": ErrorKind.THROTTLED,
    "Throttling": ErrorKind.THROTTLED,
    "ThrottledException": ErrorKind.THROTTLED,
    "TooManyRequestsException": ErrorKind.THROTTLED,
    "RequestLimitExceeded": ErrorKind.THROTTLED,
    "SlowDown": ErrorKind.THROTTLED,
    "429": ErrorKind.THROTTLED,
    "InvalidToken": ErrorKind.PAGE_TOKEN,
}

_REASONS = {
    ErrorKind.DUPLICATE: Reason.USERNAME_TAKEN,
    ErrorKind.NOT_FOUND: Reason.REFERENCE_NOT_FOUND,
    ErrorKind.INVALID: Reason.INVALID_SPEC,
    ErrorKind.CONFLICT: Reason.SERVICE_UNAVAILABLE,
    ErrorKind.DENIED: Reason.PERMISSION_DENIED,
    ErrorKind.CREDENTIALS: Reason.PERMISSION_DENIED,
    ErrorKind.QUOTA: Reason.QUOTA_EXCEEDED,
    ErrorKind.THROTTLED: Reason.THROTTLED,
    ErrorKind.UNAVAILABLE: Reason.SERVICE_UNAVAILABLE,
    ErrorKind.PASSING: Reason.SERVICE_UNAVAILABLE,
    ErrorKind.PAGE_TOKEN: Reason.SERVICE_UNAVAILABLE,
}


_BAD_REQUEST, _SERVER_ERROR = 400, 500
_READS = ("Describe", "List", "Search", "Get")
# What a read cannot be refused for: it asks for nothing of the manifest's.
_OF_WRITES = frozenset({ErrorKind.DUPLICATE, ErrorKind.INVALID, ErrorKind.QUOTA})


def is_read(operation: str) -> bool:
    """Whether the operation changes nothing."""
    return operation.startswith(_READS)


def classify(operation: str, code: str, http_status: int | None) -> ErrorKind:
    """The kind of an AWS error code in answer to that operation; an unknown code is judged by its HTTP status.

    `http_status` is None where no answer came at all (network, time-out), whatever the code is.
    """
    known = _KINDS.get(code)
    if http_status is not None and http_status >= _SERVER_ERROR:
        # A server in trouble is no witness, whatever it says besides.
        return ErrorKind.THROTTLED if known is ErrorKind.THROTTLED else ErrorKind.UNAVAILABLE
    if known is not None:
        strange = http_status is not None and http_status < _BAD_REQUEST
        return ErrorKind.PASSING if strange or (known in _OF_WRITES and is_read(operation)) else known
    if http_status is None:
        return ErrorKind.UNAVAILABLE
    return ErrorKind.PASSING


class ConnectError(Exception):
    """A call to AWS that did not succeed.

    `message` is AWS's own text, free of secrets; `uncertain` is True where the call may have been carried out (answer
    lost, time-out, 5xx), False where AWS refused it or it was never sent. `role` is the ARN of the role that was to be
    assumed for it, where that is what failed.
    """

    def __init__(
        self,
        *,
        operation: str,
        code: str,
        message: str,
        request_id: str = "",
        http_status: int | None = None,
        uncertain: bool = False,
    ) -> None:
        self.operation = operation
        self.code = code
        self.message = message
        self.request_id = request_id
        self.http_status = http_status
        self.uncertain = uncertain
        self.role = ""
        self.kind = classify(operation, code, http_status)
        super().__init__(self.text)

    def anew(self) -> ConnectError:
        """An equal error that was never raised, to keep or to raise later.

        A raised one holds every frame that it went through, with the parameters and passwords in them, and each further
        raise adds to that.
        """
        error = ConnectError(
            operation=self.operation,
            code=self.code,
            message=self.message,
            request_id=self.request_id,
            http_status=self.http_status,
            uncertain=self.uncertain,
        )
        error.role = self.role
        return error

    @property
    def reason(self) -> Reason:
        """The condition reason of this error."""
        return _REASONS[self.kind]

    @property
    def text(self) -> str:
        """`Operation: Code: message (request ID)`, for conditions, Events and logs."""
        request = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.operation} failed: {self.code}: {self.message}{request}"
