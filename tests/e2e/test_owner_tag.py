"""The owner tag of a user who exists: taken off, it is put back; replaced, the user is somebody else's from then on."""

from __future__ import annotations

import pytest

from .conftest import NewStage
from .looking import look_again
from .manifests import an_identity
from .stage import OWNER_TAG, Change, Stage

# A change of tags moves no LastModifiedTime, so it is news only after the window that follows our own write.
OPERATOR = {"consistency_window": "1s", "slow_retry": "3s"}

OTHERS = {
    "another cluster": "elsewhere/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0/team-x/ada",
    "another tool": "owned by hand",
}


@pytest.fixture(scope="module")
def stage(new_module_stage: NewStage) -> Stage:
    """Users whose tags were edited in the console, and have been looked at since."""
    stage = new_module_stage()
    names = ("untagged", *_name_of.values(), "stolen", "thief", "restored")
    for name in names:
        stage.apply_user(name, tags={"team": "red"})
    stage.wait_ready(*names)
    tags = {"stolen": stage.owner_tag("thief"), "restored": "elsewhere/uid/team-x/ada"}
    tags |= {_name_of[other]: tag for other, tag in OTHERS.items()}
    stage.sim.edit_user(stage.truth("untagged")["Id"], moves_last_modified=False, Tags={"team": "red"})
    for name, tag in tags.items():
        edited = {OWNER_TAG: tag, "team": "red"}
        stage.sim.edit_user(stage.truth(name)["Id"], moves_last_modified=False, Tags=edited)
    look_again(stage, times=1)
    for name in tags:
        stage.wait_reason(name, "OwnershipLost")
    return stage


_name_of = {"another cluster": "cluster", "another tool": "tool"}


def test_tag_that_was_taken_off_is_put_back(stage: Stage) -> None:
    user = stage.truth("untagged")
    tag = {OWNER_TAG: stage.owner_tag("untagged")}
    assert user["Tags"] == {**tag, "team": "red"}
    assert stage.changes(user_id=user["Id"]) == [Change("TagResource", {"tags": tag})]
    assert stage.conditions("untagged")["Ready"] == "True"


@pytest.mark.parametrize("name", [*_name_of.values(), "stolen"])
def test_user_of_another_owner_is_neither_written_nor_deleted(stage: Stage, name: str) -> None:
    user = stage.truth(name)
    message = stage.message(name)
    assert user["Id"] in message
    assert OWNER_TAG in message
    assert stage.owner_tag(name) in message
    if name == "stolen":
        assert f"{stage.namespace}/thief" in message
    told = stage.conditions(name)
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    assert "Reconciling" not in told
    stage.wait_event(name, "OwnershipLost")

    stage.apply_user(name, tags={"team": "blue"}, identityInfo=an_identity(name, firstName="Augusta"))
    stage.wait_reason(name, "OwnershipLost")
    stage.delete_user(name)
    stage.wait_gone(name)
    assert stage.writes(user_id=user["Id"]) == []
    assert stage.truth(name) == user


def test_owner_that_is_named_is_not_touched(stage: Stage) -> None:
    assert stage.conditions("thief")["Ready"] == "True"
    assert stage.writes(user_id=stage.truth("thief")["Id"]) == []


def test_tag_that_is_corrected_gives_the_user_back(stage: Stage) -> None:
    user = stage.truth("restored")
    stage.sim.edit_user(
        user["Id"], moves_last_modified=False, Tags={OWNER_TAG: stage.owner_tag("restored"), "team": "red"}
    )
    look_again(stage, times=1)
    stage.wait_ready("restored")
    assert stage.writes(user_id=user["Id"]) == []
