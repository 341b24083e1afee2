"""docs/guarantees.md: every member that status has is in its tables, and every test that it names exists."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from connect_operator.domain.kinds.assignment import AssignmentStatus
from connect_operator.domain.kinds.objects import ACTED_ON, FINALIZER, INSTANCE_FINALIZER
from connect_operator.domain.kinds.status import InstanceStatus, UserStatus

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text()


def section(heading: str) -> str:
    return PAGE.partition(f"### {heading}\n")[2].partition("\n##")[0]


@pytest.mark.parametrize(
    ("heading", "status"),
    [
        ("ConnectUser", UserStatus),
        ("ConnectContactAssignment", AssignmentStatus),
        ("ConnectInstance", InstanceStatus),
    ],
)
def test_every_member_of_status_is_told(heading: str, status: type[msgspec.Struct]) -> None:
    told = set(re.findall(r"`status\.(\w+)`", section(heading)))
    assert told == {field.encode_name for field in msgspec.structs.fields(status)}


def test_every_mark_is_told() -> None:
    assert [mark for mark in (*ACTED_ON, FINALIZER, INSTANCE_FINALIZER) if f"`{mark}`" not in PAGE] == []


def test_every_test_exists() -> None:
    sources = "".join(path.name + path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 20
    assert [name for name in sorted(named) if f"def {name}(" not in sources and f"{name}.py" not in sources] == []
