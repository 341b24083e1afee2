"""YAML that every parser reads alike."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.cli.imports.yaml_text import is_plain, yaml_stream, yaml_text

VALUES = st.recursive(
    st.text() | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_what_is_written_is_read_again(content: dict[str, object]) -> None:
    assert yaml.safe_load(yaml_text(content)) == content


@pytest.mark.parametrize(
    "text",
    ["", "y", "N", "no", "On", "true", "null", "~", "1e3", "0o7", "1_000", "12:30:45", "2026-01-01", ".inf", "NaN",
     "+49151", "0x1F", "a: b", "a #b", "- a", " a", "a ", "@a", "*a", "&a", "a\nb", "a\x1bb", "a\u2028b", "1", "=",
     "<<"],
)  # fmt: skip
def test_what_a_parser_may_read_otherwise_is_quoted(text: str) -> None:
    assert not is_plain(text)
    assert '"' in yaml_text({"key": text})


@pytest.mark.parametrize(
    "text",
    ["Jane", "Basic Routing Profile", "EMEA/Berlin/Team A", "jane.doe@example.com", "Müller", "O (night)", "J",
     "5eed0000-0000-4000-8000-000000000001", "DESK_PHONE"],
)  # fmt: skip
def test_plain_words_need_no_quotes(text: str) -> None:
    assert yaml_text({"key": text}) == f"key: {text}\n"


def test_order_and_long_lines_stay() -> None:
    manifest = {"b": "x" * 300, "a": [{"c": "d", "e": []}]}
    assert yaml_text(manifest) == f"b: {'x' * 300}\na:\n  - c: d\n    e: []\n"


def test_documents_are_separated() -> None:
    assert yaml_stream([{"a": "b"}, {"c": "d"}]) == "a: b\n---\nc: d\n"


@pytest.mark.parametrize("text", ["a\u202eb", "a\u200bb", "\U000e0041", "\x9b2J", "\ufeffa", "a\u2066b"])
def test_what_cannot_be_seen_is_seen_in_the_file(text: str) -> None:
    written = yaml_text({"key": text, text: "value"})
    assert written.replace("\n", "").isprintable()
    assert yaml.safe_load(written) == {"key": text, text: "value"}
