"""A user deleted in the console is created again; one that is merely not shown is not.

Each row has a Connect instance of its own; all of them are disturbed at once, observed twice, healed and looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .conftest import NewStage
from .looking import look_again
from .stage import Stage

# Our own CreateUser must lie further back than this, or no absence counts.
OPERATOR = {"consistency_window": "2s"}

LISTS = ("ListUsers", "SearchUsers")
EVER = {"times": None}


Disturb = Callable[[Stage, str], object]


def _lists(kind: str) -> Disturb:
    def disturb(stage: Stage, _user_id: str) -> None:
        for operation in LISTS:
            stage.fault(kind, operation, **EVER)

    return disturb


def _delete(stage: Stage, user_id: str) -> None:
    stage.sim.delete_user(user_id)


def _delete_unlisted(stage: Stage, user_id: str) -> None:
    _lists("freeze")(stage, user_id)
    stage.sim.delete_user(user_id)


@dataclass(frozen=True)
class Row:
    """What happens to the user or to what is seen of it, and whether that is a deletion."""

    disturb: Disturb
    reason: str
    gone: bool = False
    seen_meanwhile: bool = True


ROWS = {
    "deleted": Row(_delete, "no list shows it, nor does DescribeUser", gone=True),
    "deleted, lists stale": Row(
        _delete_unlisted,
        "the lists still show it, and DescribeUser alone proves nothing",
        gone=True,
        seen_meanwhile=False,
    ),
    "empty pages": Row(_lists("empty-page"), "a list without it, but DescribeUser shows it", seen_meanwhile=False),
    "truncated pages": Row(_lists("truncate-page"), "half a list", seen_meanwhile=False),
    "lists that end early": Row(_lists("end-early"), "the rest of the list is missing", seen_meanwhile=False),
    "failing lists": Row(
        lambda stage, _: (
            stage.fault("error", "ListUsers", code="InternalServiceException", status=500, **EVER) and None
        ),
        "no list at all",
        seen_meanwhile=False,
    ),
    "failing search": Row(
        lambda stage, _: stage.fault("deny", "SearchUsers", **EVER),
        "half an observation",
        seen_meanwhile=False,
    ),
    "search lag": Row(
        lambda stage, user_id: stage.sim.hide_user(user_id, {"search": 3600}), "SearchUsers' index trails"
    ),
    "list lag": Row(lambda stage, user_id: stage.sim.hide_user(user_id, {"list": 3600}), "ListUsers trails"),
    "describe lag": Row(
        lambda stage, user_id: stage.sim.hide_user(user_id, {"describe": 3600}), "a 404 while the lists show it"
    ),
    "unlisted": Row(
        lambda stage, user_id: stage.sim.hide_user(user_id, {"list": 3600, "search": 3600}), "DescribeUser shows it"
    ),
}


@dataclass(frozen=True)
class Told:
    """What was there before, while the disturbance lasted, and after it."""

    stage: Stage
    before: str
    meanwhile: list[str]
    ready_meanwhile: str
    after: str


@pytest.fixture(scope="module")
def disturbed(new_module_stage: NewStage) -> dict[str, Told]:
    stages = {name: new_module_stage() for name in ROWS}
    for stage in stages.values():
        # A second user keeps "half of a list" from being the same as none.
        stage.apply_user("ada")
        stage.apply_user("bob")
    for stage in stages.values():
        stage.wait_ready("ada", "bob")
    before = {name: stage.truth("ada")["Id"] for name, stage in stages.items()}
    look_again(*stages.values(), times=1)  # by then the window has passed since the users were created
    for name, stage in stages.items():
        ROWS[name].disturb(stage, before[name])
    look_again(*stages.values())
    meanwhile = {name: stage.write_names() for name, stage in stages.items()}
    ready = {name: stage.conditions("ada")["Ready"] for name, stage in stages.items()}
    for stage in stages.values():
        stage.sim.clear_faults()
    look_again(*stages.values(), times=1)
    for name, stage in stages.items():
        if ROWS[name].gone:
            stage.wait_event("ada", "UserGone")
        stage.wait_ready("ada", "bob")
    after = {name: stage.truth("ada")["Id"] for name, stage in stages.items()}
    return {
        name: Told(stage, before[name], meanwhile[name], ready[name], after[name]) for name, stage in stages.items()
    }


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.gone])
def test_deleted_user_is_created_again(disturbed: dict[str, Told], name: str) -> None:
    told = disturbed[name]
    stage = told.stage
    assert stage.write_names() == ["CreateUser", "CreateUser", "CreateUser"]
    assert told.after != told.before
    status = (stage.user("ada") or {})["status"]
    assert (status["userId"], status["userArn"]) == (told.after, stage.truth("ada")["Arn"])
    assert stage.truth("ada")["Tags"] == {"connect-operator.io/owner": stage.owner_tag("ada")}
    assert "UserGone" not in stage.event_reasons("bob")


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.gone])
def test_user_that_is_not_shown_stays_what_it_is(disturbed: dict[str, Told], name: str) -> None:
    told = disturbed[name]
    assert told.stage.write_names() == ["CreateUser", "CreateUser"], ROWS[name].reason
    assert told.after == told.before
    assert "UserGone" not in told.stage.event_reasons("ada")


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.seen_meanwhile or not row.gone])
def test_what_cannot_be_seen_changes_nothing_meanwhile(disturbed: dict[str, Told], name: str) -> None:
    """An outage flips nobody: a converged user stays Ready until a difference is observed."""
    told = disturbed[name]
    assert told.meanwhile == ["CreateUser", "CreateUser"], ROWS[name].reason
    assert told.ready_meanwhile == "True"
