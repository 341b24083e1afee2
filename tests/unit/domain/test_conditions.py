"""The contract's table of reasons, row by row, and what is kept from one status to the next."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from connect_operator.domain.conditions.conditions import Verdict, conditions
from connect_operator.domain.conditions.reasons import TABLE, Reason, Retry
from connect_operator.domain.kinds.status import Condition, find_condition

THEN = "2026-01-01T00:00:00Z"
NOW = "2026-01-02T00:00:00Z"
RESOLVED = (True, "Resolved", "all found")


class Row(NamedTuple):
    """A row of the contract: Ready, Synced, Reconciling, Stalled, and when it is looked at again."""

    ready: str
    synced: str
    reconciling: bool
    stalled: bool
    then: Retry


_GOES_ON = Row("False", "False", reconciling=True, stalled=False, then=Retry.GOES_ON)
_BACKOFF = Row("False", "False", reconciling=True, stalled=False, then=Retry.BACKOFF)
_SLOWLY = Row("False", "False", reconciling=False, stalled=True, then=Retry.SLOWLY)

# Written out from the contract, not from the code.
CONTRACT = {
    "Available": Row("True", "True", reconciling=False, stalled=False, then=Retry.DRIFT),
    "Creating": _GOES_ON,
    "Updating": _GOES_ON,
    "Deleting": _GOES_ON,
    "WaitingForQuota": _GOES_ON,
    "ReferenceNotFound": _BACKOFF,
    "ReferenceAmbiguous": _BACKOFF,
    "PermissionDenied": _SLOWLY,
    "InvalidSpec": _SLOWLY._replace(then=Retry.ON_EDIT),
    "UsernameTaken": _SLOWLY,
    "OwnershipLost": _SLOWLY,
    "QuotaExceeded": _SLOWLY,
    "Throttled": _BACKOFF,
    "ServiceUnavailable": _BACKOFF,
    "ImmutableField": _SLOWLY,
    "NotConverging": _SLOWLY,
    "DeletionsPaused": _SLOWLY,
    "DriftPending": Row("True", "False", reconciling=False, stalled=False, then=Retry.DRIFT),
    "Scheduled": Row("True", "True", reconciling=False, stalled=False, then=Retry.DRIFT),
    "Inactive": Row("True", "True", reconciling=False, stalled=False, then=Retry.DRIFT),
    "WaitingForContacts": _GOES_ON,
    "Suspended": Row("Unknown", "Unknown", reconciling=False, stalled=False, then=Retry.DRIFT),
    "Observing": Row("True", "True", reconciling=False, stalled=False, then=Retry.DRIFT),
}
_QUIET_REASONS = {"Creating", "Updating", "WaitingForQuota"}


def a_verdict(
    reason: Reason,
    message: str = "text",
    *,
    plan: tuple[str, ...] = (),
    references: tuple[bool, str, str] | None = None,
) -> Verdict:
    return Verdict(reason=reason, message=message, plan=plan, references=references)


def told(verdict: Verdict, previous: tuple[Condition, ...] = (), generation: int = 1) -> tuple[Condition, ...]:
    return conditions(verdict, previous, generation=generation, now=NOW)


def statuses(found: tuple[Condition, ...]) -> dict[str, str]:
    return {each.type: each.status for each in found}


def test_the_contract_and_the_code_know_the_same_reasons() -> None:
    assert {reason.value for reason in Reason} == set(CONTRACT) == {reason.value for reason in TABLE}


@pytest.mark.parametrize("name", CONTRACT)
def test_each_row_of_the_contract(name: str) -> None:
    row = CONTRACT[name]
    found = statuses(told(a_verdict(Reason(name), references=RESOLVED)))
    wanted = {"Ready": row.ready, "Synced": row.synced, "ReferencesResolved": "True"}
    wanted |= {"Reconciling": "True"} if row.reconciling else {}
    wanted |= {"Stalled": "True"} if row.stalled else {}
    assert found == wanted
    assert TABLE[Reason(name)].retry is row.then


@pytest.mark.parametrize("name", CONTRACT)
def test_every_condition_carries_reason_message_generation(name: str) -> None:
    for each in told(a_verdict(Reason(name), "what and what to do"), generation=7):
        assert (each.reason, each.message, each.observed_generation) == (name, "what and what to do", 7)
        assert each.last_transition_time == NOW


@pytest.mark.parametrize("name", CONTRACT)
def test_events_come_with_every_change_but_of_the_quiet_reasons(name: str) -> None:
    assert TABLE[Reason(name)].event is (name not in _QUIET_REASONS)


def test_available_and_observing_are_no_warnings_and_trouble_is() -> None:
    calm = {reason for reason, row in TABLE.items() if not row.warning and row.event}
    fine = {Reason.AVAILABLE, Reason.DRIFT_PENDING, Reason.SCHEDULED, Reason.INACTIVE}
    assert calm <= fine | {Reason.SUSPENDED, Reason.OBSERVING, Reason.DELETING, Reason.WAITING_FOR_CONTACTS}
    assert all(row.warning for row in TABLE.values() if row.stalled)


class TestTimes:
    """lastTransitionTime moves with the status, not with the reason or the message."""

    @staticmethod
    def before(status: str, reason: str = "Creating") -> tuple[Condition, ...]:
        return tuple(
            Condition(type=kind, status=status, reason=reason, last_transition_time=THEN, observed_generation=1)
            for kind in ("Ready", "Synced")
        )

    def test_same_status_keeps_the_time(self) -> None:
        found = told(a_verdict(Reason.THROTTLED), self.before("False"))
        assert {each.type: each.last_transition_time for each in found if each.type in ("Ready", "Synced")} == {
            "Ready": THEN,
            "Synced": THEN,
        }

    def test_new_status_takes_the_new_time(self) -> None:
        found = told(a_verdict(Reason.AVAILABLE), self.before("False"))
        assert {each.last_transition_time for each in found} == {NOW}

    def test_a_condition_that_appears_takes_the_new_time(self) -> None:
        stalled = find_condition(told(a_verdict(Reason.INVALID_SPEC), self.before("False")), "Stalled")
        assert stalled is not None
        assert stalled.last_transition_time == NOW


class TestMessages:
    """Retries of the same failure rewrite nothing: only the request ID differs."""

    FIRST = "CreateUser failed: InternalServiceException: oops (request r-1)"
    LATER = "CreateUser failed: InternalServiceException: oops (request r-2)"

    def test_the_first_request_id_is_kept(self) -> None:
        before = told(a_verdict(Reason.SERVICE_UNAVAILABLE, self.FIRST))
        assert told(a_verdict(Reason.SERVICE_UNAVAILABLE, self.LATER), before) == before

    def test_another_failure_is_told(self) -> None:
        before = told(a_verdict(Reason.SERVICE_UNAVAILABLE, self.FIRST))
        other = "CreateUser failed: RequestTimeout: slow (request r-2)"
        assert told(a_verdict(Reason.SERVICE_UNAVAILABLE, other), before)[0].message == other

    def test_another_reason_with_the_same_text_is_told_with_its_own_id(self) -> None:
        before = told(a_verdict(Reason.SERVICE_UNAVAILABLE, self.FIRST))
        assert told(a_verdict(Reason.THROTTLED, self.LATER), before)[0].message == self.LATER

    def test_another_generation_is_told_anew(self) -> None:
        before = told(a_verdict(Reason.SERVICE_UNAVAILABLE, self.FIRST))
        assert told(a_verdict(Reason.SERVICE_UNAVAILABLE, self.LATER), before, 2)[0].message == self.LATER

    def test_who_waits_in_line_is_not_told_each_step(self) -> None:
        before = told(a_verdict(Reason.WAITING_FOR_QUOTA, "100 were before it"))
        assert told(a_verdict(Reason.WAITING_FOR_QUOTA, "99 were before it"), before) == before

    def test_a_message_never_exceeds_what_the_api_server_takes(self) -> None:
        assert len(told(a_verdict(Reason.INVALID_SPEC, "x" * 100_000))[0].message) <= 32768

    def test_nothing_is_rewritten_when_nothing_is_new(self) -> None:
        for reason in Reason:
            before = told(a_verdict(reason, references=RESOLVED))
            again = conditions(a_verdict(reason, references=RESOLVED), before, generation=1, now="2026-01-03T00:00:00Z")
            assert again == before, reason


class TestNotes:
    """A further sentence stands for as long as nobody has looked whether it is still so."""

    NOTED = "the password was not set again"

    def before(self) -> tuple[Condition, ...]:
        return told(Verdict(reason=Reason.AVAILABLE, message="all is well", note=self.NOTED))

    @pytest.mark.parametrize(
        ("message", "note", "wanted"),
        [
            pytest.param("all is well", None, f"all is well; {NOTED}", id="not looked at"),
            pytest.param("all is well", "", "all is well", id="looked at, and over"),
            pytest.param("all is well", "another", "all is well; another", id="another one"),
            pytest.param("all is better", None, "all is better", id="not looked at, beside another message"),
        ],
    )
    def test_a_note(self, message: str, note: str | None, wanted: str) -> None:
        found = told(Verdict(reason=Reason.AVAILABLE, message=message, note=note), self.before())
        assert find_condition(found, "Ready").message == wanted  # type: ignore[union-attr]


class TestSuspended:
    """Suspended shows Ready and Synced as they were before."""

    @pytest.mark.parametrize(
        ("before", "ready", "synced"),
        [
            pytest.param(Reason.AVAILABLE, "True", "True", id="a converged user stays so"),
            pytest.param(Reason.THROTTLED, "False", "False", id="one in trouble stays so"),
        ],
    )
    def test_status_is_kept_and_reconciling_stalled_go(self, before: Reason, ready: str, synced: str) -> None:
        found = told(a_verdict(Reason.SUSPENDED), told(a_verdict(before)))
        assert statuses(found) == {"Ready": ready, "Synced": synced}
        assert {each.reason for each in found} == {"Suspended"}

    def test_a_user_that_never_was_anything_is_unknown(self) -> None:
        assert statuses(told(a_verdict(Reason.SUSPENDED))) == {"Ready": "Unknown", "Synced": "Unknown"}


class TestObserving:
    """Observing: Ready while observed, Synced only without a plan."""

    def test_with_a_plan(self) -> None:
        found = statuses(told(a_verdict(Reason.OBSERVING, plan=("routingProfileId: a -> b",))))
        assert found == {"Ready": "True", "Synced": "False"}

    def test_without_a_plan(self) -> None:
        assert statuses(told(a_verdict(Reason.OBSERVING))) == {"Ready": "True", "Synced": "True"}


class TestReferences:
    """ReferencesResolved has a reason of its own, and stays while the references were not looked at."""

    MISSING = (False, "ReferenceNotFound", "no such profile")

    def test_an_unresolved_reference_beside_another_reason(self) -> None:
        found = find_condition(told(a_verdict(Reason.THROTTLED, references=self.MISSING)), "ReferencesResolved")
        assert found is not None
        assert (found.status, found.reason, found.message) == ("False", "ReferenceNotFound", "no such profile")

    def test_it_is_kept_when_not_looked_at(self) -> None:
        before = told(a_verdict(Reason.REFERENCE_NOT_FOUND, references=self.MISSING))
        after = find_condition(told(a_verdict(Reason.SUSPENDED), before), "ReferencesResolved")
        assert after == find_condition(before, "ReferencesResolved")

    def test_it_is_absent_until_first_looked_at(self) -> None:
        assert find_condition(told(a_verdict(Reason.CREATING)), "ReferencesResolved") is None
