"""Equal values of many objects as one value in memory. Ten thousand objects name the same few profiles and instances.

Of a ConnectUser's strings three in four are those of every other one, and its conditions are the same but for the time.
Nothing is interned: what is a user's own would stay in the interpreter's table for as long as the user.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar

_T = TypeVar("_T", bound=Hashable)

_MOST = 4096
"""So many values are kept to be shared; beyond, sharing begins anew, so that what nobody has any more is let go."""
LONGEST = 256
"""Characters: longer texts are seldom equal, and must not be kept for longer than the objects that have them."""


class Shared:
    """Values that are immutable, such as strings and frozen structs."""

    def __init__(self) -> None:
        self._values: dict[Hashable, Any] = {}

    def one(self, value: _T) -> _T:
        """An equal value, the same for all who ask."""
        if len(self._values) >= _MOST:
            self._values.clear()
        found: _T = self._values.setdefault(value, value)
        return found


_strings = Shared()


def share_strings(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The same JSON value, its strings those of all others."""
    if type(value) is str:
        return _strings.one(value) if len(value) <= LONGEST else value
    if type(value) is dict:
        return {share_strings(name): share_strings(member) for name, member in value.items()}
    if type(value) is list:
        return [share_strings(member) for member in value]
    return value
