"""The status of an assignment: what each conclusion says, and what is kept from the status before."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from msgspec import UNSET

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict, concluded
from connect_operator.domain.conditions.conditions import LONGEST_MESSAGE
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.assignment import AssignmentStatus, Ending, Phase
from connect_operator.domain.kinds.status import Condition
from connect_operator.domain.text.timestamps import epoch

THEN = "2026-01-01T00:00:00Z"
NOW = "2026-01-02T00:00:00Z"
# As fine as an attempt, so that the one comes after the other.
ENDED = "2026-01-02T00:00:00.000000Z"
ATTEMPT = "2026-01-01T00:00:00.123456Z"
NOTHING = AssignmentStatus()
THROTTLED = "AssociateContactWithUser failed: TooManyRequestsException: slow down"


def told(verdict: AssignmentVerdict, before: AssignmentStatus = NOTHING, *, now: str = NOW) -> AssignmentStatus:
    return concluded(verdict, before, generation=1, ended=epoch(now) or 0.0, attempted=before.attempted_time)


def pending(reason: Reason | Ending, message: str = "text") -> AssignmentVerdict:
    return AssignmentVerdict(Phase.PENDING, reason, message)


def statuses(status: AssignmentStatus) -> dict[str, str]:
    return {each.type: each.status for each in status.conditions}


def complete(status: AssignmentStatus) -> Condition:
    (found,) = [each for each in status.conditions if each.type == "Complete"]
    return found


class Row(NamedTuple):
    """A conclusion, and the conditions that say it."""

    phase: Phase
    reason: Reason | Ending
    conditions: dict[str, str]
    ended: bool


WAITS = {"Complete": "False"}
FAILS = {"Complete": "False", "Failed": "True"}
ROWS = [
    Row(Phase.PENDING, Reason.UPDATING, WAITS, ended=False),
    Row(Phase.PENDING, Reason.WAITING_FOR_QUOTA, WAITS, ended=False),
    Row(Phase.PENDING, Reason.REFERENCE_NOT_FOUND, WAITS, ended=False),
    Row(Phase.PENDING, Reason.THROTTLED, WAITS, ended=False),
    Row(Phase.PENDING, Reason.SERVICE_UNAVAILABLE, WAITS, ended=False),
    # A call was made, and what became of it may still be found out.
    Row(Phase.PENDING, Ending.OUTCOME_UNKNOWN, {"Complete": "Unknown"}, ended=False),
    Row(Phase.ASSIGNED, Ending.ASSIGNED, {"Complete": "True"}, ended=True),
    Row(Phase.FAILED, Reason.INVALID_SPEC, FAILS, ended=True),
    Row(Phase.FAILED, Reason.PERMISSION_DENIED, FAILS, ended=True),
    Row(Phase.FAILED, Ending.DEADLINE_EXCEEDED, FAILS, ended=True),
    # It is over, whatever became of the call: who waits for Complete or Failed must not wait for ever.
    Row(Phase.FAILED, Ending.OUTCOME_UNKNOWN, FAILS, ended=True),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.phase} {row.reason}")
def test_each_conclusion(row: Row) -> None:
    status = told(AssignmentVerdict(row.phase, row.reason, "what and what to do", "7d1f"))
    assert (status.phase, status.user_id, status.observed_generation) == (row.phase.value, "7d1f", 1)
    assert statuses(status) == row.conditions
    assert status.completion_time == (ENDED if row.ended else UNSET)
    for each in status.conditions:
        assert (each.reason, each.message) == (row.reason.value, "what and what to do")
        assert (each.observed_generation, each.last_transition_time) == (1, NOW)


# Nothing is concluded about an object that has ended.
@pytest.mark.parametrize("row", [row for row in ROWS if not row.ended], ids=lambda row: row.reason.value)
def test_what_says_the_same_is_the_same_so_that_it_is_not_written(row: Row) -> None:
    first = told(AssignmentVerdict(row.phase, row.reason, "text", "7d1f"), now=THEN)
    assert told(AssignmentVerdict(row.phase, row.reason, "text"), first) == first


class TestTimes:
    def test_the_time_stays_while_the_status_does(self) -> None:
        before = told(pending(Reason.UPDATING), now=THEN)
        after = told(pending(Reason.THROTTLED, THROTTLED), before)
        assert (complete(after).last_transition_time, complete(after).reason) == (THEN, "Throttled")

    @pytest.mark.parametrize(
        "verdict",
        [AssignmentVerdict(Phase.ASSIGNED, Ending.ASSIGNED, "done"), pending(Ending.OUTCOME_UNKNOWN)],
        ids=["to True", "to Unknown"],
    )
    def test_it_moves_with_the_status(self, verdict: AssignmentVerdict) -> None:
        before = told(pending(Reason.UPDATING), now=THEN)
        assert complete(told(verdict, before)).last_transition_time == NOW

    def test_a_failure_is_new_where_incompleteness_is_not(self) -> None:
        before = told(pending(Reason.UPDATING), now=THEN)
        after = told(AssignmentVerdict(Phase.FAILED, Ending.DEADLINE_EXCEEDED, "too late"), before)
        assert {each.type: each.last_transition_time for each in after.conditions} == {"Complete": THEN, "Failed": NOW}
        assert {each.reason for each in after.conditions} == {"DeadlineExceeded"}
        assert after.completion_time == ENDED


class TestMessages:
    def test_another_request_id_is_no_news(self) -> None:
        before = told(pending(Reason.THROTTLED, f"{THROTTLED} (request 1-a)"), now=THEN)
        assert told(pending(Reason.THROTTLED, f"{THROTTLED} (request 2-b)"), before) == before

    def test_another_text_is(self) -> None:
        before = told(pending(Reason.REFERENCE_NOT_FOUND, "does not exist"), now=THEN)
        after = told(pending(Reason.REFERENCE_NOT_FOUND, "is being deleted"), before)
        assert (complete(after).message, complete(after).last_transition_time) == ("is being deleted", THEN)

    def test_the_same_text_for_another_reason_is_that_of_the_new_one(self) -> None:
        before = told(pending(Reason.THROTTLED, f"{THROTTLED} (request 1-a)"), now=THEN)
        after = told(pending(Reason.SERVICE_UNAVAILABLE, f"{THROTTLED} (request 2-b)"), before)
        assert complete(after).message.endswith("(request 2-b)")

    def test_how_many_were_before_it_is_told_once(self) -> None:
        before = told(pending(Reason.WAITING_FOR_QUOTA, "40 were before it"), now=THEN)
        assert told(pending(Reason.WAITING_FOR_QUOTA, "12 were before it"), before) == before

    def test_and_anew_after_something_else(self) -> None:
        between = told(pending(Reason.THROTTLED), told(pending(Reason.WAITING_FOR_QUOTA, "40"), now=THEN))
        assert complete(told(pending(Reason.WAITING_FOR_QUOTA, "12"), between)).message == "12"

    def test_a_long_one_is_cut_to_what_the_api_conventions_allow(self) -> None:
        long = pending(Reason.THROTTLED, "m" * (LONGEST_MESSAGE + 1))
        status = told(long, now=THEN)
        assert len(complete(status).message) == LONGEST_MESSAGE
        assert told(long, status) == status


class TestAttempt:
    @pytest.mark.parametrize("phase", Phase)
    def test_it_is_what_it_is_told(self, phase: Phase) -> None:
        """Whether an attempt stands is decided where it is known; here it is neither invented nor lost."""
        verdict = AssignmentVerdict(phase, Reason.UPDATING, "text")
        for attempted in (ATTEMPT, UNSET):
            for former in (ATTEMPT, UNSET):
                before = AssignmentStatus(attempted_time=former)
                status = concluded(verdict, before, generation=1, ended=epoch(NOW) or 0.0, attempted=attempted)
                assert status.attempted_time == attempted

    def test_the_user_stays_known(self) -> None:
        before = told(AssignmentVerdict(Phase.PENDING, Reason.UPDATING, "about to be sent", "7d1f"))
        assert told(pending(Reason.THROTTLED), before).user_id == "7d1f"
        assert told(AssignmentVerdict(Phase.ASSIGNED, Ending.ASSIGNED, "done", "8e20"), before).user_id == "8e20"
        assert told(pending(Reason.UPDATING)).user_id is UNSET
