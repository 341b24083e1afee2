"""A text as documents, divided and read as kubectl does: JSON values one after the other, or YAML between `---`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from connect_operator.cli.documents.composing import DocumentError, compose
from connect_operator.cli.documents.scalars import Scalar, as_json

_SEPARATOR = "---"
_BESIDE = "only a comment may stand beside ---, but {!r} does; put it on a line of its own"
_INT64 = range(-(2**63), 2**63)


class Chunk(NamedTuple):
    """One document: its number and first line (from 1), its text, and its content or what keeps it from being read."""

    number: int
    line: int
    text: str
    content: Any = None
    problem: str = ""


def chunks(text: str) -> Iterator[Chunk]:
    """The documents of a text, those that are empty left out."""
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        values = _json_values(text)
        if values is not None:
            yield from values
            return
    for number, (line, part, beside) in enumerate(_divided(text), 1):
        if beside:
            yield Chunk(number, line, part, problem=f"line {line - 1}: {_BESIDE.format(beside)}")
            continue
        try:
            found = compose(part)
        except DocumentError as error:
            yield Chunk(number, line, part, problem=f"line {line + error.line - 1}: {error.message}")
            continue
        if found is not None and found[0] is not None:
            yield Chunk(number, line + found[1] - 1, part, found[0])


def _divided(text: str) -> Iterator[tuple[int, str, str]]:
    """The parts between `---` lines, each with its first line and what stands beside the `---` before it."""
    first, lines, beside = 1, list[str](), ""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(_SEPARATOR):
            if any(lines) or beside:
                yield first, "\n".join(lines), beside
            rest = line[len(_SEPARATOR) :].strip()
            first, lines, beside = number + 1, [], "" if rest.startswith("#") else rest
        else:
            lines.append(line)
    if any(lines) or beside:
        yield first, "\n".join(lines), beside


def _json_values(text: str) -> list[Chunk] | None:
    """JSON values one after the other; None where it is not JSON throughout, but may be YAML."""
    decoder = json.JSONDecoder(parse_constant=_no_constant, parse_int=_whole, parse_float=_number)
    found: list[Chunk] = []
    start = 0
    while (start := len(text) - len(text[start:].lstrip())) < len(text):
        try:
            content, end = decoder.raw_decode(text, start)
            content = _without_halves(content)
        except (ValueError, RecursionError):
            return None
        line = text.count("\n", 0, start) + 1
        found.append(Chunk(len(found) + 1, line, text[start:end], content))
        start = end
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _whole(digits: str) -> Scalar:
    value = int(digits)
    return value if value in _INT64 else float(digits)


def _number(text: str) -> Scalar:
    return as_json(float(text))


def _without_halves(value: Any) -> Any:  # noqa: ANN401 - JSON values
    """Half of a surrogate pair is no character; Go reads U+FFFD in its place."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_without_halves(key): _without_halves(member) for key, member in value.items()}
    return [_without_halves(each) for each in value] if isinstance(value, list) else value
