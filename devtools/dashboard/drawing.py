"""The dashboard's panels as one SVG: each where the dashboard has it, with the series that its queries returned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from pygal.style import Style

from bench.charts import only_drawn

_COLUMN, _ROW = 50, 30
"""Pixels of one unit of the dashboard's grid."""
_PANEL = Style(
    background="#ffffff",
    plot_background="#ffffff",
    font_family="sans-serif",
    label_font_size=10,
    legend_font_size=10,
    title_font_size=13,
    no_data_font_size=12,
    guide_stroke_color="#e5e5e5",
    major_guide_stroke_color="#d0d0d0",
    guide_stroke_dasharray="0",
    major_guide_stroke_dasharray="0",
)
_LEGEND = 36


@dataclass(frozen=True)
class Line:
    """One series: its name, and its points as (seconds since the start, value)."""

    name: str
    points: Sequence[tuple[float, float]]


def draw(panels: Sequence[Mapping[str, Any]], lines: Mapping[str, Sequence[Line]]) -> str:
    """Draw the panels of a dashboard's JSON; `lines` by the panels' titles."""
    width = max(each["gridPos"]["x"] + each["gridPos"]["w"] for each in panels) * _COLUMN
    height = max(each["gridPos"]["y"] + each["gridPos"]["h"] for each in panels) * _ROW
    drawn = (_placed(number, each, lines.get(each["title"], ())) for number, each in enumerate(panels))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
    return "\n".join((head, f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *drawn, "</svg>", ""))


def _placed(number: int, panel: Mapping[str, Any], lines: Sequence[Line]) -> str:
    place = panel["gridPos"]
    width, height = place["w"] * _COLUMN, place["h"] * _ROW
    chart = pygal.XY(
        style=_PANEL,
        width=width,
        height=height,
        title=panel["title"],
        js=[],
        show_dots=False,
        stroke_style={"width": 2},
        disable_xml_declaration=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=8,
        truncate_legend=_LEGEND,
        truncate_label=-1,
        show_y_guides=True,
        x_labels_major_count=4,
        y_labels_major_count=4,
        show_minor_y_labels=False,
        show_minor_x_labels=False,
        x_value_formatter=lambda seconds: f"{seconds:.0f} s",
        no_data_text="nothing in this run",
    )
    chart.uuid = f"panel-{number}"  # a random one would make every run another picture
    for line in lines:
        chart.add(line.name, list(line.points))

    def placed(root: Any) -> Any:  # noqa: ANN401 - an XML element
        size = {"x": place["x"] * _COLUMN, "y": place["y"] * _ROW, "width": width, "height": height}
        root.attrib.update({name: str(value) for name, value in size.items()})
        return only_drawn(root)

    chart.add_xml_filter(placed)
    return str(chart.render(is_unicode=True))
