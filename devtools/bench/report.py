"""The results as a table for people and as JSON for everything else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text

from bench.benchmark import Figure, Result

_WHOLE = 100.0
"""Above it, decimals say nothing."""


def table(results: Sequence[Result]) -> Table:
    """One line a figure."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    made.add_column("BENCHMARK", no_wrap=True)
    made.add_column("FIGURE")
    made.add_column("VALUE", justify="right", no_wrap=True)
    made.add_column("TARGET", no_wrap=True)
    made.add_column("MET", no_wrap=True)
    for result in results:
        name = result.benchmark.name
        for figure in result.figures:
            made.add_row(name, figure.name, _value(figure), figure.target, _met(figure))
            name = ""
        if result.failure:
            made.add_row(name, Text(result.failure, style="bold red"), "", "", Text("FAILED", style="bold red"))
    return made


def _value(figure: Figure) -> str:
    number = float(figure.value)
    text = f"{number:.0f}" if number.is_integer() or number >= _WHOLE else f"{number:.2f}"
    return f"{text} {figure.unit}".rstrip()


def _met(figure: Figure) -> Text:
    if figure.met is None:
        return Text("")
    return Text("yes", style="green") if figure.met else Text("no", style="bold yellow")


def document(
    results: Sequence[Result], date: datetime, machine: dict[str, object], versions: dict[str, str]
) -> dict[str, object]:
    """Everything, ready for JSON."""
    return {
        "date": date.isoformat(timespec="seconds"),
        "machine": machine,
        "versions": versions,
        "benchmarks": [_entry(result) for result in results],
    }


def _entry(result: Result) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": result.benchmark.name,
        "summary": result.benchmark.summary,
        "seconds": round(result.seconds, 1),
        "figures": [
            {
                "name": each.name,
                "value": round(each.value, 4),
                "unit": each.unit,
                "target": each.target,
                "at_most": each.at_most,
                "met": each.met,
            }
            for each in result.figures
        ],
    }
    if result.failure:
        entry["failure"] = result.failure
    return entry


def write(content: dict[str, object], folder: Path, date: datetime) -> Path:
    """Write it to a file named after the date; the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{date:%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path
