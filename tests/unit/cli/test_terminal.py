"""What comes from elsewhere cannot move the cursor."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.cli.imports.yaml_text import yaml_text
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("##vso[task.setvariable variable=PATH]/tmp", r"\x23#vso[task.setvariable variable=PATH]/tmp"),
        ("user ##[add-mask]a", r"user \x23#[add-mask]a"),
        ("###[error]a", r"#\x23#[error]a"),
        ("##teamcity[buildStatus text='x']", r"\x23#teamcity[buildStatus text='x']"),
        ("::error file=a::b", r"\x3a:error file=a::b"),
        (" ::add-mask::a", r" \x3a:add-mask::a"),
        ("::error file=C:a::b", r"\x3a:error file=C:a::b"),
        ("## a heading [1]", "## a heading [1]"),
        ("C# [senior]", "C# [senior]"),
        ("::1", "::1"),
        ("a ::error::b", "a ::error::b"),
    ],
)
def test_what_a_build_service_takes_for_a_command_is_written_out(text: str, shown: str) -> None:
    """Azure Pipelines, GitHub Actions and TeamCity look for them in all that a step prints."""
    assert printable(text) == shown


@pytest.mark.parametrize("text", ["##vso[a]b", "###[error]a", "\\##[a]", "##a[##b[", "::error::a"])
def test_json_and_yaml_of_it_say_the_same_and_are_no_command(text: str) -> None:
    document = {text: [text]}
    for written, read in ((json_text(document), json.loads), (yaml_text(document), yaml.safe_load)):
        assert read(written) == document
        assert not re.search(r"##\w*\[|^\s*::", written, re.MULTILINE)


@given(st.text(alphabet="#[]a:\\\"' \n"))
def test_json_and_yaml_are_exact_whatever_is_written_out(text: str) -> None:
    assert json.loads(json_text({text: text})) == yaml.safe_load(yaml_text({text: text})) == {text: text}


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
