"""The picture of the dashboard: every panel in its place, whatever its queries returned."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from dashboard.drawing import Line, draw

PANELS = json.loads((Path(__file__).parents[3] / "manifests/monitoring/dashboard.json").read_text())["panels"]
LINES = [Line("support <ready>", [(0.0, 1.0), (2.0, 240.0)]), Line("flat", [(0.0, 0.0), (2.0, 0.0)])]


def test_every_panel_is_drawn_in_its_place() -> None:
    drawn = draw(PANELS, {each["title"]: LINES for each in PANELS})
    root = ET.fromstring(drawn)  # noqa: S314 - our own text
    places = {(each.get("x"), each.get("y")) for each in root}
    assert "support <ready>" in {each.text for each in root.iter()}
    for panel in PANELS:
        assert panel["title"] in drawn
        assert (str(panel["gridPos"]["x"] * 50), str(panel["gridPos"]["y"] * 30)) in places


def test_a_panel_without_data_says_so_and_a_single_point_is_no_trouble() -> None:
    first, second, *_ = PANELS
    drawn = draw([first, second], {first["title"]: [Line("one", [(3.0, 1.0)])]})
    assert "nothing in this run" in drawn


def test_it_holds_neither_script_nor_address_and_is_the_same_each_time() -> None:
    lines = {each["title"]: LINES for each in PANELS}
    drawn = draw(PANELS, lines)
    assert "<script" not in drawn
    assert drawn.count("http") == drawn.count("http://www.w3.org/")
    assert drawn == draw(PANELS, lines)
