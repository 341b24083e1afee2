"""The first password of a user, where the operator is to make one: what it is made of, and when it is deleted again."""

from __future__ import annotations

from collections.abc import Callable

from connect_operator.domain.rules.identity import password_violation

LENGTH = 24
# No 0, O, 1, l or I: people type what they are handed. Letters and digits alone, so that a double click marks it whole
# and no shell, form or CSV file reads a part of it as something else.
ALPHABET = "".join(
    letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" if letter not in "0O1lI"
)


def new_password(choose: Callable[[str], str]) -> str:
    """A password that Connect takes. `choose` picks one of the letters, as secrets.choice does: 139 bits in all.

    What lacks a kind of letter is drawn anew (two in a hundred), which keeps all that remain equally likely.
    """
    while True:
        password = "".join(choose(ALPHABET) for _ in range(LENGTH))
        if password_violation(password) is None:
            return password


def expiry(made: float, created: float | None, keep: float) -> float:
    """When the Secret is to be deleted, in epoch seconds.

    `made`: when the API server stored it; `created`: when the user was created, as status tells, which others may have
    written, so it counts only where it is the later one; `keep`: seconds.
    """
    return max(made, created if created is not None else made) + keep
