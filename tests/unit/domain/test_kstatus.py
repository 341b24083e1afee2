"""What kstatus makes of every state, as Flux (`wait: true`, `dependsOn`), Argo CD and `kubectl wait` see it.

The rules are those of cli-utils (pkg/kstatus/status: generic.go, status.go) for kinds that it does not know.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from connect_operator.domain.conditions.conditions import Verdict, conditions
from connect_operator.domain.conditions.reasons import TABLE, Reason
from connect_operator.domain.kinds.status import Condition

ROOT = Path(__file__).parents[3]
NOW = "2026-01-01T00:00:00Z"
CURRENT, IN_PROGRESS, FAILED, TERMINATING = "Current", "InProgress", "Failed", "Terminating"


def kstatus(found: dict[str, Any]) -> str:
    """The status of an object."""
    metadata, status = found["metadata"], found.get("status", {})
    if "deletionTimestamp" in metadata:
        return TERMINATING
    if "observedGeneration" in status and status["observedGeneration"] != metadata["generation"]:
        return IN_PROGRESS
    held = {each["type"]: each["status"] for each in status.get("conditions", ())}
    for kind, meaning in (("Reconciling", IN_PROGRESS), ("Stalled", FAILED)):
        if held.get(kind) == "True":
            return meaning
    return CURRENT if held.get("Ready", "True") == "True" else IN_PROGRESS


def an_object(
    reason: Reason, *, previous: tuple[Condition, ...] = (), tried: float = 0.0, **metadata: str
) -> dict[str, Any]:
    """One that was told so, for its first generation."""
    told = conditions(Verdict(reason=reason, message="m"), previous, generation=1, now=NOW, tried=tried)
    status = {"observedGeneration": 1, "conditions": msgspec.to_builtins(told)}
    return {"metadata": {"generation": 1, **metadata}, "status": status}


def before(reason: Reason) -> tuple[Condition, ...]:
    return conditions(Verdict(reason=reason, message="m"), (), generation=1, now=NOW)


EXPECTED = {
    Reason.AVAILABLE: CURRENT,
    Reason.CREATING: IN_PROGRESS,
    Reason.UPDATING: IN_PROGRESS,
    Reason.DELETING: IN_PROGRESS,
    Reason.WAITING_FOR_QUOTA: IN_PROGRESS,
    Reason.REFERENCE_NOT_FOUND: IN_PROGRESS,
    Reason.REFERENCE_AMBIGUOUS: IN_PROGRESS,
    Reason.PERMISSION_DENIED: FAILED,
    Reason.INVALID_SPEC: FAILED,
    Reason.USERNAME_TAKEN: FAILED,
    Reason.OWNERSHIP_LOST: FAILED,
    Reason.QUOTA_EXCEEDED: FAILED,
    Reason.THROTTLED: IN_PROGRESS,
    Reason.SERVICE_UNAVAILABLE: IN_PROGRESS,
    Reason.IMMUTABLE_FIELD: FAILED,
    Reason.NOT_CONVERGING: FAILED,
    Reason.DELETIONS_PAUSED: FAILED,
    # From the start: nothing was made, so nobody may go on as if it were. Later it stays what it was.
    Reason.SUSPENDED: IN_PROGRESS,
    Reason.OBSERVING: CURRENT,
}


@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.value)
def test_every_reason(reason: Reason) -> None:
    """A reason that is added has to be thought of here: those without an entry are Ready, or going on, or stuck."""
    row = TABLE[reason]
    by_the_table = CURRENT if row.ready else FAILED if row.stalled else IN_PROGRESS
    assert kstatus(an_object(reason)) == EXPECTED.get(reason, by_the_table)


@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.value)
def test_no_state_is_current_unless_ready(reason: Reason) -> None:
    found = an_object(reason)
    ready = next(each["status"] for each in found["status"]["conditions"] if each["type"] == "Ready")
    assert (kstatus(found) == CURRENT) == (ready == "True")


@pytest.mark.parametrize("reason", list(Reason), ids=lambda reason: reason.value)
def test_an_edit_is_in_progress_until_it_was_seen_and_a_deletion_terminates(reason: Reason) -> None:
    edited = an_object(reason)
    edited["metadata"]["generation"] = 2
    assert kstatus(edited) == IN_PROGRESS
    assert kstatus(an_object(reason, deletionTimestamp=NOW)) == TERMINATING


@pytest.mark.parametrize("reason", [Reason.REFERENCE_NOT_FOUND, Reason.REFERENCE_AMBIGUOUS])
def test_a_reference_that_nobody_brings_fails_in_the_end(reason: Reason) -> None:
    assert kstatus(an_object(reason, tried=TABLE[reason].stalls_after)) == FAILED


@pytest.mark.parametrize(("former", "expected"), [(Reason.AVAILABLE, CURRENT), (Reason.INVALID_SPEC, IN_PROGRESS)])
def test_a_suspended_object_stays_what_it_was(former: Reason, expected: str) -> None:
    assert kstatus(an_object(Reason.SUSPENDED, previous=before(former))) == expected


@pytest.mark.parametrize("plural", ["connectusers", "connectinstances", "connectcontactassignments"])
def test_an_object_that_nobody_has_seen_is_not_current(plural: str) -> None:
    definition = yaml.safe_load((ROOT / "crds" / f"{plural}.yaml").read_text())
    (version,) = definition["spec"]["versions"]
    default = version["schema"]["openAPIV3Schema"]["properties"]["status"]["default"]
    assert kstatus({"metadata": {"generation": 1}, "status": default}) == IN_PROGRESS


def test_flux_waits_for_each_before_the_next() -> None:
    steps = list(yaml.safe_load_all((ROOT / "manifests" / "samples" / "flux" / "users.yaml").read_text()))
    assert [each["spec"]["wait"] for each in steps] == [True] * 3
    assert [each["spec"].get("dependsOn", []) for each in steps] == [
        [],
        [{"name": steps[0]["metadata"]["name"]}],
        [{"name": steps[1]["metadata"]["name"]}],
    ]
