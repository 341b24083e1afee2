"""The results as pictures: how much of each goal is used up, what a sweep costs by users, and where the CPU goes."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pygal
from pygal.style import Style

from bench.parts import shares

_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    font_family="sans-serif",
    colors=("#1f6feb", "#d29922", "#cf222e", "#2da44e", "#8250df", "#57606a", "#8ddb8c"),
    label_font_size=11,
    major_label_font_size=11,
    value_font_size=11,
    title_font_size=15,
)
_MISSED = "#cf222e"
_SWEEP = re.compile(r"(\d+) users, (.+) changed \(\d+ seen\): CPU")
_LONGEST = 3.0
"""Times the goal; a longer bar would make all others invisible, and says its number beside it."""


def draw(results: Path, folder: Path) -> list[Path]:
    """Write the charts of a JSON file of `make bench` as SVG; returns their paths.

    They hold no script and no address, so that they can be looked at anywhere.
    """
    read: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    figures = [figure | {"of": each["name"]} for each in read["benchmarks"] for figure in each["figures"]]
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {"goals": _goals(figures), "sweep": _sweep(figures)}
    profiles = {
        each.stem: shares(each.read_text().splitlines()) for each in sorted(results.parent.glob("profiles/*.txt"))
    }
    if profiles:
        drawn["cpu"] = _cpu({name: parts for name, parts in profiles.items() if parts})
    for name, chart in drawn.items():
        chart.add_xml_filter(only_drawn)
        (folder / f"{name}.svg").write_text(chart.render(is_unicode=True) + "\n", encoding="utf-8")
    return [folder / f"{name}.svg" for name in drawn]


def _goals(figures: list[dict[str, Any]]) -> pygal.HorizontalBar:
    """A bar for each figure that has a goal: 1 is the goal itself."""
    told = [each for each in figures if each.get("at_most")]
    chart = _chart(
        pygal.HorizontalBar,
        title="What was reached, as a share of the goal (1: just met)",
        height=90 + 26 * len(told),
        show_legend=False,
        range=(0, _LONGEST),
        print_values=True,
    )
    chart.x_labels = [f"{each['of']}: {each['name']}" for each in told]
    bars = []
    for each in told:
        share = each["value"] / each["at_most"]
        said = f"{each['value']:.2f} of {each['at_most']:g} {each['unit']}".rstrip()
        color = "#1f6feb" if share <= 1 else _MISSED
        bars.append({"value": min(share, _LONGEST), "label": said, "color": color, "formatter": _saying(said)})
    chart.add("share of the goal", bars)
    return chart


def _sweep(figures: list[dict[str, Any]]) -> pygal.XY:
    """CPU of one sweep over the number of users, a line for each share of changed ones."""
    lines: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for each in figures:
        if match := _SWEEP.fullmatch(each["name"]):
            lines[f"{match[2]} changed"].append((int(match[1]), each["value"]))
    chart = _chart(
        pygal.XY,
        title="CPU of one sweep",
        x_title="users",
        y_title="seconds of CPU",
        height=360,
        stroke_style={"width": 2},
    )
    for name, points in lines.items():
        chart.add(name, sorted(points))
    return chart


def _cpu(profiles: dict[str, dict[str, float]]) -> pygal.HorizontalStackedBar:
    """A bar for each profile, in which every part has its share of the samples."""
    chart = _chart(
        pygal.HorizontalStackedBar,
        title="Where the operator's CPU goes, in percent of each profile",
        height=190 + 40 * len(profiles),
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        truncate_legend=-1,
        print_values=True,
        range=(0, 100),
        value_formatter=lambda value: f"{value:.0f}",
    )
    chart.x_labels = list(profiles)
    for part in next(iter(profiles.values()), {}):
        chart.add(part, [100 * parts[part] for parts in profiles.values()])
    return chart


def _chart(kind: type[Any], **settings: Any) -> Any:  # noqa: ANN401 - pygal's own
    chart = kind(style=_STYLE, width=900, js=[], disable_xml_declaration=True, **settings)
    chart.uuid = "chart"  # pygal takes a random one, and every run would change every line
    return chart


def only_drawn(root: Any) -> Any:  # noqa: ANN401 - an XML element
    """Without scripts and comments."""
    for parent in root.iter():
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.endswith("script"):
                parent.remove(child)
    return root


def _saying(text: str) -> Any:  # noqa: ANN401 - a function
    return lambda _: text
