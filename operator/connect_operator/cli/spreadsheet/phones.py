"""Telephones in AWS's own columns where these can say it: its upload template has one value for all channels. Pure.

Connect shows such a value in two ways, and `export` writes the one by channel. What differs by channel, or for
agent-first callbacks, stays in the columns by channel.
"""

from __future__ import annotations

from typing import Any

Spec = dict[str, Any]
_CHANNELS = frozenset({"VOICE", "CHAT", "TASK", "EMAIL"})


def in_plain_columns(spec: Spec) -> Spec:
    """The spec with every list that one value for all channels expresses in phoneConfig instead."""
    kept, plain = dict(spec), dict(spec.get("phoneConfig", {}))
    for name, say in (
        ("phoneNumberConfigs", _phone),
        ("autoAcceptConfigs", _auto_accept),
        ("afterContactWorkConfigs", _after_contact_work),
        ("persistentConnectionConfigs", _persistent),
    ):
        said = say(kept.get(name, []))
        if said:
            del kept[name]
            plain |= said
    return {**kept, "phoneConfig": plain} if plain else kept


def _only_voice(entries: list[Spec], *members: str) -> Spec:
    """The one entry, if it is of VOICE and has no other members."""
    if len(entries) == 1 and entries[0]["channel"] == "VOICE" and entries[0].keys() <= {"channel", *members}:
        return entries[0]
    return {}


def _phone(entries: list[Spec]) -> Spec:
    entry = _only_voice(entries, "phoneType", "phoneNumber")
    number = {"deskPhoneNumber": entry["phoneNumber"]} if "phoneNumber" in entry else {}
    return {"phoneType": entry["phoneType"], **number} if entry else {}


def _auto_accept(entries: list[Spec]) -> Spec:
    entry = _only_voice(entries, "autoAccept")
    return {"autoAccept": entry["autoAccept"]} if entry else {}


def _persistent(entries: list[Spec]) -> Spec:
    entry = _only_voice(entries, "persistentConnection")
    return {"persistentConnection": entry["persistentConnection"]} if entry else {}


def _after_contact_work(entries: list[Spec]) -> Spec:
    """One limit that every channel has."""
    limits = {entry["afterContactWorkConfig"]["afterContactWorkTimeLimit"] for entry in entries}
    plain = all(entry.keys() == {"channel", "afterContactWorkConfig"} for entry in entries)
    if plain and len(limits) == 1 and {entry["channel"] for entry in entries} == _CHANNELS:
        return {"afterContactWorkTimeLimit": limits.pop()}
    return {}
