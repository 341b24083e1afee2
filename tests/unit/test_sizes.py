"""A file and a function are as long as a reader can take in: CONTRIBUTING.md, "How we write"."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = "operator"
FILE, FUNCTION = 300, 40
TOO_LONG: tuple[str, ...] = (
    "tests/e2e/test_hostile_tenants.py",
    "tests/lifecycle/fields.py",
)
"""Still to be parted: a file that is short leaves this list, and no file comes in."""


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def too_long(text: str, name: str) -> str:
    """What to do about a file that is too long, else ""."""
    lines = len(text.splitlines())
    if lines <= FILE:
        return ""
    return f"{name} has {lines} lines, more than {FILE}: part it by subject into files whose names say theirs"


def too_long_functions(text: str, name: str) -> Iterator[str]:
    """What to do about each function that is too long, without its decorators: options of a command are a table."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION:
                yield (
                    f"{name}:{node.lineno}: {node.name} has {lines} lines, more than {FUNCTION}: "
                    "give its steps names of their own"
                )


def test_no_file_is_too_long() -> None:
    files = {str(path.relative_to(ROOT)): path for path in python_files(PRODUCT, "devtools", "tests")}
    assert len(files) > 500, "the folders are where they were"
    told = {name: too_long(path.read_text(encoding="utf-8"), name) for name, path in files.items()}
    found = [text for name, text in told.items() if text and name not in TOO_LONG]
    assert found == [], "\n".join(found)
    short = [name for name in TOO_LONG if not told.get(name)]
    assert short == [], f"not too long any more: take {', '.join(short)} out of TOO_LONG in {Path(__file__).name}"


def test_no_function_of_the_product_is_too_long() -> None:
    found = [
        text
        for path in python_files(PRODUCT)
        for text in too_long_functions(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))
    ]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(("lines", "long"), [(300, False), (301, True)])
def test_the_bound_of_a_file(lines: int, *, long: bool) -> None:
    assert bool(too_long("x = 1\n" * lines, "a.py")) is long


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize(("lines", "long"), [(40, False), (41, True)])
def test_the_bound_of_a_function(kind: str, lines: int, *, long: bool) -> None:
    decorators = "@option\n" * 50
    method = f"{decorators}{kind} work():\n" + "    x = 1\n" * (lines - 1)
    inner = "class Any:\n" + "".join(f"    {line}\n" for line in method.splitlines())
    for text in (method, inner):
        assert bool(list(too_long_functions(text, "a.py"))) is long
