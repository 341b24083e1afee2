r"""The CEL rules of a schema, evaluated by a CEL library.

The library is Rust's, the API server's is Go's. What differs between them and matters here is evened out: sizes of
texts are counted in characters, `\s` means ASCII blanks, and the API server's own functions are added. A test evaluates
every rule that is shipped, so that one with a function that is not here does not go unnoticed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

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


class Rule:
    """A rule of x-kubernetes-validations: its expression, its message, and the field below `self` that it blames."""

    def __init__(self, raw: dict[str, str]) -> None:
        self.message = raw["message"]
        self.field = raw.get("fieldPath", "")
        self._program = _compiled(raw["rule"])

    def holds(self, value: Any) -> bool:  # noqa: ANN401 - JSON values
        """Whether the value keeps the rule. Raises what the library raises where it cannot be told."""
        return self._program.execute(cel.Context(variables={"self": value}, functions=_FUNCTIONS)) is True


def rules(schema: Schema) -> list[Rule]:
    """The rules of that very node, but for those that compare with a former value."""
    return [Rule(raw) for raw in schema.get("x-kubernetes-validations", ()) if _ABOUT_CHANGES not in raw["rule"]]


def matches(text: str, pattern: str) -> bool:
    """Whether the text matches a pattern of the schema, which need not cover it all."""
    escaped = pattern.replace("\\", "\\\\").replace("'", "\\'")
    return Rule({"rule": f"self.matches('{escaped}')", "message": ""}).holds(text)


@functools.cache
def _compiled(expression: str) -> Any:  # noqa: ANN401 - the library's program
    return cel.compile(expression.replace(".size()", ".characters()").replace(r"\\s", _BLANKS.replace("\\", r"\\")))
