r"""The CEL rules of a schema, evaluated by a CEL library.

The library is Rust's, the API server's is Go's. What differs between them and matters here is evened out: sizes of
texts are counted in characters, `\s` means ASCII blanks, and the API server's own functions are added. A test evaluates
every rule that is shipped, so that one with a function that is not here does not go unnoticed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import cel

from connect_operator.cli.admission.definitions import Schema

_TEXT_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "lastIndexOf": lambda text, part: text.rfind(part),
    "indexOf": lambda text, part: text.find(part),
    "lowerAscii": lambda text: "".join(each.lower() if each.isascii() else each for each in text),
    "replace": lambda text, old, new: text.replace(old, new),
    "split": lambda text, separator: text.split(separator),
    "substring": lambda text, start, end=None: text[start:end],
    "trim": lambda text: text.strip(),
}


def _on_text(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, null where its subject is no text: the library writes what a function raises to standard error."""
    return lambda text, *others: function(text, *others) if isinstance(text, str) else None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    # size() of the library counts the bytes of a text.
    "characters": lambda value: len(value) if isinstance(value, str | list | dict) else None,
    **{name: _on_text(function) for name, function in _TEXT_FUNCTIONS.items()},
}
_BLANKS = r"\t\n\f\r "
_ABOUT_CHANGES = "oldSelf"
_NOT_EVALUATED = (RuntimeError, TypeError, ValueError, KeyError, AttributeError)


class Rule(NamedTuple):
    """A rule of x-kubernetes-validations: its expression, its message, and the field below `self` that it blames."""

    expression: str
    message: str
    field: str = ""


def rules(schema: Schema) -> tuple[Rule, ...]:
    """The rules of that very node, but for those that compare with a former value."""
    return tuple(
        Rule(raw["rule"], raw["message"], raw.get("fieldPath", ""))
        for raw in schema.get("x-kubernetes-validations", ())
        if _ABOUT_CHANGES not in raw["rule"]
    )


def broken(found: tuple[Rule, ...], value: Any) -> Iterator[Rule]:  # noqa: ANN401 - JSON values
    """Those of the rules that the value breaks.

    One that cannot be evaluated is passed over: it speaks of a value of a wrong type, which is told already.
    """
    if not found:
        return
    expressions = tuple(rule.expression for rule in found)
    holds = _holds_of_text(expressions, value) if isinstance(value, str) else _holds(expressions, value)
    yield from (rule for rule, kept in zip(found, holds, strict=True) if not kept)


def matches(text: str, pattern: str) -> bool:
    """Whether the text matches a pattern of the schema, which need not cover it all."""
    escaped = pattern.replace("\\", "\\\\").replace("'", "\\'")
    return _holds_of_text((f"self.matches('{escaped}')",), text)[0]


@functools.lru_cache(maxsize=10_000)
def _holds_of_text(expressions: tuple[str, ...], text: str) -> list[bool]:
    """Thousands of users name the same instance, profiles and domains."""
    return _holds(expressions, text)


def _holds(expressions: tuple[str, ...], value: Any) -> list[bool]:  # noqa: ANN401 - JSON values
    """Whether each expression is kept: all in one evaluation, since to hand the value over costs more than a rule."""
    functions = {name: function for name, function in _FUNCTIONS.items() if name in _called(expressions)}
    context = cel.Context(variables={"self": value}, functions=functions)
    try:
        return [kept is not False for kept in _compiled(expressions).execute(context)]
    except _NOT_EVALUATED:
        return [_holds((each,), value)[0] for each in expressions] if len(expressions) > 1 else [True]


@functools.cache
def _called(expressions: tuple[str, ...]) -> frozenset[str]:
    """The functions that are called; to hand over all of them would take longer than the rules themselves."""
    named = " ".join(expressions).replace(".size()", ".characters()")
    return frozenset(name for name in _FUNCTIONS if f".{name}(" in named)


@functools.cache
def _compiled(expressions: tuple[str, ...]) -> Any:  # noqa: ANN401 - the library's program
    together = ", ".join(f"({each})" for each in expressions)
    evened = together.replace(".size()", ".characters()").replace(r"\\s", _BLANKS.replace("\\", r"\\"))
    return cel.compile(f"[{evened}]")
