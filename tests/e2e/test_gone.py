"""A user deleted in the console is created again; one that is merely not shown is not.

Each row has a Connect instance of its own; all of them are disturbed at once, observed twice, healed and looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .conftest import NewScene
from .scene import Scene, look_again

# Our own CreateUser must lie further back than this, or no absence counts.
OPERATOR = {"consistency_window": "2s"}

LISTS = ("ListUsers", "SearchUsers")
EVER = {"times": None}


Disturb = Callable[[Scene, str], object]


def _lists(kind: str) -> Disturb:
    def disturb(scene: Scene, _user_id: str) -> None:
        for operation in LISTS:
            scene.fault(kind, operation, **EVER)

    return disturb


def _delete(scene: Scene, user_id: str) -> None:
    scene.sim.delete_user(user_id)


def _delete_unlisted(scene: Scene, user_id: str) -> None:
    _lists("freeze")(scene, user_id)
    scene.sim.delete_user(user_id)


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
        lambda scene, _: (
            scene.fault("error", "ListUsers", code="InternalServiceException", status=500, **EVER) and None
        ),
        "no list at all",
        seen_meanwhile=False,
    ),
    "failing search": Row(
        lambda scene, _: scene.fault("deny", "SearchUsers", **EVER),
        "half an observation",
        seen_meanwhile=False,
    ),
    "search lag": Row(
        lambda scene, user_id: scene.sim.hide_user(user_id, {"search": 3600}), "SearchUsers' index trails"
    ),
    "list lag": Row(lambda scene, user_id: scene.sim.hide_user(user_id, {"list": 3600}), "ListUsers trails"),
    "describe lag": Row(
        lambda scene, user_id: scene.sim.hide_user(user_id, {"describe": 3600}), "a 404 while the lists show it"
    ),
    "unlisted": Row(
        lambda scene, user_id: scene.sim.hide_user(user_id, {"list": 3600, "search": 3600}), "DescribeUser shows it"
    ),
}


@dataclass(frozen=True)
class Told:
    """What was there before, while the disturbance lasted, and after it."""

    scene: Scene
    before: str
    meanwhile: list[str]
    ready_meanwhile: str
    after: str


@pytest.fixture(scope="module")
def disturbed(new_scene: NewScene) -> dict[str, Told]:
    scenes = {name: new_scene() for name in ROWS}
    for scene in scenes.values():
        # A second user keeps "half of a list" from being the same as none.
        scene.apply("ada")
        scene.apply("bob")
    for scene in scenes.values():
        scene.wait_ready("ada", "bob")
    before = {name: scene.truth("ada")["Id"] for name, scene in scenes.items()}
    look_again(*scenes.values(), times=1)  # by then the window has passed since the users were created
    for name, scene in scenes.items():
        ROWS[name].disturb(scene, before[name])
    look_again(*scenes.values())
    meanwhile = {name: scene.operations() for name, scene in scenes.items()}
    ready = {name: scene.conditions("ada")["Ready"] for name, scene in scenes.items()}
    for scene in scenes.values():
        scene.sim.clear_faults()
    look_again(*scenes.values(), times=1)
    for name, scene in scenes.items():
        if ROWS[name].gone:
            scene.wait_event("ada", "UserGone")
        scene.wait_ready("ada", "bob")
    after = {name: scene.truth("ada")["Id"] for name, scene in scenes.items()}
    return {
        name: Told(scene, before[name], meanwhile[name], ready[name], after[name]) for name, scene in scenes.items()
    }


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.gone])
def test_deleted_user_is_created_again(disturbed: dict[str, Told], name: str) -> None:
    told = disturbed[name]
    scene = told.scene
    assert scene.operations() == ["CreateUser", "CreateUser", "CreateUser"]
    assert told.after != told.before
    status = (scene.user("ada") or {})["status"]
    assert (status["userId"], status["userArn"]) == (told.after, scene.truth("ada")["Arn"])
    assert scene.truth("ada")["Tags"] == {"connect-operator.io/owner": scene.owner_tag("ada")}
    assert "UserGone" not in scene.events("bob")


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.gone])
def test_user_that_is_not_shown_stays_what_it_is(disturbed: dict[str, Told], name: str) -> None:
    told = disturbed[name]
    assert told.scene.operations() == ["CreateUser", "CreateUser"], ROWS[name].reason
    assert told.after == told.before
    assert "UserGone" not in told.scene.events("ada")


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.seen_meanwhile or not row.gone])
def test_what_cannot_be_seen_changes_nothing_meanwhile(disturbed: dict[str, Told], name: str) -> None:
    """An outage flips nobody: a converged user stays Ready until a difference is observed."""
    told = disturbed[name]
    assert told.meanwhile == ["CreateUser", "CreateUser"], ROWS[name].reason
    assert told.ready_meanwhile == "True"
