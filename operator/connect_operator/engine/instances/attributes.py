"""The predefined attributes of one instance, as far as proficiencies have asked for them.

They are read one by one and only when somebody is to get a proficiency: an instance may have hundreds, and no list
tells their values. What cannot be read is not judged here; Connect's own answer to the write does that then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from connect_operator.domain.kinds.spec import Proficiency

# Seconds for which a reading counts: a value seldom goes, and one that is missing is being made just now, perhaps.
_LASTS = 600.0
_MISSING_LASTS = 10.0


@dataclass(slots=True)
class Attributes:
    """What was read, and when (monotonic seconds). `unread`: since when an attribute could not be read."""

    values: dict[str, tuple[str, ...] | None] = field(default_factory=dict)
    names: tuple[str, ...] | None = None
    _read: dict[str, float] = field(default_factory=dict)
    _unread: dict[str, float] = field(default_factory=dict)

    def take(self, name: str, values: tuple[str, ...] | None, tick: float) -> None:
        """The values of that attribute, None where it does not exist."""
        self.values[name], self._read[name] = values, tick
        self._unread.pop(name, None)

    def take_names(self, names: tuple[str, ...], tick: float) -> None:
        """The names of all attributes."""
        self.names, self._read[""] = names, tick
        self._unread.pop("", None)

    def take_refusal(self, name: str, tick: float) -> None:
        """That attribute, or "" for their names, cannot be read."""
        self._unread[name] = tick
        self.values.pop(name, None)
        if not name:
            self.names = None

    def due(self, wanted: Iterable[Proficiency], tick: float) -> str | None:
        """The attribute that is to be read first; "" for the names of all; None where enough is known."""
        absent = False
        for each in wanted:
            values = self.values.get(each.attribute_name)
            fine = values is not None and each.attribute_value in values
            if self._is_old(each.attribute_name, tick, _LASTS if fine else _MISSING_LASTS):
                return each.attribute_name
            absent = absent or (each.attribute_name in self.values and values is None)
        return "" if absent and self._is_old("", tick, _MISSING_LASTS) else None

    def _is_old(self, name: str, tick: float, lasts: float) -> bool:
        refused = self._unread.get(name)
        if refused is not None:
            return tick - refused > _LASTS
        return tick - self._read.get(name, float("-inf")) > lasts
