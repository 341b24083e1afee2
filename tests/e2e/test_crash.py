"""The operator is killed at any point of a user's life and started again: one user, nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from .conftest import StartOperator
from .stage import FINALIZER, OWNER_TAG, Stage

PROFICIENCIES = [{"attributeName": "Language", "attributeValue": "German", "level": 5}]


@dataclass(frozen=True)
class Crash:
    """SIGKILL while a call of that step waits in the simulator; what becomes of it. `calls` in all; 0: any number."""

    step: str
    operation: str
    fate: str
    calls: int


LOST, DONE, LATE = "never carried out", "carried out", "carried out after the restart only"
POINTS = (
    Crash("create", "SearchUsers", LOST, 0),
    Crash("create", "CreateUser", LOST, 2),
    Crash("create", "CreateUser", DONE, 1),
    Crash("create", "CreateUser", LATE, 2),
    Crash("create", "AssociateUserProficiencies", LOST, 2),
    Crash("create", "AssociateUserProficiencies", DONE, 1),
    Crash("edit", "UpdateUserIdentityInfo", LOST, 2),
    Crash("edit", "UpdateUserIdentityInfo", DONE, 1),
    Crash("delete", "DeleteUser", LOST, 2),
    # It is sent again until the window is over, since a 404 for so young a user proves nothing.
    Crash("delete", "DeleteUser", DONE, 0),
)
SIGN_OUT = "DeleteAllEntitySessions"
WRITES = ["AssociateUserProficiencies", "CreateUser", "DeleteUser", "UpdateUserIdentityInfo"]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{point.operation} {point.fate}")
def test_life_of_a_user_survives_a_kill(run_operator: StartOperator, stage: Stage, point: Crash) -> None:
    barrier = stage.fault("barrier", point.operation, when="before" if point.fate != DONE else "after")
    if point.fate == LOST:
        stage.fault("drop-before", point.operation)
    operator = run_operator()
    for step in _life(stage):
        if step == point.step:
            barrier.wait_for_waiting()
            operator.kill()
            if point.fate != LATE:
                barrier.remove()
            operator.start()
            if point.fate == LATE:
                stage.wait_calls(point.operation, 2)
                barrier.remove()
    assert stage.usernames() == []
    done = [call.operation for call in stage.writes() if call.committed]
    # Sessions are ended before each try of the deletion.
    assert sorted(each for each in done if each != SIGN_OUT) == WRITES
    assert SIGN_OUT in done
    assert point.calls in (0, len(stage.calls(point.operation)))


def _life(stage: Stage) -> Iterator[str]:
    """Create, edit, delete; yields when a step was asked for, and waits for its end afterwards."""
    stage.apply_user("ada", proficiencies=PROFICIENCIES)
    yield "create"
    user_id = stage.wait_ready("ada")["status"]["userId"]
    user = stage.truth("ada")
    assert user["Id"] == user_id
    assert user["Tags"][OWNER_TAG] == stage.owner_tag("ada")
    assert len(user["Proficiencies"]) == 1
    identity = {"firstName": "Augusta", "lastName": "Lovelace", "email": "ada@example.com"}
    stage.apply_user("ada", proficiencies=PROFICIENCIES, identityInfo=identity)
    yield "edit"
    assert stage.wait_ready("ada")["status"]["userId"] == user_id
    assert stage.truth("ada")["IdentityInfo"]["FirstName"] == "Augusta"
    stage.delete_user("ada")
    yield "delete"
    stage.wait_gone("ada")


def test_kill_after_the_status_write_is_no_event(run_operator: StartOperator, stage: Stage, operator_user: str) -> None:
    operator = run_operator()
    stage.apply_user("ada", proficiencies=PROFICIENCIES)
    before = stage.wait_ready("ada")
    operator.kill()
    calls, mark = stage.mark(), stage.cluster.audit_mark()
    operator.start()
    stage.apply_user("bob")
    stage.wait_ready("bob")
    assert stage.write_names(since=calls) == ["CreateUser"]
    written = {event.name for event in stage.operator_writes(mark, operator_user) if event.resource == "connectusers"}
    assert written == {"bob"}
    assert stage.user("ada") == before


def test_kill_of_a_create_before_the_finalizer_leaves_nothing(run_operator: StartOperator, stage: Stage) -> None:
    barrier = stage.fault("barrier", "ListUsers")
    operator = run_operator()
    stage.apply_user("ada")
    barrier.wait_for_waiting()
    operator.kill()
    found = stage.user("ada")
    assert found is not None
    assert FINALIZER not in found["metadata"].get("finalizers", ())
    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.usernames() == []
