"""Refuses successful answers that are cut off or no JSON, which botocore takes for answers without members.

botocore does not compare the body with Content-Length, and reads a body that is no JSON as an empty object. A page of
ListUsers that lost its end would thus be an instance without users, on a 200.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.parsers import ResponseParserError

if TYPE_CHECKING:
    from connect_operator.aws.clients import Client

_FIRST_ERROR_STATUS = 300


class BrokenAnswerError(ResponseParserError):
    """A 200 whose body is not what was sent, or not what the operation answers with."""


def require(client: Client) -> None:
    """Make every operation of this client raise BrokenAnswerError for such an answer."""
    client.meta.events.register("before-parse.connect", _check)


def _check(operation_model: Any, response_dict: dict[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's
    if response_dict["status_code"] >= _FIRST_ERROR_STATUS:
        return  # an error's status tells enough, whatever its body is
    body = response_dict["body"]
    announced = response_dict["headers"].get("content-length")
    if announced is not None and announced.isdigit() and int(announced) != len(body):
        raise BrokenAnswerError(f"{len(body)} bytes of {announced} came")
    shape = operation_model.output_shape
    if body or (shape is not None and shape.members):
        _require_json_object(body)


def _require_json_object(body: bytes) -> None:
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        # The body itself stays out of the text: it may be anybody's.
        raise BrokenAnswerError(f"the body of {len(body)} bytes is no JSON object")
