"""Between the manifest's member names and AWS's: the same words in lowerCamelCase and UpperCamelCase, by contract."""

from __future__ import annotations

from typing import Any

import msgspec


def to_aws(value: Any) -> Any:  # noqa: ANN401 - any JSON-like value, or a Struct of a manifest
    """The value with every member name in UpperCamelCase; absent members stay absent."""
    if isinstance(value, msgspec.Struct):
        return to_aws(msgspec.to_builtins(value))
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: to_aws(member) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_aws(member) for member in value]
    return value


def from_aws(value: Any) -> Any:  # noqa: ANN401 - any JSON-like value
    """The value with every member name in lowerCamelCase."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: from_aws(member) for key, member in value.items()}
    if isinstance(value, list):
        return [from_aws(member) for member in value]
    return value
