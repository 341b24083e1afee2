"""The store: the newest version of each assignment, which are open, and who waits for which user."""

from __future__ import annotations

from typing import Any

from connect_operator.domain.kinds.assignment import ConnectContactAssignment, parse_assignment
from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.assignments.store import AssignmentStore

JDOE, JROE = ObjectKey("team-a", "jdoe"), ObjectKey("team-a", "jroe")
HAND = ObjectKey("team-a", "hand")


def an_assignment(
    version: int = 1,
    *,
    uid: str = "a-1",
    user: str = "jdoe",
    phase: str = "",
    **spec: Any,  # noqa: ANN401 - members
) -> ConnectContactAssignment:
    wanted = {"instanceRef": {"name": "support"}, "contactId": "c", "userRef": {"name": user}, **spec}
    status = {"phase": phase, "completionTime": "2026-01-01T00:00:00Z"} if phase else {}
    metadata = {"namespace": "team-a", "name": "hand", "uid": uid, "resourceVersion": str(version)}
    return parse_assignment({"metadata": metadata, "spec": wanted, "status": status})


def test_what_is_new_is_worth_a_look_and_what_is_known_is_not() -> None:
    assignments = AssignmentStore()
    assert assignments.put(an_assignment(2))
    assert not assignments.put(an_assignment(2))
    assert not assignments.put(an_assignment(1)), "an older version"
    assert assignments.put(an_assignment(3))


def test_what_has_ended_is_worth_one_only_for_its_expiry() -> None:
    assignments = AssignmentStore()
    assert not assignments.put(an_assignment(1, phase="Assigned"))
    assert assignments.put(an_assignment(2, phase="Failed", ttlSecondsAfterFinished=5))


def test_of_what_has_ended_and_stays_only_that_is_kept() -> None:
    assignments = AssignmentStore()
    assignments.put(an_assignment(1))
    assert [each.key for each in assignments.open()] == [HAND]
    assignments.put(an_assignment(2, phase="Assigned"))
    kept = assignments.get(HAND)
    assert kept is not None
    assert (kept.finished, kept.spec, list(assignments.open())) == (True, None, [])
    assert assignments.known() == {HAND: ("a-1", "2")}


def test_who_waits_for_a_user() -> None:
    assignments = AssignmentStore()
    assignments.put(an_assignment(1))
    assert (assignments.waiting_for(JDOE), assignments.waiting_for(JROE)) == ((HAND,), ())
    assignments.put(an_assignment(2, uid="a-2", user="jroe"))
    assert (assignments.waiting_for(JDOE), assignments.waiting_for(JROE)) == ((), (HAND,))
    assignments.put(an_assignment(3, uid="a-2", user="jroe", phase="Failed"))
    assert assignments.waiting_for(JROE) == ()


def test_what_is_gone_stays_gone_and_a_predecessor_is_no_successor() -> None:
    assignments = AssignmentStore()
    assignments.put(an_assignment(5, uid="a-2"))
    assert not assignments.put(an_assignment(4, uid="a-1")), "its predecessor"
    assert assignments.drop(HAND, "a-2", "9")
    assert not assignments.put(an_assignment(8, uid="a-2")), "a read that the watch overtook"
    assert assignments.get(HAND) is None
    assert assignments.put(an_assignment(10, uid="a-3"))


def test_only_that_very_object_is_forgotten() -> None:
    assignments = AssignmentStore()
    assignments.put(an_assignment(1, uid="a-2"))
    assert not assignments.drop(HAND, "a-1")
    assert assignments.drop(HAND, "a-2")
    assert (len(assignments), assignments.waiting_for(JDOE)) == (0, ())
