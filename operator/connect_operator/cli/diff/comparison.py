"""Two sets of people, each user as the spec that a manifest would have; what differs, by username and field. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Spec = Mapping[str, Any]
ABSENT = "(none)"


class Difference(NamedTuple):
    """One field; `before` and `after` as text, ABSENT where a side has nothing."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs. `changed` holds only users that both have; usernames are sorted."""

    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed: dict[str, tuple[Difference, ...]]
    same: int

    @property
    def equal(self) -> bool:
        """Whether the people are the same."""
        return not (self.only_before or self.only_after or self.changed)


def compare(before: Mapping[str, Spec], after: Mapping[str, Spec]) -> Comparison:
    """Both by username."""
    both = sorted(before.keys() & after.keys())
    found = {name: tuple(_differences(before[name], after[name])) for name in both}
    changed = {name: differences for name, differences in found.items() if differences}
    return Comparison(
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(after.keys() - before.keys())),
        changed,
        len(both) - len(changed),
    )


def _differences(before: Spec, after: Spec) -> Iterator[Difference]:
    one, other = dict(_leaves(before, "")), dict(_leaves(after, ""))
    for field in sorted(one.keys() | other.keys()):
        if one.get(field) != other.get(field):
            yield Difference(field, one.get(field, ABSENT), other.get(field, ABSENT))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON values
    """Every value with its path; entries of per-channel lists and proficiencies by what names them, not by place."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            step = f"[{name}]" if path == "tags" else f".{name}" if path else str(name)
            yield from _leaves(member, f"{path}{step}")
    elif isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value):
        for entry in value:
            named = [str(entry[key]) for key in ("channel", "attributeName", "attributeValue") if key in entry]
            rest = {
                key: each for key, each in entry.items() if key not in ("channel", "attributeName", "attributeValue")
            }
            yield from _leaves(rest, f"{path}[{'='.join(named)}]")
    else:
        yield path, _text(value)


def _text(value: Any) -> str:  # noqa: ANN401 - JSON values
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return json.dumps(value, ensure_ascii=False)
