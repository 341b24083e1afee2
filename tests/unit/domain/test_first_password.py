"""Passwords that the operator makes: such as Connect takes, as random as they look, and legible."""

from __future__ import annotations

import random
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.domain.rules.first_password import ALPHABET, LENGTH, expiry, new_password
from connect_operator.domain.rules.identity import password_violation


@given(st.integers())
def test_connect_takes_every_one(seed: int) -> None:
    password = new_password(random.Random(seed).choice)  # noqa: S311 - so that a failure can be repeated
    assert password_violation(password) is None
    assert len(password) == LENGTH
    assert set(password) <= set(ALPHABET)


def test_what_lacks_a_kind_of_letter_is_drawn_anew() -> None:
    drawn = iter("a" * LENGTH + "A" * LENGTH + "a2" * (LENGTH // 2) + "aB3" * (LENGTH // 3))
    assert new_password(lambda _: next(drawn)) == "aB3" * (LENGTH // 3)


def test_no_two_are_alike_and_no_letter_can_be_taken_for_another() -> None:
    made = {new_password(secrets.choice) for _ in range(1000)}
    assert len(made) == 1000
    assert set("".join(made)) == set(ALPHABET)
    assert not set("0O1lI") & set(ALPHABET)


@pytest.mark.parametrize(
    ("made", "created", "when", "reason"),
    [
        (100.0, 160.0, 190.0, "after the user was created"),
        (100.0, 50.0, 130.0, "status may be forged, and deletes nothing early"),
        (100.0, None, 130.0, "status was stripped"),
    ],
)
def test_when_it_is_deleted(made: float, created: float | None, when: float, reason: str) -> None:
    assert expiry(made, created, 30.0) == when, reason
