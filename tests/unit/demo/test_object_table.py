"""The API server's table, as kubectl prints it."""

from __future__ import annotations

from typing import Any

import pytest

from demo.object_table import parse_table

_DOCUMENT: dict[str, Any] = {
    "kind": "Table",
    "columnDefinitions": [
        {"name": "Name", "priority": 0},
        {"name": "User-ID", "priority": 0},
        {"name": "Message", "priority": 1},
    ],
    "rows": [{"cells": ["amy", "u-1", "fine"]}, {"cells": ["ben", None, "waits"]}],
}


def test_what_is_missing_is_none_and_wide_columns_are_left_out() -> None:
    table = parse_table(_DOCUMENT, (), wide=False)
    assert table.columns == ("NAME", "USER-ID")
    assert table.rows == (("amy", "u-1"), ("ben", "<none>"))


def test_only_the_named_rows_and_all_columns_when_wide() -> None:
    assert parse_table(_DOCUMENT, ["ben"], wide=True).rows == (("ben", "<none>", "waits"),)


def test_another_document_is_refused() -> None:
    with pytest.raises(TypeError, match="Table"):
        parse_table({"columnDefinitions": None, "rows": None}, (), wide=False)
