"""`csv import`: every fault is told with its cell, all at once, and nothing is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .commands import Cli
from .spreadsheets import AWS, GOOD, HEADER, JANE, imported

FAULTS: list[tuple[str, str, str]] = [
    ("a wrong login", "ann lee,A,R,Agent,,,,", "row 2, column A \"user login\", value 'ann lee': 'ann lee' may"),
    ("no login", ",A,R,Agent,,,,", 'row 2, column A "user login": is blank; fill it in'),
    ("no profile", "ann,A,,Agent,,,,", 'row 2, column C "routing profile name": is blank'),
    ("no security profile", "ann,A,R,,,,,", 'row 2, column D "security profile": is blank'),
    ("a profile twice", "ann,A,R,Agent|Agent,,,,", "row 2, column D \"security profile\", value 'Agent|Agent': sec"),
    ("a phone", "ann,A,R,Agent,cell,,,", 'row 2, column E "phone type", value \'cell\': is no kind of phone'),
    ("a number", "ann,A,R,Agent,desk,030 12,,", "must be in E.164 form, such as"),
    ("a spoilt number", "ann,A,R,Agent,desk,4.93012E+11,,", "and has lost digits; format the column as text"),
    ("seconds", "ann,A,R,Agent,,,thirty,", 'row 2, column G "ACW timeout", value \'thirty\': is no whole number'),
    ("too long", "ann,A,R,Agent,,,3000000,", "use a whole number from 0 to 2000000"),
    ("a formula", "ann,=B3&C3,R,Agent,,,,", 'column B "first name", value \'=B3&C3\': is a formula'),
    ("a formula's error", "ann,#REF!,R,Agent,,,,", "is the error of a formula"),
    ("a lost character", "ann,J\ufffdrgen,R,Agent,,,,", "has lost a character"),
    ("UTF-8 read as Windows-1252", "ann,JÃ¼rgen,R,Agent,,,,", "did you mean 'Jürgen'?"),
    ("tags", "ann,A,R,Agent,,,,team", "'team' has no =; write key=value"),
    ("a reserved tag", "ann,A,R,Agent,,,,aws:a=b", 'has a key that starts with "aws:"'),
    ("a line break", 'ann,"A\nB",R,Agent,,,,', "holds a line break"),
    ("emptied", "ann,(empty),R,Agent,,,,", "cannot be made empty"),
    ("too many cells", "ann,A,R,Agent,,,,,x", "row 2: has 9 cells, but there are 8 columns"),
    ("an open quote", 'ann,"A,R,Agent,,,,', "a quote is not closed"),
    ("a NUL", "ann,A\0,R,Agent,,,,", "NUL byte"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "text"), [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS])
def test_a_fault_is_told_with_its_cell_and_nothing_is_written(row: str, text: str, cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{HEADER}\n{row}\n{GOOD.replace('ann', 'bea')}\n")
    assert ended.code == 1
    assert text in ended.err
    assert not (tmp_path / "users").exists()


def test_every_fault_is_told_at_once_in_the_files_order(cli: Cli, tmp_path: Path) -> None:
    rows = [row for name, row, _ in FAULTS if name not in ("an open quote", "a NUL")]
    ended = imported(cli, tmp_path, "\n".join([HEADER, GOOD.replace("ann", "zoe"), *rows]))
    told = [int(found) for found in re.findall(r"^row (\d+)", ended.err, re.MULTILINE)]
    assert sorted(set(told)) == list(range(3, 3 + len(rows)))
    assert told == sorted(told)
    assert f"{len(told)} faults in" in ended.err


def test_every_fault_of_one_row_is_told_at_once(cli: Cli, tmp_path: Path) -> None:
    header = "user login,first name,email address,phone number,routing profile name,security profile name"
    ended = imported(cli, tmp_path, f"{header}\nbad login!,=A(),nomail,+49 30,,\n")
    told = re.findall(r"^row 2, column ([A-Z])", ended.err, re.MULTILINE)
    assert sorted(told) == ["A", "B", "C", "D", "E", "F"]


def test_a_cell_that_cannot_be_read_is_not_told_to_be_blank_as_well(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f'{HEADER}\n{GOOD}\n"b\nea",Bea,(empty),=A1,,,,\n')
    assert "3 faults" in ended.err
    assert "is blank" not in ended.err


def test_a_column_that_is_missing_is_told_once_for_all_rows(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, "user login\nann\nben\ncem\n")
    assert ended.err.count('row 1: there is no column "routing profile name"') == 1
    assert "2 faults in" in ended.err


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("user login,first nme,routing profile", 'B "first nme": there is no such column; did you mean "first name"?'),
        ("user login,first name,login", 'column C "login": is a second column for "user login"'),
        ("user login,,routing profile", "has no name, but there are values below"),
        ("first name,last name,routing profile", 'there is no column "user login"; add it'),
    ],
)  # fmt: skip
def test_a_wrong_header_is_told(header: str, text: str, cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{header},security profile\nann,A,R,Agent\n")
    assert ended.code == 1
    assert text in ended.err


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x81\x8d\n", b"user login\n", b"user login\n,,\n"])
def test_a_file_that_is_none_is_told(content: bytes, cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, content)
    assert ended.code == 1
    assert any(text in ended.err for text in ("is empty", "is no UTF-8", "there is no row below"))


def test_a_login_twice_is_a_fault_unless_the_rows_are_the_same(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n\n{GOOD}\n")
    assert ended.code == 0
    assert "row 4 repeats row 2 (ann)" in ended.err
    ended = imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n{GOOD.replace('Ann', 'Anna')}\n")
    assert ended.code == 1
    assert "row 3, column A \"user login\", value 'ann': row 2 has this login, too" in ended.err


def test_a_login_twice_is_told_whatever_else_is_wrong_with_the_row(cli: Cli, tmp_path: Path) -> None:
    ended = imported(cli, tmp_path, f"{AWS}\n{JANE.replace('soft', 'cell')}\n{JANE.replace('Doe', 'Roe')}\n")
    assert "row 2, column H" in ended.err
    assert "row 3, column E" in ended.err
    assert "row 2 has this login, too, with other values; keep one of the two" in ended.err
    assert "2 faults" in ended.err


def test_a_login_that_is_missing_is_not_said_to_be_for_a_template(cli: Cli, tmp_path: Path) -> None:
    """A template of one user is refused, so that remedy would lead nowhere."""
    column = imported(cli, tmp_path, "first name\nAnn\n")
    assert 'row 1: there is no column "user login"; add it\n' in column.err
    cell = imported(cli, tmp_path, f"{HEADER}\n,Ann,Basic Routing Profile,Agent,,,,\n")
    assert 'row 2, column A "user login": is blank; fill it in\n' in cell.err
