"""The unit of SearchUsers' after-contact work is concluded from the page, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.aws.after_contact_work import Unit, UnitMemory, Units, in_seconds, units

MS, S = Unit.MILLISECONDS, Unit.SECONDS


def user(legacy: int | None = None, callback: int | None = None, **channels: int) -> dict[str, Any]:
    """A user of SearchUsers: the legacy limit, and the limits of channels."""
    raw: dict[str, Any] = {"Id": "u"}
    if legacy is not None:
        raw["PhoneConfig"] = {"AfterContactWorkTimeLimit": legacy}
    if channels:
        raw["AfterContactWorkConfigs"] = [
            {"Channel": name.upper(), "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": value}}
            for name, value in channels.items()
        ]
    if callback is not None:
        raw["AfterContactWorkConfigs"][0]["AgentFirstCallbackAfterContactWorkConfig"] = {
            "AfterContactWorkTimeLimit": callback
        }
    return raw


TABLE = [
    ("nothing to tell from", [], Units(MS, None)),
    ("the documented unit, repeated by voice", [user(30_000, voice=30_000)], Units(MS, MS)),
    ("lists in seconds: no whole number of ms", [user(30_000, voice=30)], Units(MS, S)),
    ("lists in seconds, a whole number of ms: voice is legacy / 1000", [user(1_000_000, voice=1000)], Units(MS, S)),
    ("any channel may be the one that legacy repeats", [user(60_000, voice=30_000, chat=60_000)], Units(MS, MS)),
    ("beyond the longest in seconds", [user(voice=3_600_000)], Units(MS, MS)),
    ("one user tells the unit for all", [user(voice=1000), user(30_000, voice=30_000)], Units(MS, MS)),
    ("a callback limit tells as well", [user(voice=1000, callback=45)], Units(MS, S)),
    ("1 s or 1000 s, and nobody to compare", [user(voice=1000)], Units(MS, None)),
    ("legacy differs from every channel", [user(5000, voice=1000)], Units(MS, None)),
    ("unlimited compares with nothing", [user(0, voice=0, chat=2000)], Units(MS, None)),
    ("the service has changed to seconds", [user(30, voice=30)], Units(S, S)),
    ("signs that contradict each other", [user(voice=30, chat=3_600_000)], Units(MS, None)),
    ("legacy signs that contradict each other", [user(30), user(3_600_000)], Units(None, None)),
    ("comparisons that contradict each other", [user(2000, voice=2000), user(5000_000, voice=5000)], Units(MS, None)),
]


@pytest.mark.parametrize(("reason", "page", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_units(reason: str, page: list[dict[str, Any]], expected: Units) -> None:
    assert units(page) == expected, reason


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(30_000, MS, 30), (30, S, 30), (0, None, 0), (0, MS, 0), (30_000, None, None)],
)
def test_in_seconds(value: int, unit: Unit | None, expected: int | None) -> None:
    assert in_seconds(value, unit) == expected


def test_a_mute_page_is_read_in_the_unit_that_a_former_page_told() -> None:
    memory = UnitMemory()

    assert memory.units([user(voice=1000)]).per_channel is None
    assert memory.units([user(30_000, voice=30)]).per_channel is S
    assert memory.units([user(voice=1000)]).per_channel is S
    assert memory.units([user(30_000, voice=30_000)]).per_channel is MS


def test_contradictions_are_not_settled_by_memory() -> None:
    memory = UnitMemory()
    memory.units([user(30_000, voice=30)])

    assert memory.units([user(voice=30, chat=3_600_000)]).per_channel is None


@pytest.mark.parametrize(
    ("reason", "described", "expected"),
    [
        ("the same number", user(voice=1000, chat=2000), S),
        ("a thousandth, channels in another order", user(chat=2, voice=1), MS),
        ("changed in between", user(voice=1, chat=3), None),
        ("no limits any more", user(), None),
        ("another user", {**user(voice=1, chat=2), "Id": "u-2"}, None),
    ],
)
def test_one_describe_user_settles_it(reason: str, described: dict[str, Any], expected: Unit | None) -> None:
    memory = UnitMemory()
    memory.units([user(voice=1000, chat=2000)])

    memory.learn(described)

    assert memory.units([user(voice=1000)]).per_channel is expected, reason
