"""Requests judged by botocore's own service model of Connect: what boto3 checks, and what only the server would.

boto3 checks required members, types and minima; maxima, patterns and enums go to the server unchecked (botocore's
validate.py), so they are checked here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StructureShape
from botocore.validate import ParamValidator

from .builders import INSTANCE_ID, USER_ARN, USER_ID

_TAGGING = frozenset({"TagResource", "UntagResource"})
_WITHOUT_USER = frozenset({"CreateUser"})
_E164 = re.compile(r"^\+[1-9]\d{1,14}$")
_TAG_KEY = re.compile(r"^(?!aws:)[\w \u00a0.:/=+\-@]*$")
# How the model writes two patterns that Python's re cannot take, or that are escaped twice (a fault of the model).
_READABLE = {
    r"\\+[1-9]\\d{1,14}$": _E164,
    r"\+[1-9]\d{1,14}$": _E164,
    r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$": _TAG_KEY,
}


@functools.cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("connect")


def problems(operation: str, parameters: Mapping[str, Any]) -> list[str]:
    """Everything that Connect's service model has against this request; InstanceId and UserId are added to it."""
    shape = _model().operation_model(operation).input_shape
    if shape is None:
        return [f"{operation} takes no input"]
    address = {name: each for name, each in _address(operation).items() if name in shape.members}
    complete = {**address, **parameters}
    report = ParamValidator().validate(complete, shape)
    found = [report.generate_report()] if report.has_errors() else []
    return found + list(_constraints(operation, complete, shape))


def _address(operation: str) -> dict[str, str]:
    if operation in _TAGGING:
        return {"resourceArn": USER_ARN}
    return {"InstanceId": INSTANCE_ID} if operation in _WITHOUT_USER else {"InstanceId": INSTANCE_ID, "UserId": USER_ID}


def _constraints(where: str, value: Any, shape: Shape) -> Iterator[str]:  # noqa: ANN401 - a request's JSON-like value
    rules = shape.metadata
    size = value if isinstance(value, (int, float)) else len(value)
    if "max" in rules and size > rules["max"]:
        yield f"{where}: {size} is more than {rules['max']}"
    if "min" in rules and size < rules["min"]:
        yield f"{where}: {size} is less than {rules['min']}"
    if "enum" in rules and value not in rules["enum"]:
        yield f"{where}: {value!r} is none of {rules['enum']}"
    if "pattern" in rules:
        pattern = _READABLE.get(rules["pattern"]) or re.compile(rules["pattern"])
        if not pattern.search(value):
            yield f"{where}: {value!r} does not match {rules['pattern']}"
    yield from _members(where, value, shape)


def _members(where: str, value: Any, shape: Shape) -> Iterator[str]:  # noqa: ANN401 - a request's JSON-like value
    if isinstance(shape, StructureShape):
        for name, member in value.items():
            yield from _constraints(f"{where}.{name}", member, shape.members[name])
    elif isinstance(shape, ListShape):
        for index, member in enumerate(value):
            yield from _constraints(f"{where}[{index}]", member, shape.member)
    elif isinstance(shape, MapShape):
        for key, member in value.items():
            yield from _constraints(f"{where} key", key, shape.key)
            yield from _constraints(f"{where}[{key}]", member, shape.value)
