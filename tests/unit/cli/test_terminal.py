"""What comes from elsewhere cannot move the cursor."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.cli.terminal import file_text, json_text, printable


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


@given(st.text())
def test_json_says_the_same_and_does_nothing(text: str) -> None:
    written = json_text({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert written.replace("\n", "").isprintable()


@pytest.mark.parametrize("text", ["\x7f", "\x9b2J", "\u202e", "\U000e0041", "Zoë"])
def test_json_of_what_acts_upon_a_terminal(text: str) -> None:
    written = json_text(text)
    assert json.loads(written) == text
    assert written[1:-2].isprintable()


def test_a_file_is_written_as_it_is_but_not_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "name\n\x1b[2J\u202ejdoe\n"
    assert file_text(text) == text
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert file_text(text) == "name\n\\x1b[2J\\u202ejdoe\n"
