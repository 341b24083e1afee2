"""A table of plain text, as kubectl prints one: columns as wide as their widest cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from connect_operator.cli.terminal import printable


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Text]:
    """The lines, the heading first."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in cells) for cells in zip(columns, *shown, strict=True)]
    for number, cells in enumerate((columns, *shown)):
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        yield Text("  ".join(padded).rstrip(), style="" if number else "bold")
