"""Entries of the lists per channel: compared, and written for a person."""

from __future__ import annotations

from typing import Any

import msgspec

from connect_operator.domain.plan.changes import shown

_CALLBACKS = {
    "agentFirstCallbackAutoAccept": False,
    "agentFirstCallbackAfterContactWorkConfig": {"afterContactWorkTimeLimit": 0},
}
_MEANS_NOTHING = (False, 0, "", "NONE", "SOFT_PHONE")


def plain(entries: tuple[Any, ...]) -> list[Any]:
    """Them as AWS's members and values, without empty ones."""
    return [cleaned(msgspec.to_builtins(entry)) for entry in entries]


def cleaned(entry: dict[str, Any]) -> dict[str, Any]:
    """The same without empty texts: Connect shows such for what is not set."""
    return {key: value for key, value in entry.items() if value != ""}


def comparable(entries: tuple[Any, ...]) -> list[dict[str, Any]]:
    """The entries in order, less what says no more than its absence (Connect may show defaults that nobody set)."""
    telling = [
        {key: value for key, value in entry.items() if key not in _CALLBACKS or value != _CALLBACKS[key]}
        for entry in plain(entries)
    ]
    return sorted(telling, key=lambda entry: str(entry["channel"]))


def is_default(entry: object) -> bool:
    """Whether an entry says no more than a channel without any entry does."""
    values = [value for key, value in _flat(msgspec.to_builtins(entry)) if key != "channel"]
    return all(value in _MEANS_NOTHING for value in values)


def _flat(block: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in block.items():
        pairs += _flat(value) if isinstance(value, dict) else [(key, value)]
    return pairs


def described(entries: tuple[Any, ...]) -> str:
    """`VOICE autoAccept=true, CHAT autoAccept=false`: a list on one line."""
    parts = []
    for entry in sorted(plain(entries), key=lambda each: str(each["channel"])):
        channel = entry.pop("channel")
        values = " ".join(f"{key}={shown(value)}" for key, value in _named(entry))
        parts.append(f"{channel} {values}")
    return "; ".join(parts) or shown("")


def _named(entry: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """The members of an entry, flat; a member of a nested block is called by its block unless that is the only one."""
    pairs: list[tuple[str, Any]] = []
    for key, value in entry.items():
        if isinstance(value, dict):
            pairs += _named(value, f"{key}." if key.startswith("agentFirstCallback") else "")
        else:
            pairs.append((prefix + key, value))
    return pairs
