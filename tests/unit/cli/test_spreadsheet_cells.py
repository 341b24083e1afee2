"""Cells: what a spreadsheet would run is written as text, and every value comes back as it was."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connect_operator.cli.spreadsheet import cells, columns, values
from connect_operator.cli.spreadsheet.fault import CellError, letters

BY_PATH = {column.path: column for column in columns.ALL}


@pytest.mark.parametrize("text", ["=1+1", "+4930", "-5", "@SUM(A1)", "\tx", "\rx", "'=x", "''+1", "＝x"])  # noqa: RUF001 - full width
def test_a_formula_is_written_as_text(text: str) -> None:
    written = cells.written(text)
    assert written == f"'{text}"
    assert cells.read(written) == text


@pytest.mark.parametrize("text", ["", "Ann", "'tis", "O'Neil", "a=b", "5", "'"])
def test_other_text_is_written_as_it_is(text: str) -> None:
    assert cells.written(text) == cells.read(text) == text


@given(st.text())
def test_reading_is_the_inverse_of_writing(text: str) -> None:
    written = cells.written(text)
    assert cells.read(written) == text
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))


RISKY = st.text(st.sampled_from("=+-@;\t\r\n'\", a"), max_size=12)


@pytest.mark.parametrize("text", ["Ann;=1+1", "Ann;'=1", 'Ann;"=1', "Ann\n=1", "Ann\r\n+1", "Ann\t@SUM(A1)"])
def test_what_another_separator_would_part_is_no_formula_either(text: str) -> None:
    assert cells.read(cells.written(text)) == text
    assert formulas(text) == []


@given(RISKY)
def test_no_separator_makes_a_formula(text: str) -> None:
    assert cells.read(cells.written(text)) == text
    assert formulas(text) == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@given(text=RISKY)
@example(text="Eve\rForged")
def test_no_text_begins_a_row_of_its_own(line_end: str, text: str) -> None:
    table = cells.csv_text([["ann", text, "end"]], line_end=line_end)
    assert list(csv.reader(io.StringIO(table, newline=""))) == [["ann", cells.written(text), "end"]]


def formulas(text: str) -> list[str]:
    """The cells that a spreadsheet runs which opens a table with that text by the usual separators."""
    table = cells.csv_text([["ann", text, "end"]], line_end="\r\n")
    rows = [row for separator in ",;\t" for row in csv.reader(io.StringIO(table, newline=""), delimiter=separator)]
    return [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_rows_are_quoted_where_they_must_be_and_end_as_asked_for() -> None:
    rows = [["a", "b,c"], ['d"', "=e"]]
    assert cells.csv_text(rows) == 'a,"b,c"\n"d""",\'=e\n'
    assert cells.csv_text(rows, line_end="\r\n").count("\r\n") == 2


VALUES: list[tuple[str, str, Any]] = [
    ("securityProfileNames", "Agent|Admin", ["Agent", "Admin"]),
    ("securityProfileNames", r"A\|B|C\\D|E\F", ["A|B", r"C\D", r"E\F"]),
    ("securityProfileNames", "Agent | | Admin |", ["Agent", "Admin"]),
    ("phoneConfig.phoneType", "soft", "SOFT_PHONE"),
    ("phoneConfig.phoneType", "DESK_PHONE", "DESK_PHONE"),
    ("phoneConfig.phoneType", "Desk phone", "DESK_PHONE"),
    ("phoneConfig.autoAccept", "Yes", True),
    ("phoneConfig.autoAccept", "FALSE", False),
    ("phoneConfig.afterContactWorkTimeLimit", "30.0", 30),
    ("tags", "team=a|cost\\=center=4=2", {"team": "a", "cost=center": "4=2"}),
    ("tags", "empty=", {"empty": ""}),
    ("tags", "(empty)", {}),
    ("hierarchyGroupPath", "(empty)", ""),
    (
        "proficiencies",
        "Language=German:5|Ratio=1:2:3.5",
        [
            {"attributeName": "Language", "attributeValue": "German", "level": 5},
            {"attributeName": "Ratio", "attributeValue": "1:2", "level": 3.5},
        ],
    ),
    (
        "autoAcceptConfigs",
        "voice=yes/no|CHAT=no",
        [
            {"channel": "VOICE", "autoAccept": True, "agentFirstCallbackAutoAccept": False},
            {"channel": "CHAT", "autoAccept": False},
        ],
    ),
    (
        "afterContactWorkConfigs",
        "VOICE=45/15",
        [
            {
                "channel": "VOICE",
                "afterContactWorkConfig": {"afterContactWorkTimeLimit": 45},
                "agentFirstCallbackAfterContactWorkConfig": {"afterContactWorkTimeLimit": 15},
            }
        ],
    ),
    (
        "phoneNumberConfigs",
        "VOICE=desk:+4930",
        [{"channel": "VOICE", "phoneType": "DESK_PHONE", "phoneNumber": "+4930"}],
    ),
    ("persistentConnectionConfigs", "VOICE=yes", [{"channel": "VOICE", "persistentConnection": True}]),
    (
        "voiceEnhancementConfigs",
        "VOICE=noise suppression",
        [{"channel": "VOICE", "voiceEnhancementMode": "NOISE_SUPPRESSION"}],
    ),
]


@pytest.mark.parametrize(("path", "cell", "value"), VALUES)
def test_a_cell_is_read(path: str, cell: str, value: object) -> None:
    column = BY_PATH[path]
    assert column.read(cell) == value
    if cell != values.EMPTY:
        assert column.read(column.write(value)) == value


WRONG = [
    ("phoneConfig.phoneType", "mobile", "soft or desk"),
    ("phoneConfig.autoAccept", "maybe", "yes nor no"),
    ("phoneConfig.afterContactWorkTimeLimit", "30s", "whole number"),
    ("phoneConfig.deskPhoneNumber", "4,93E+12", "lost digits"),
    ("tags", "team", "key=value"),
    ("tags", "a=1|a=2", "twice"),
    ("proficiencies", "Language=German", "name=value:level"),
    ("autoAcceptConfigs", "yes", "CHANNEL=value"),
]


@pytest.mark.parametrize(("path", "cell", "text"), WRONG)
def test_a_wrong_cell_is_told_with_the_remedy(path: str, cell: str, text: str) -> None:
    with pytest.raises(CellError, match=text):
        BY_PATH[path].read(cell)


_PLAIN = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Z")), min_size=1)


@given(st.lists(_PLAIN, min_size=1))
def test_names_come_back(names: list[str]) -> None:
    normal = [values.text(name) for name in names]
    column = BY_PATH["securityProfileNames"]
    assert column.read(column.write(normal)) == [name for name in normal if name]


@given(st.dictionaries(_PLAIN, _PLAIN))
def test_tags_come_back(tags: dict[str, str]) -> None:
    column = BY_PATH["tags"]
    assert column.read(column.write(tags)) == tags


HEADERS = [
    ("First Name", "identityInfo.firstName"),
    ("USER LOGIN", "username"),
    ("user_login", "username"),
    ("security_profile_name_1|security_profile_name_2", "securityProfileNames"),
    ("Security Profile", "securityProfileNames"),
    ("ACW timeout", "phoneConfig.afterContactWorkTimeLimit"),
    ("UserHierarchy", "hierarchyGroupPath"),
    ("routingProfileName", "routingProfileName"),
    ("e-mail", "identityInfo.email"),
    ("soft phone auto accept (yes/no)", "phoneConfig.autoAccept"),
]


@pytest.mark.parametrize(("header", "path"), HEADERS)
def test_a_header_is_known_however_it_is_spelt(header: str, path: str) -> None:
    found = columns.find(header)
    assert found is not None
    assert found.path == path


def test_every_header_finds_its_own_column() -> None:
    assert [columns.find(column.header) for column in columns.ALL] == list(columns.ALL)


@pytest.mark.parametrize(("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_columns_are_lettered_as_spreadsheets_do(column: int, name: str) -> None:
    assert letters(column) == name
