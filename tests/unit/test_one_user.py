"""The map for newcomers names files and functions; each of them must exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "operator" / "connect_operator"
_HOP = re.compile(r"`([\w/]+\.py)`\s+`([\w.]+)`")


def hops() -> list[tuple[str, str]]:
    """File and function of every hop of the page."""
    return _HOP.findall((ROOT / "docs" / "one-user.md").read_text(encoding="utf-8"))


def defined(path: Path) -> set[str]:
    """The functions and classes of a file, methods as Class.method."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            members = (each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
            names.update(f"{node.name}.{member.name}" for member in members)
    return names


def test_the_page_has_the_whole_way() -> None:
    assert len(hops()) >= 33


@pytest.mark.parametrize(("file", "function"), sorted(set(hops())))
def test_every_hop_exists(file: str, function: str) -> None:
    assert function in defined(PACKAGE / file), f"docs/one-user.md names {function} of {file}"
