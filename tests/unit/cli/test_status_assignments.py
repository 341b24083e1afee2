"""ConnectContactAssignments in `status`: how many are how far, and which have failed."""

from __future__ import annotations

from typing import Any

from connect_operator.cli.status.assignments import count_assignments
from connect_operator.cli.status.snapshot import NOT_SEEN, take_snapshot
from connect_operator.cli.status.text import lines
from connect_operator.domain.kinds.assignment import ConnectContactAssignment, parse_assignment
from connect_operator.domain.text.timestamps import epoch

NOW = epoch("2026-01-02T03:05:05Z") or 0.0


def an_assignment(name: str, phase: str = "", *, ended: str = "", reason: str = "") -> ConnectContactAssignment:
    status: dict[str, Any] = {"phase": phase} if phase else {}
    if ended:
        kind = "Failed" if phase == "Failed" else "Complete"
        told = {"type": kind, "status": "True", "reason": reason, "message": "why, and what to do"}
        status |= {"completionTime": ended, "conditions": [told]}
    return parse_assignment(
        {
            "metadata": {"namespace": "team-a", "name": name, "uid": name},
            "spec": {"instanceRef": {"name": "support"}, "contactId": "c", "userId": "u"},
            "status": status,
        }
    )


def failed(name: str, ended: str) -> ConnectContactAssignment:
    return an_assignment(name, "Failed", ended=ended, reason="OutcomeUnknown")


def shown(*assignments: ConnectContactAssignment, wide: bool = False) -> list[str]:
    return [line.plain for line in lines(take_snapshot([], [], assignments), NOW, wide=wide)]


def test_they_are_counted_by_phase() -> None:
    assigned = an_assignment("b", "Assigned", ended="2026-01-02T03:04:05Z", reason="Assigned")
    counted = count_assignments([an_assignment("a", "Pending"), assigned, an_assignment("c")], NOT_SEEN)
    assert counted.phases == {"Pending": 1, "Assigned": 1, NOT_SEEN: 1}
    assert counted.failed == ()


def test_the_latest_failure_comes_first() -> None:
    found = count_assignments([failed("a", "2026-01-02T03:04:05Z"), failed("b", "2026-01-02T03:05:00Z")], NOT_SEEN)
    assert [each.name for each in found.failed] == ["b", "a"]


def test_a_line_of_counts_and_a_table_of_failures_stand_at_the_end() -> None:
    text = shown(failed("late", "2026-01-02T03:04:05Z"), an_assignment("a", "Pending"), an_assignment("b", "Pending"))
    assert text[-4:] == [
        "3 ConnectContactAssignments: 2 Pending, 1 Failed",
        "",
        "NAMESPACE/NAME  REASON          SINCE  MESSAGE",
        "team-a/late     OutcomeUnknown  1m     why, and what to do",
    ]


def test_without_assignments_nothing_is_said_of_them() -> None:
    assert not [line for line in shown() if "Assignment" in line]


def test_of_many_failures_the_latest_are_shown_and_all_when_wide() -> None:
    many = [failed(f"a{number:02}", f"2026-01-02T03:04:{number:02}Z") for number in range(12)]
    text = shown(*many)
    assert text[-1] == "… and 2 earlier ones"
    assert text[-11].startswith("team-a/a11 ")
    assert text[-2].startswith("team-a/a02 ")
    assert shown(*many, wide=True)[-1].startswith("team-a/a00 ")
