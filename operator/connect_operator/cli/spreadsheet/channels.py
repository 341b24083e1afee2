"""Cells of settings by channel, such as `VOICE=yes|CHAT=no`; what follows a slash is for an agent-first callback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connect_operator.cli.spreadsheet import values

Entry = dict[str, Any]
Pair = tuple[Callable[[str], list[Entry]], Callable[[list[Entry]], str]]


def _auto_accept(channel: str, value: str) -> Entry:
    own, slash, callback = value.partition("/")
    entry: Entry = {"channel": channel, "autoAccept": values.yes_or_no(own.strip())}
    return entry | ({"agentFirstCallbackAutoAccept": values.yes_or_no(callback.strip())} if slash else {})


def _auto_accept_cell(entry: Entry) -> str:
    callback = entry.get("agentFirstCallbackAutoAccept")
    return _yes(entry["autoAccept"]) + ("" if callback is None else f"/{_yes(callback)}")


def _after_contact_work(channel: str, value: str) -> Entry:
    own, slash, callback = value.partition("/")
    entry: Entry = {"channel": channel, "afterContactWorkConfig": _limit(own)}
    return entry | ({"agentFirstCallbackAfterContactWorkConfig": _limit(callback)} if slash else {})


def _limit(cell: str) -> Entry:
    return {"afterContactWorkTimeLimit": values.number(cell.strip())}


def _after_contact_work_cell(entry: Entry) -> str:
    callback = entry.get("agentFirstCallbackAfterContactWorkConfig")
    own = str(entry["afterContactWorkConfig"]["afterContactWorkTimeLimit"])
    return own + (f"/{callback['afterContactWorkTimeLimit']}" if callback else "")


def _phone(channel: str, value: str) -> Entry:
    kind, colon, number = value.partition(":")
    entry: Entry = {"channel": channel, "phoneType": values.phone_type(kind.strip())}
    return entry | ({"phoneNumber": values.telephone(number.strip())} if colon else {})


def _phone_cell(entry: Entry) -> str:
    number = entry.get("phoneNumber")
    return str(entry["phoneType"]).removesuffix("_PHONE").lower() + (f":{number}" if number else "")


def _persistent(channel: str, value: str) -> Entry:
    return {"channel": channel, "persistentConnection": values.yes_or_no(value)}


def _persistent_cell(entry: Entry) -> str:
    return _yes(entry["persistentConnection"])


def _voice_enhancement(channel: str, value: str) -> Entry:
    return {"channel": channel, "voiceEnhancementMode": value.upper().replace(" ", "_")}


def _voice_enhancement_cell(entry: Entry) -> str:
    return str(entry["voiceEnhancementMode"])


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _pair(read: Callable[[str, str], Entry], write: Callable[[Entry], str]) -> Pair:
    def cell(entries: list[Entry]) -> str:
        return values.joined([f"{entry['channel']}={write(entry)}" for entry in entries])

    return values.by_channel(read), cell


AUTO_ACCEPT = _pair(_auto_accept, _auto_accept_cell)
AFTER_CONTACT_WORK = _pair(_after_contact_work, _after_contact_work_cell)
PHONE = _pair(_phone, _phone_cell)
PERSISTENT = _pair(_persistent, _persistent_cell)
VOICE_ENHANCEMENT = _pair(_voice_enhancement, _voice_enhancement_cell)
