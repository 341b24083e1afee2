"""The owner tag of a user who exists: taken off, it is put back; replaced, the user is somebody else's from then on."""

from __future__ import annotations

import pytest

from .conftest import NewScene
from .manifests import an_identity
from .scene import OWNER_TAG, Call, Scene, look_again

# A change of tags moves no LastModifiedTime, so it is news only after the window that follows our own write.
OPERATOR = {"consistency_window": "1s", "slow_retry": "3s"}

OTHERS = {
    "another cluster": "elsewhere/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0/team-x/ada",
    "another tool": "owned by hand",
}


@pytest.fixture(scope="module")
def scene(new_scene: NewScene) -> Scene:
    """Users whose tags were edited in the console, and have been looked at since."""
    scene = new_scene()
    names = ("untagged", *_name_of.values(), "stolen", "thief", "restored")
    for name in names:
        scene.apply(name, tags={"team": "red"})
    scene.wait_ready(*names)
    tags = {"stolen": scene.owner_tag("thief"), "restored": "elsewhere/uid/team-x/ada"}
    tags |= {_name_of[other]: tag for other, tag in OTHERS.items()}
    scene.sim.edit_user(scene.truth("untagged")["Id"], moves_last_modified=False, Tags={"team": "red"})
    for name, tag in tags.items():
        edited = {OWNER_TAG: tag, "team": "red"}
        scene.sim.edit_user(scene.truth(name)["Id"], moves_last_modified=False, Tags=edited)
    look_again(scene, times=1)
    for name in tags:
        scene.wait_reason(name, "OwnershipLost")
    return scene


_name_of = {"another cluster": "cluster", "another tool": "tool"}


def test_tag_that_was_taken_off_is_put_back(scene: Scene) -> None:
    user = scene.truth("untagged")
    tag = {OWNER_TAG: scene.owner_tag("untagged")}
    assert user["Tags"] == {**tag, "team": "red"}
    assert scene.writes(user_id=user["Id"]) == [Call("TagResource", {"tags": tag})]
    assert scene.conditions("untagged")["Ready"] == "True"


@pytest.mark.parametrize("name", [*_name_of.values(), "stolen"])
def test_user_of_another_owner_is_neither_written_nor_deleted(scene: Scene, name: str) -> None:
    user = scene.truth(name)
    message = scene.message(name)
    assert user["Id"] in message
    assert OWNER_TAG in message
    assert scene.owner_tag(name) in message
    if name == "stolen":
        assert f"{scene.namespace}/thief" in message
    told = scene.conditions(name)
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    assert "Reconciling" not in told
    scene.wait_event(name, "OwnershipLost")

    scene.apply(name, tags={"team": "blue"}, identityInfo=an_identity(name, firstName="Augusta"))
    scene.wait_reason(name, "OwnershipLost")
    scene.delete(name)
    scene.wait_gone(name)
    assert scene.writes(user_id=user["Id"]) == []
    assert scene.truth(name) == user


def test_owner_that_is_named_is_not_touched(scene: Scene) -> None:
    assert scene.conditions("thief")["Ready"] == "True"
    assert scene.writes(user_id=scene.truth("thief")["Id"]) == []


def test_tag_that_is_corrected_gives_the_user_back(scene: Scene) -> None:
    user = scene.truth("restored")
    scene.sim.edit_user(
        user["Id"], moves_last_modified=False, Tags={OWNER_TAG: scene.owner_tag("restored"), "team": "red"}
    )
    look_again(scene, times=1)
    scene.wait_ready("restored")
    assert scene.writes(user_id=user["Id"]) == []
