"""The deletion guard pauses a wave of deletions as a whole; a confirmation is for that wave and no later one."""

from __future__ import annotations

import pytest

from connect_operator.domain.objects import CONFIRM
from connect_operator.domain.spec import DeletionGuard
from connect_operator.engine.guard import Wave, limit

GUARD = DeletionGuard(max_pending="10%", min_pending=20)


def uids(count: int, prefix: str = "u") -> set[str]:
    return {f"{prefix}-{each}" for each in range(count)}


@pytest.mark.parametrize(
    ("reason", "users", "guard", "expected"),
    [
        ("the greater of both: the share", 1000, GUARD, 100.0),
        ("the greater of both: the number", 50, GUARD, 20.0),
        ("a number instead of a share", 1000, DeletionGuard(max_pending=5, min_pending=2), 5.0),
        ("a number as text", 1000, DeletionGuard(max_pending="5", min_pending=2), 5.0),
        ("everything", 1000, DeletionGuard(max_pending="100%", min_pending=0), 1000.0),
    ],
)
def test_limit(reason: str, users: int, guard: DeletionGuard, expected: float) -> None:
    assert limit(users, guard) == expected, reason


@pytest.mark.parametrize(("pending", "paused"), [(20, False), (21, True)])
def test_only_more_than_both_pause(pending: int, *, paused: bool) -> None:
    wave = Wave()
    wave.look(uids(pending), 100, GUARD, confirmed=None)
    assert wave.holds("u-0") is paused


def test_a_confirmed_wave_goes_on_and_a_later_one_does_not() -> None:
    wave = Wave()
    wave.look(uids(30), 100, GUARD, confirmed=None)
    assert wave.holds("u-1")
    assert not wave.look(uids(30), 100, GUARD, confirmed=uids(30))
    assert not wave.holds("u-1")
    later = uids(10) | uids(25, "later")
    assert not wave.look(later, 100, GUARD, confirmed=later)
    assert not wave.holds("u-1")
    assert wave.holds("later-1")


def test_the_confirmation_is_over_with_its_wave() -> None:
    wave = Wave()
    wave.look(uids(30), 100, GUARD, confirmed=uids(30))
    assert wave.look(uids(25, "later"), 100, GUARD, confirmed=uids(25, "later")), "the annotation is to be taken off"
    wave.look(uids(25, "later"), 100, GUARD, confirmed=None)
    assert wave.holds("later-1")


def test_a_wave_that_shrinks_below_the_limit_goes_on() -> None:
    wave = Wave()
    wave.look(uids(30), 100, GUARD, confirmed=None)
    wave.look(uids(5), 100, GUARD, confirmed=None)
    assert not wave.holds("u-1")


def test_the_message_says_how_many_and_what_to_do() -> None:
    wave = Wave()
    wave.look(uids(30), 100, GUARD, confirmed=None)
    message = wave.message("support", 100, GUARD)
    assert "30 of 100" in message
    assert f"{CONFIRM}=true" in message
    assert "10%" in message


def test_after_a_restart_only_what_was_confirmed_goes_on() -> None:
    wave = Wave()
    pending = uids(8) | uids(50, "later")
    assert not wave.look(pending, 100, GUARD, confirmed=uids(8))
    assert not wave.holds("u-1")
    assert wave.holds("later-1")
    assert wave.look(uids(50, "later"), 100, GUARD, confirmed=[])
