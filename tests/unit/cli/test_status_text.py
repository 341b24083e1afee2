"""The status in a terminal: what matters stays at 80 columns, and nothing is wider than the terminal."""

from __future__ import annotations

from collections import Counter

import pytest

from connect_operator.cli.status.assignments import Assignments, FailedAssignment
from connect_operator.cli.status.snapshot import InstanceState, Snapshot, StuckUser
from connect_operator.cli.status.text import lines

INSTANCE = InstanceState(
    name="support-emea",
    ready="True",
    reason="Available",
    message="",
    identity_type="CONNECT_MANAGED",
    users=10_212,
    unmanaged=208,
    objects=10_004,
    ready_objects=9_998,
    drifted=1,
    pending=120,
    done_by=600.0,
)
STUCK = StuckUser("team-a", "jane.doe", "jdoe", "support-emea", "ReferenceNotFound", "spec: " + "long " * 60, 0.0)


def shown(width: int | None, *others: StuckUser) -> list[str]:
    snapshot = Snapshot(
        instances=(INSTANCE,),
        reasons=Counter({"Available": 1}),
        total=1,
        done=1,
        stuck=(*others, STUCK),
        assignments=Assignments(Counter(), ()),
    )
    return [line.plain for line in lines(snapshot, 300.0, width=width)]


@pytest.mark.parametrize("width", [80, 100])
def test_the_columns_that_matter_stay(width: int) -> None:
    told = shown(width)
    assert max(map(len, told)) <= width
    assert {"INSTANCE", "READY", "OBJECTS", "PENDING", "DONE"} <= set(told[0].split())
    assert "ReferenceNotFound" in told[-1]
    assert told[-1].endswith("…")


@pytest.mark.parametrize("width", [80, 160])
def test_a_long_name_or_reason_hides_nobody_elses(width: int) -> None:
    """Anybody who may make objects can give one 253 characters, and who may write status a reason of 1024."""
    long = STUCK._replace(name="a" * 253, reason="b" * 900)
    told = shown(width, long)
    assert "ReferenceNotFound" in told[-1]
    assert max(map(len, told)) <= width
    if width > 80:
        assert "spec: long" in told[-1]


def test_without_a_terminal_nothing_is_cut() -> None:
    told = shown(None)
    assert {"IDENTITY", "UNMANAGED", "USERS"} <= set(told[0].split())
    assert told[-1].endswith("long long")


def test_one_is_not_many() -> None:
    assert "1 ConnectUser: 1 Available" in shown(None)


def test_forged_conditions_move_no_cursor_and_forge_no_line() -> None:
    evil = "\x1b[2J\nsupport-emea True\u202e"
    forged = Snapshot(
        instances=(INSTANCE._replace(ready=evil, reason=evil, message=evil, identity_type=evil),),
        reasons=Counter({evil: 1}),
        total=1,
        done=0,
        stuck=(StuckUser("team-a", "eve", evil, evil, evil, evil, 0.0),),
        assignments=Assignments(Counter({evil: 1}), (FailedAssignment("team-a", "a", evil, evil, 0.0),)),
    )
    for wide in (False, True):
        for line in lines(forged, 300.0, wide=wide):
            assert line.plain.isprintable(), line.plain
