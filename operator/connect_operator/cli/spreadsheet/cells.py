"""Single cells: what a spreadsheet would run as a formula is written so that it does not, and read back as it was.

A cell that begins with = + - @ or a tab is a formula to spreadsheets, also one that a user of Connect is called. An
apostrophe in front makes it text (OWASP, "CSV injection"); a text that begins with apostrophes and such a character
gets one more, so that reading is the exact inverse. So does what follows a semicolon, a tab or a line end within a
text: where a comma separates decimals, spreadsheets separate cells by semicolons, whatever quotes stand around them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - full-width characters are formulas, too
_WITHIN = re.compile(r"""(?<=[;\t\r\n])("*)('*)(?=[=+\-@＝＋－＠])""")  # noqa: RUF001 - likewise


def written(text: str) -> str:
    """The cell of a text."""
    guarded = _WITHIN.sub(r"\1'\2", text)
    return f"'{guarded}" if _RISKY.match(text) else guarded


def read(cell: str) -> str:
    """The text of a cell, the inverse of `written`; what people wrote without an apostrophe is taken as it is."""
    text = cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell
    return _WITHIN.sub(lambda found: found[1] + found[2][1:], text)


def csv_text(rows: Iterable[Sequence[str]], *, line_end: str = "\n") -> str:
    """Rows as comma-separated values, safely."""
    return "".join(_line([written(each) for each in row]) + line_end for row in rows)


def _line(row: Sequence[str]) -> str:
    """A row without its end. The module csv quotes what its own line end holds only, and either of these ends a row."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerow(row)
    return stream.getvalue().removesuffix("\r\n")
