"""Names of tests, as pytest takes them: whether each stands in the repository, without running pytest."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path


@cache
def _functions(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(each.name for each in found if each.name.startswith("test_"))


def missing(root: Path, node_ids: Iterable[str]) -> list[str]:
    """Those that name no test: `tests/x/test_y.py`, or `tests/x/test_y.py::test_z` with or without parameters."""
    return [each for each in node_ids if not _exists(root, each)]


def _exists(root: Path, node_id: str) -> bool:
    path, _, test = node_id.partition("::")
    file = root / path
    return file.is_file() and (not test or test.partition("[")[0] in _functions(file))
