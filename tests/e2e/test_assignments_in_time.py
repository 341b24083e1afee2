"""Deadlines and times to live, with a moved clock; and what a thousand objects cost that have ended."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local_stack import OperatorProcess

from .assignments import KIND, ContactDesk
from .running import Operators
from .stage import Stage, wait_for

MOVED_CLOCK = str(Path(__file__).with_name("moved_clock.py"))
HOUR = 3600.0
StartAhead = Callable[[float], OperatorProcess]


@pytest.fixture
def desk(stage: Stage) -> ContactDesk:
    return ContactDesk.at(stage)


@pytest.fixture
def run_ahead(operators: Operators, namespace: str) -> Iterator[StartAhead]:
    """Start an operator whose clock is so many seconds ahead."""
    operators.stop_shared()
    with ExitStack() as stack:

        def start(seconds: float) -> OperatorProcess:
            settings = {"MOVED_CLOCK_SECONDS": str(seconds)}
            program = [sys.executable, MOVED_CLOCK]
            return stack.enter_context(operators.own(namespace, settings, program=program))

        yield start


def test_one_that_is_first_seen_past_its_deadline_makes_no_call(run_ahead: StartAhead, desk: ContactDesk) -> None:
    contacts = {name: desk.queue() for name in ("late", "in-time")}
    desk.apply("late", contacts["late"])  # 300 s
    desk.apply("in-time", contacts["in-time"], activeDeadlineSeconds=2 * int(HOUR))
    run_ahead(HOUR)
    message = desk.assert_failed(desk.wait_phase("late", "Failed"), "DeadlineExceeded")
    assert "activeDeadlineSeconds (300)" in message
    assert "attemptedTime" not in (desk.get("late") or {})["status"]
    desk.wait_phase("in-time", "Assigned")
    assert desk.calls(contacts["late"]) == []


def test_the_deadline_goes_on_over_a_restart(run_ahead: StartAhead, desk: ContactDesk) -> None:
    contact = desk.queue()
    operator = run_ahead(0.0)
    desk.apply("hand", contact, userId=None, userRef={"name": "ada"})
    desk.wait_reason("hand", "ReferenceNotFound")
    operator.stop()
    desk.stage.apply_user("ada")
    run_ahead(301.0)
    message = desk.assert_failed(desk.wait_phase("hand", "Failed"), "DeadlineExceeded")
    assert "ReferenceNotFound" in message
    desk.stage.wait_ready("ada")
    assert desk.calls(contact) == []


def test_the_deadline_passes_while_it_waits(run_ahead: StartAhead, desk: ContactDesk) -> None:
    run_ahead(0.0)
    desk.apply("hand", desk.queue(), userId=None, userRef={"name": "ada"}, activeDeadlineSeconds=3)
    desk.assert_failed(desk.wait_phase("hand", "Failed"), "DeadlineExceeded")


def test_what_has_ended_is_deleted_when_its_time_has_come(run_ahead: StartAhead, desk: ContactDesk) -> None:
    now = run_ahead(0.0)
    ended = int(HOUR)
    desk.apply("assigned", desk.queue(), ttlSecondsAfterFinished=ended)
    desk.apply("failed", desk.queue(), userId="nobody", ttlSecondsAfterFinished=ended)
    desk.apply("longer", desk.queue(), ttlSecondsAfterFinished=3 * ended)
    desk.apply("stays", desk.queue())
    waiting: dict[str, object] = {"userId": None, "userRef": {"name": "ada"}, "activeDeadlineSeconds": 100 * ended}
    desk.apply("waiting", desk.queue(), ttlSecondsAfterFinished=0, **waiting)
    for name in ("assigned", "longer", "stays"):
        desk.wait_phase(name, "Assigned")
    desk.wait_phase("failed", "Failed")
    now.stop()

    run_ahead(2 * HOUR)
    desk.wait_gone("assigned")
    desk.wait_gone("failed")
    assert [desk.get(name) is not None for name in ("longer", "stays", "waiting")] == [True] * 3
    assert desk.wait_phase("waiting", "Pending")


def test_at_once_means_at_once(run_ahead: StartAhead, desk: ContactDesk) -> None:
    run_ahead(0.0)
    contact = desk.queue()
    desk.apply("hand", contact, ttlSecondsAfterFinished=0)
    desk.wait_gone("hand")
    assert desk.offered_to(contact) == desk.agent


def test_a_thousand_that_have_ended_cost_nothing(run_ahead: StartAhead, desk: ContactDesk, operator_user: str) -> None:
    status = {
        "phase": "Assigned",
        "userId": desk.agent,
        "completionTime": "2026-01-01T00:00:00Z",
        "conditions": [
            {
                "type": "Complete",
                "status": "True",
                "reason": "Assigned",
                "message": "handed over",
                "lastTransitionTime": "2026-01-01T00:00:00Z",
            }
        ],
    }
    for number in range(1000):
        name = f"old-{number:04}"
        desk.apply(name, "c0ffee")
        desk.stage.objects.patch(KIND, desk.stage.namespace, name, {"status": status}, subresource="status")
    mark, position = desk.stage.cluster.audit_mark(), desk.stage.mark()
    operator = run_ahead(0.0)
    contact = desk.queue()
    desk.apply("new", contact)
    desk.wait_phase("new", "Assigned")
    operator.stop()
    written = desk.stage.operator_writes(mark, operator_user)
    assert {each.name for each in written if each.resource == "connectcontactassignments"} == {"new"}
    calls = [each.operation for each in desk.stage.sim.journal(position) if "Contact" in each.operation]
    assert calls == ["AssociateContactWithUser"]
    wait_for(lambda: len(desk.calls(contact)) == 1, "the one call")
