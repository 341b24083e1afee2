"""Refuses successful answers that are cut off or no JSON, which botocore takes for answers without members.

botocore does not compare the body with Content-Length, and reads a body that is no JSON as an empty object. A page of
ListUsers that lost its end would thus be an instance without users, on a 200.

JSON can spell half of a surrogate pair, which is no character and has no form in UTF-8. What is made of such an answer
could never be stored as it is, so that every pass would find its own status changed: it is replaced right here.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.parsers import ResponseParserError

from connect_operator.aws import user_pages
from connect_operator.aws.failures import sound

if TYPE_CHECKING:
    from connect_operator.aws.clients import Client

_FIRST_ERROR_STATUS = 300
# Escaped, or encoded as if it were a character; whole pairs match, too, and stay as they are.
_SURROGATES = re.compile(rb"\\u[dD][89abABcdefCDEF]|\xed[\xa0-\xbf]")


class BrokenAnswerError(ResponseParserError):
    """A 200 whose body is not what was sent, or not what the operation answers with."""


def require(client: Client) -> None:
    """Make every operation of this client raise BrokenAnswerError for such an answer."""
    client.meta.events.register("before-parse.connect", _check)


def _check(
    operation_model: Any,  # noqa: ANN401 - botocore's
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_: object,
) -> None:
    if response_dict["status_code"] >= _FIRST_ERROR_STATUS:
        return  # an error's status tells enough, whatever its body is
    body = response_dict["body"]
    announced = response_dict["headers"].get("content-length")
    if announced is not None and announced.isdigit() and int(announced) != len(body):
        raise BrokenAnswerError(f"{len(body)} bytes of {announced} came")
    if user_pages.is_paged(operation_model.name):
        customized_response_dict[user_pages.PAGE] = _page(operation_model.name, body)
        response_dict["body"] = b"{}"
        return
    shape = operation_model.output_shape
    if body or (shape is not None and shape.members):
        parsed = _require_json_object(body)
        if _has_surrogates(body):
            response_dict["body"] = json.dumps(_sound(parsed)).encode()


def _page(operation: str, body: bytes) -> user_pages.Page:
    """The page that botocore need not parse."""
    try:
        if _has_surrogates(body):
            body = json.dumps(_sound(_require_json_object(body))).encode()
        return user_pages.decode(operation, body)
    except msgspec.DecodeError as error:
        _require_json_object(body)
        raise BrokenAnswerError(f"the body of {len(body)} bytes is no page of {operation}: {error}") from None


def _has_surrogates(body: bytes) -> bool:
    # Looking for one byte is many times faster than the pattern, and most answers have neither.
    return (b"\\u" in body or b"\xed" in body) and _SURROGATES.search(body) is not None


def _sound(value: object) -> object:
    """The JSON value with sound texts."""
    if isinstance(value, dict):
        return {sound(name): _sound(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_sound(member) for member in value]
    return sound(value) if isinstance(value, str) else value


def _require_json_object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        # The body itself stays out of the text: it may be anybody's.
        raise BrokenAnswerError(f"the body of {len(body)} bytes is no JSON object")
    return parsed
