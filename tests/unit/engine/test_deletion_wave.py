"""The numbers of the deletion guard: what pauses, what ends a pause, what a confirmation covers, what is remembered."""

from __future__ import annotations

import pytest

from connect_operator.domain.kinds.spec import DeletionGuard
from connect_operator.domain.kinds.status import CarriedOut, Deletions
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.deletion_wave import Limits, Wave, Waves, allowed

from .builders import NOW

HOUR = 3600.0
GUARD = DeletionGuard(max_pending="10%", min_pending=20)
LIMITS = Limits((GUARD,))


def a_wave(count: int, users: int = 100, prefix: str = "u", asked: float = NOW) -> Wave:
    wave = Wave(users=users)
    add(wave, count, prefix, asked)
    wave.judge(LIMITS, NOW)
    return wave


def add(wave: Wave, count: int, prefix: str = "u", asked: float = NOW) -> None:
    for each in range(count):
        wave.add(f"{prefix}-{each}", asked)


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
def test_what_is_allowed(reason: str, users: int, guard: DeletionGuard, expected: float) -> None:
    assert allowed(users, guard) == expected, reason


def test_of_two_guards_of_one_instance_the_stricter_counts() -> None:
    assert Limits((GUARD, DeletionGuard(max_pending=5, min_pending=2))).most(1000) == 5.0


@pytest.mark.parametrize(("pending", "paused"), [(20, False), (21, True)])
def test_only_more_than_both_pause(pending: int, *, paused: bool) -> None:
    assert a_wave(pending).holds("u-0") is paused


def test_what_was_carried_out_within_the_window_counts() -> None:
    wave = a_wave(0, users=60)
    for each in range(20):
        wave.add(f"u-{each}", NOW + 2 * each)
        wave.judge(LIMITS, NOW + 2 * each)
        assert not wave.holds(f"u-{each}")
        wave.deleted(f"u-{each}", NOW + 2 * each)
    wave.add("last", NOW + 40)
    wave.judge(LIMITS, NOW + 40)
    assert wave.holds("last")


def test_what_was_carried_out_before_the_window_does_not_count() -> None:
    wave = a_wave(20, users=60)
    for each in range(20):
        wave.deleted(f"u-{each}", NOW)
    wave.add("later", NOW + HOUR + 1)
    wave.judge(LIMITS, NOW + HOUR + 1)
    assert not wave.holds("later")
    assert wave.lately(NOW + HOUR + 1) == 0


@pytest.mark.parametrize("left", [20, 19, 1])
def test_a_paused_wave_stays_paused_whatever_its_count_becomes(left: int) -> None:
    wave = a_wave(30)
    for each in range(left, 30):
        wave.drop(f"u-{each}")
        wave.judge(LIMITS, NOW)
    assert wave.holds("u-0")


def test_an_empty_wave_is_over() -> None:
    wave = a_wave(30)
    for each in range(30):
        wave.drop(f"u-{each}")
    wave.judge(LIMITS, NOW)
    add(wave, 5)
    wave.judge(LIMITS, NOW)
    assert not wave.holds("u-0")


def test_limits_that_allow_the_wave_let_it_go() -> None:
    wave = a_wave(30)
    wave.judge(Limits((DeletionGuard(min_pending=30),)), NOW)
    assert not wave.holds("u-0")


def test_limits_that_allow_other_waves_do_not() -> None:
    wave = a_wave(30)
    wave.judge(Limits((DeletionGuard(min_pending=29),)), NOW)
    wave.judge(Limits((DeletionGuard(min_pending=29),)), NOW)
    assert wave.holds("u-0")


def test_a_confirmation_covers_what_was_asked_for_before_it() -> None:
    wave = a_wave(30)
    add(wave, 25, "later", NOW + 5)
    wave.confirm("first", NOW)
    wave.judge(LIMITS, NOW + 6)
    assert not wave.holds("u-1")
    assert wave.holds("later-1")
    assert not wave.over
    for each in range(30):
        wave.deleted(f"u-{each}", NOW + 7)
    assert wave.over, "the annotation is to be taken off"


def test_a_confirmation_is_heeded_once() -> None:
    wave = a_wave(30)
    wave.confirm("first", NOW)
    wave.add("flipped", NOW - 5)  # its deletion is older, but its user was to stay when it was confirmed
    wave.confirm("first", NOW)
    assert "flipped" not in wave.confirmed


def test_a_confirmation_that_is_taken_off_covers_nothing_more() -> None:
    wave = a_wave(30)
    wave.confirm("first", NOW)
    wave.confirm(None, None)
    wave.judge(LIMITS, NOW)
    assert wave.holds("u-1")


def test_what_connect_refuses_does_not_keep_the_confirmation() -> None:
    wave = a_wave(30)
    wave.confirm("first", NOW)
    for each in range(29):
        wave.deleted(f"u-{each}", NOW)
    assert not wave.over
    wave.refuse("u-29")
    assert wave.over


def test_what_was_confirmed_does_not_count_against_later_deletions() -> None:
    wave = a_wave(30)
    wave.confirm("first", NOW)
    for each in range(30):
        wave.deleted(f"u-{each}", NOW)
    wave.confirm(None, None)
    add(wave, 20, "later")
    wave.judge(LIMITS, NOW)
    assert not wave.holds("later-1")


def test_a_later_process_goes_on_pausing_and_counting() -> None:
    wave = a_wave(20, users=60)
    for each in range(20):
        wave.deleted(f"u-{each}", NOW)
    wave.add("one", NOW)
    wave.judge(LIMITS, NOW)
    later = Wave(users=40)
    later.recall(wave.memory(NOW), "iuid-1", NOW + 60)
    assert later.lately(NOW + 60) == 20
    later.add("one", NOW)
    later.judge(LIMITS, NOW + 60)
    assert later.holds("one")
    later.carried_out.clear()
    later.judge(LIMITS, NOW + 60)
    assert later.holds("one"), "the latch is remembered, not only the count"


def test_two_connectinstances_of_one_instance_share_and_do_not_double() -> None:
    waves = Waves()
    wave = waves.of("us-east-1", "i-1")
    assert waves.of("us-east-1", "i-1") is wave
    assert waves.of("eu-west-1", "i-1") is not wave
    told = Deletions(carried_out=(CarriedOut(time=rfc3339(NOW), count=7),))
    wave.recall(told, "iuid-1", NOW)
    wave.recall(told, "iuid-2", NOW)
    assert wave.lately(NOW) == 7


@pytest.mark.parametrize(
    ("reason", "forged"),
    [
        ("a time to come", Deletions(paused_time=rfc3339(NOW + 9e8))),
        ("no time at all", Deletions(paused_time="soon")),
        ("a negative number", Deletions(paused_time="x", carried_out=(CarriedOut(time="y", count=-1_000_000),))),
    ],
)
def test_what_others_write_into_status_can_only_pause(reason: str, forged: Deletions) -> None:
    wave = a_wave(30)
    wave.recall(forged, "iuid-1", NOW)
    wave.judge(LIMITS, NOW)
    assert wave.holds("u-0"), reason
    assert wave.lately(NOW) == 0, reason


def test_forged_deletions_are_forgotten_with_the_window() -> None:
    wave = Wave()
    wave.recall(Deletions(carried_out=(CarriedOut(time=rfc3339(NOW + 9e8), count=10**12),)), "iuid-1", NOW)
    assert wave.lately(NOW) > 0
    assert wave.lately(NOW + HOUR) == 0


def test_what_is_remembered_stays_small() -> None:
    wave = a_wave(0)
    for each in range(7200):
        wave.add(f"u-{each}", NOW + each)
        wave.deleted(f"u-{each}", NOW + each)
    assert 3600 <= wave.lately(NOW + 7200) <= 3900, "what is older than the window is forgotten, to a twelfth of it"
    told = wave.memory(NOW + 7200)
    assert isinstance(told, Deletions)
    assert len(told.carried_out) <= 14
