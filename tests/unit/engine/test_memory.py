"""Memory is in parts: others read their fields and change them by verbs; names of moments say their clock."""

from __future__ import annotations

import ast
import dataclasses
from pathlib import Path

import pytest

from connect_operator.engine import users
from connect_operator.engine.users.memory import Memory

OPERATOR = Path(users.__file__).parents[2]
MEMORY = Memory("uid-1")
PARTS = [each.name for each in dataclasses.fields(Memory) if each.name != "uid"]
HOLDERS = {*PARTS, "memory", "_memory"}
OWN_FILES = {f"{name}.py" for name in (*PARTS, "memory")} | {"requests.py"}
OUTSIDE = [
    path
    for folder in ("engine", "cli")
    for path in sorted((OPERATOR / folder).rglob("*.py"))
    if path.name not in OWN_FILES and "assignments" not in path.parts
]


def assigned(tree: ast.AST) -> list[str]:
    """What of a memory or a part of it is assigned or deleted, as `memory.part.field`."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    written = [ast.unparse(node) for node in nodes if isinstance(node.ctx, ast.Store | ast.Del)]
    return [text for text in written if HOLDERS.intersection(text.split(".")[:-1])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("memory.identity.home = 'x'", ["memory.identity.home"]),
        ("a, situation.memory.writes.drift = 1, 2", ["situation.memory.writes.drift"]),
        ("leave.waived = True", ["leave.waived"]),
        ("self._memory.telling.status: int = 3", ["self._memory.telling.status"]),
        ("readings.looks += 1", ["readings.looks"]),
        ("del memory.leave", ["memory.leave"]),
        ("self.clock = memory.identity.home", []),
    ],
)
def test_an_assignment_would_be_found(text: str, found: list[str]) -> None:
    assert assigned(ast.parse(text)) == found


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(OPERATOR)))
def test_nobody_else_assigns_what_a_memory_holds(path: Path) -> None:
    assert assigned(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("part", PARTS)
def test_moments_say_their_clock(part: str) -> None:
    """No other field is a float."""
    moments = {each.name for each in dataclasses.fields(getattr(MEMORY, part)) if str(each.type).startswith("float")}
    assert {name for name in moments if not name.endswith(("_tick", "_time"))} == set()


@pytest.mark.parametrize("name", ["blocked", "asked", "tries"])
def test_what_most_objects_have_none_of_is_shared(name: str) -> None:
    """There are ten thousand memories in a process."""
    assert getattr(MEMORY.writes, name) is getattr(Memory("uid-2").writes, name)
