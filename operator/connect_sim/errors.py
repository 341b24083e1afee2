"""Errors that the simulated API answers with. How they look on the wire is server/answers.py's business.

`ApiError` is the only exception that semantics raise. Its code is one of the service model's error shapes, or one of
those that Amazon Connect's front door sends although the model does not list them for the operation.
"""

from __future__ import annotations

# Codes that are not shapes of the service model, or whose shape carries no status there.
FRONT_DOOR_STATUS = {
    "AccessDenied": 403,
    "AccessDeniedException": 403,
    "ExpiredToken": 403,
    "ExpiredTokenException": 403,
    "IncompleteSignature": 403,
    "InvalidClientTokenId": 403,
    "InvalidToken": 400,
    "MissingAuthenticationToken": 403,
    "MissingAuthenticationTokenException": 403,
    "RequestTimeoutException": 408,
    "SerializationException": 400,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "TooManyRequestsException": 429,
    "UnknownOperationException": 404,
    "UnrecognizedClientException": 403,
    "ValidationError": 400,
}
UNKNOWN_CODE_STATUS = 400


class ApiError(Exception):
    """An error answer: a code that clients branch on and a free text for people, which never holds a secret."""

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def invalid_parameter(message: str) -> ApiError:
    """A member's value is not allowed (400)."""
    return ApiError("InvalidParameterException", message)


def invalid_request(message: str) -> ApiError:
    """The request as a whole is not allowed (400)."""
    return ApiError("InvalidRequestException", message)


def not_found(message: str) -> ApiError:
    """A resource does not exist, or is not visible yet (404)."""
    return ApiError("ResourceNotFoundException", message)


def access_denied(message: str) -> ApiError:
    """The caller may not do this (403)."""
    return ApiError("AccessDeniedException", message)
