"""Argo CD's health of our objects: the Lua of manifests/argocd, run by Lua 5.1 over what the operator writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml
from lupa.lua51 import LuaRuntime
from msgspec import UNSET

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict, concluded
from connect_operator.domain.conditions.conditions import Verdict, conditions
from connect_operator.domain.conditions.reasons import TABLE, Reason
from connect_operator.domain.kinds.assignment import AssignmentStatus, Ending, Phase
from connect_operator.domain.kinds.status import Condition
from connect_operator.domain.text.timestamps import epoch

ROOT = Path(__file__).parents[2]
PREFIX = "resource.customizations.health.connect-operator.io_"
CONFIG: dict[str, str] = yaml.safe_load((ROOT / "manifests" / "argocd" / "argocd-cm.yaml").read_text())["data"]
SCRIPTS = {key: text for key, text in CONFIG.items() if key.startswith(PREFIX)}
# What Argo CD does not load.
ABSENT = ("string", "math", "io", "debug", "coroutine", "python")
NOW = "2026-01-02T03:04:05Z"
KEPT_BY_CONNECT = ("ConnectUser", "ConnectInstance")

EXPECTED = {
    Reason.AVAILABLE: "Healthy",
    Reason.DRIFT_PENDING: "Healthy",
    Reason.OBSERVING: "Healthy",
    Reason.SCHEDULED: "Healthy",
    Reason.INACTIVE: "Healthy",
    Reason.SUSPENDED: "Suspended",
    Reason.CREATING: "Progressing",
    Reason.UPDATING: "Progressing",
    Reason.DELETING: "Progressing",
    Reason.WAITING_FOR_QUOTA: "Progressing",
    Reason.WAITING_FOR_CONTACTS: "Progressing",
    Reason.REFERENCE_NOT_FOUND: "Progressing",
    Reason.REFERENCE_AMBIGUOUS: "Progressing",
    Reason.THROTTLED: "Progressing",
    Reason.SERVICE_UNAVAILABLE: "Progressing",
    Reason.PERMISSION_DENIED: "Degraded",
    Reason.INVALID_SPEC: "Degraded",
    Reason.USERNAME_TAKEN: "Degraded",
    Reason.OWNERSHIP_LOST: "Degraded",
    Reason.QUOTA_EXCEEDED: "Degraded",
    Reason.IMMUTABLE_FIELD: "Degraded",
    Reason.NOT_CONVERGING: "Degraded",
    Reason.DELETIONS_PAUSED: "Degraded",
}


class Health(NamedTuple):
    status: str
    message: str


def health(kind: str, status: dict[str, Any] | None, **metadata: Any) -> Health:  # noqa: ANN401 - JSON values
    """What Argo CD shows for an object of generation 1."""
    lua = LuaRuntime()
    found: dict[str, Any] = {"metadata": {"name": "jane.doe", "generation": 1, **metadata}, "spec": {}}
    if status is not None:
        found["status"] = status
    names = lua.globals()
    for name in ABSENT:
        names[name] = None
    names["obj"] = lua.table_from(found, recursive=True)
    result = lua.execute(SCRIPTS[f"{PREFIX}{kind}"])
    assert set(result.keys()) == {"status", "message"}
    return Health(result["status"], result["message"])


def told(reason: Reason, previous: tuple[Condition, ...] = (), generation: int = 1) -> tuple[Condition, ...]:
    return conditions(Verdict(reason=reason, message="why, and what to do"), previous, generation=generation, now=NOW)


def written(found: tuple[Condition, ...], generation: int = 1) -> dict[str, Any]:
    return {"observedGeneration": generation, "conditions": msgspec.to_builtins(found)}


def ended(phase: Phase, reason: Reason | Ending) -> dict[str, Any]:
    conclusion = AssignmentVerdict(phase, reason, "why, and what to do")
    status = concluded(conclusion, AssignmentStatus(), generation=1, ended=epoch(NOW) or 0.0, attempted=UNSET)
    plain: dict[str, Any] = msgspec.to_builtins(status)
    return plain


def test_every_kind_has_a_health_check() -> None:
    kinds = {yaml.safe_load(path.read_text())["spec"]["names"]["kind"] for path in (ROOT / "crds").glob("*.yaml")}
    assert {key.removeprefix(PREFIX) for key in SCRIPTS} == kinds


def test_instances_are_judged_as_users_are() -> None:
    assert SCRIPTS[f"{PREFIX}ConnectInstance"] == SCRIPTS[f"{PREFIX}ConnectUser"]


def test_the_table_names_every_reason() -> None:
    assert EXPECTED.keys() == TABLE.keys()


@pytest.mark.parametrize("kind", KEPT_BY_CONNECT)
@pytest.mark.parametrize("reason", TABLE, ids=str)
def test_a_reason_has_its_health_and_the_message_says_why(kind: str, reason: Reason) -> None:
    expected = Health(EXPECTED[reason], f"{reason}: why, and what to do")
    assert health(kind, written(told(reason))) == expected


@pytest.mark.parametrize("before", [Reason.AVAILABLE, Reason.INVALID_SPEC])
def test_suspended_is_suspended_whatever_ready_was_before(before: Reason) -> None:
    assert health("ConnectUser", written(told(Reason.SUSPENDED, told(before)))).status == "Suspended"


@pytest.mark.parametrize("kind", [*KEPT_BY_CONNECT, "ConnectContactAssignment"])
@pytest.mark.parametrize("status", [None, {}, {"observedGeneration": 1}, {"conditions": []}], ids=str)
def test_what_nobody_has_reported_on_is_progressing(kind: str, status: dict[str, Any] | None) -> None:
    assert health(kind, status) == Health("Progressing", "the operator has not seen it yet")


@pytest.mark.parametrize("kind", KEPT_BY_CONNECT)
@pytest.mark.parametrize("reason", [Reason.AVAILABLE, Reason.INVALID_SPEC, Reason.SUSPENDED])
@pytest.mark.parametrize("generation", [2, 10], ids=str)
def test_an_edit_that_was_not_seen_yet_is_progressing(kind: str, reason: Reason, generation: int) -> None:
    found = health(kind, written(told(reason)), generation=generation)
    assert found == Health("Progressing", "the operator has not seen the last edit yet")


@pytest.mark.parametrize("kind", KEPT_BY_CONNECT)
@pytest.mark.parametrize("reason", [Reason.DELETING, Reason.DELETIONS_PAUSED, Reason.AVAILABLE])
def test_what_is_being_deleted_is_progressing_and_says_what_it_waits_for(kind: str, reason: Reason) -> None:
    found = health(kind, written(told(reason)), deletionTimestamp=NOW, generation=2)
    assert found == Health("Progressing", f"{reason}: why, and what to do")


_PENDING = [
    *((Phase.PENDING, reason) for reason in (Reason.UPDATING, Reason.REFERENCE_NOT_FOUND, Reason.WAITING_FOR_QUOTA)),
    *((Phase.PENDING, reason) for reason in (Reason.THROTTLED, Reason.PERMISSION_DENIED, Ending.OUTCOME_UNKNOWN)),
]
_FAILED = [
    *((Phase.FAILED, reason) for reason in (Ending.OUTCOME_UNKNOWN, Ending.DEADLINE_EXCEEDED, Reason.INVALID_SPEC)),
    *((Phase.FAILED, reason) for reason in (Reason.PERMISSION_DENIED, Reason.REFERENCE_NOT_FOUND)),
]


@pytest.mark.parametrize(
    ("phase", "reason", "expected"),
    [
        (Phase.ASSIGNED, Ending.ASSIGNED, "Healthy"),
        *((*each, "Progressing") for each in _PENDING),
        *((*each, "Degraded") for each in _FAILED),
    ],
    ids=str,
)
def test_an_assignment_has_the_health_of_its_phase(phase: Phase, reason: Reason | Ending, expected: str) -> None:
    found = health("ConnectContactAssignment", ended(phase, reason))
    assert found == Health(expected, f"{reason}: why, and what to do")


def test_an_assignment_that_is_being_deleted_is_progressing() -> None:
    found = health("ConnectContactAssignment", ended(Phase.FAILED, Reason.INVALID_SPEC), deletionTimestamp=NOW)
    assert found.status == "Progressing"
