"""What comes from elsewhere cannot move the cursor."""

from __future__ import annotations

import pytest

from connect_operator.cli.terminal import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë Müller", "Zoë Müller"),
        ("a\nb", r"a\nb"),
        ("\x1b[2Jx", "\\x1b[2Jx"),
        ("a\rb\x07", "a\\rb\\x07"),
        ("\u202eevil", "\\u202eevil"),
        ("a\u2028b", "a\\u2028b"),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown
