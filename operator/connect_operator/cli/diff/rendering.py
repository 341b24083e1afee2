"""A comparison as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from connect_operator.cli.diff.comparison import Comparison
from connect_operator.cli.terminal import json_text, printable


def lines(before: str, after: str, comparison: Comparison) -> Iterator[Text]:
    """As `diff` shows it: - only in the first, + only in the second, ~ in both and different."""
    yield Text(f"--- {printable(before)}")
    yield Text(f"+++ {printable(after)}")
    for username in comparison.only_before:
        yield Text(f"- {printable(username)}", style="red")
    for username in comparison.only_after:
        yield Text(f"+ {printable(username)}", style="green")
    for username, differences in comparison.changed.items():
        yield Text(f"~ {printable(username)}", style="yellow")
        for field, one, other in differences:
            yield Text(printable(f"    {field}: {one} -> {other}"))
    yield Text(
        f"Diff: {len(comparison.only_before)} only in the first, {len(comparison.only_after)} only in the second, "
        f"{len(comparison.changed)} different, {comparison.same} equal"
    )


def json_document(before: str, after: str, comparison: Comparison) -> str:
    """The same for programs."""
    document = {
        "before": before,
        "after": after,
        "onlyBefore": list(comparison.only_before),
        "onlyAfter": list(comparison.only_after),
        "changed": {
            username: [each._asdict() for each in differences] for username, differences in comparison.changed.items()
        },
        "equal": comparison.same,
    }
    return json_text(document)
