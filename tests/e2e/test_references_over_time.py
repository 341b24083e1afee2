"""References by name over time: a name that stands for another thing, for two, or for none any more.

All scenes are changed at once and observed together; each test then looks at its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from local_stack.objects import condition

from .conftest import NewScene
from .scene import Call, Scene, look_again

LATER = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"
BY_NAME = {
    "routingProfileName": "Priority",
    "securityProfileNames": ["Admin", "Agent"],
    "hierarchyGroupPath": "AMER",
}


@dataclass(frozen=True)
class Changed:
    """Scenes by what has happened to the names, where that was in each journal, and what had the names before."""

    recreated: Scene
    ambiguous: Scene
    vanished: Scene
    since: int
    former: dict[str, str]


@pytest.fixture(scope="module")
def changed(new_scene: NewScene) -> Changed:
    scenes = [new_scene() for _ in range(3)]
    recreated, ambiguous, vanished = scenes
    former = {**recreated.ids("hierarchy-groups"), **ambiguous.ids("routing-profiles")}
    for scene in scenes:
        scene.apply("ada", **BY_NAME)
    recreated.apply("by-id", hierarchyGroupId=former["AMER"])
    for scene in scenes:
        scene.wait_ready("ada")
    recreated.wait_ready("by-id")
    since = recreated.mark()
    recreated.sim.delete_record("hierarchy-groups", former["Austin"])
    for kind, name in (("routing-profiles", "Priority"), ("security-profiles", "Admin"), ("hierarchy-groups", "AMER")):
        recreated.sim.delete_record(kind, recreated.ids(kind)[name])
        recreated.sim.add_record(kind, name=name, id=LATER)
    ambiguous.sim.add_record("routing-profiles", name="Priority", id=LATER)
    vanished.sim.delete_record("security-profiles", vanished.ids("security-profiles")["Admin"])
    look_again(*scenes)
    return Changed(recreated, ambiguous, vanished, since, former)


def test_what_was_recreated_under_its_name_is_followed(changed: Changed) -> None:
    scene = changed.recreated
    found = scene.wait_ready("ada")
    profiles = sorted([LATER, scene.ids("security-profiles")["Agent"]])
    user = scene.truth("ada")
    assert scene.writes(changed.since, user_id=user["Id"]) == [
        Call("UpdateUserRoutingProfile", {"RoutingProfileId": LATER}),
        Call("UpdateUserSecurityProfiles", {"SecurityProfileIds": profiles}),
        Call("UpdateUserHierarchy", {"HierarchyGroupId": LATER}),
    ]
    expected = {"routingProfileId": LATER, "securityProfileIds": profiles, "hierarchyGroupId": LATER}
    assert found["status"]["resolved"] == expected


def test_what_was_recreated_is_not_what_an_id_stands_for(changed: Changed) -> None:
    scene = changed.recreated
    message = condition(scene.wait_reason("by-id", "ReferenceNotFound"), "Ready")["message"]
    assert "spec.hierarchyGroupId" in message
    assert changed.former["AMER"] in message
    assert scene.writes(changed.since, user_id=scene.truth("by-id")["Id"]) == []


def test_name_that_became_ambiguous_blocks_its_own_section_only(changed: Changed) -> None:
    scene, held = changed.ambiguous, changed.former["Priority"]
    message = condition(scene.wait_reason("ada", "ReferenceAmbiguous"), "Ready")["message"]
    assert all(part in message for part in ("spec.routingProfileName", held, LATER)), message
    scene.apply("ada", routingProfileName="Priority", securityProfileNames=["Admin"], hierarchyGroupPath="EMEA")
    scene.wait_reason("ada", "ReferenceAmbiguous")
    told = scene.conditions("ada")
    assert (told["Ready"], told["ReferencesResolved"], told["Reconciling"]) == ("False", "False", "True")
    assert scene.operations(changed.since) == ["UpdateUserSecurityProfiles", "UpdateUserHierarchy"]
    assert scene.truth("ada")["RoutingProfileId"] == held
    scene.wait_event("ada", "ReferenceAmbiguous")

    # The remedy that the message names.
    scene.apply("ada", routingProfileName=None, routingProfileId=LATER, securityProfileNames=["Admin"])
    scene.wait_ready("ada")
    assert scene.operations(changed.since)[2:] == ["UpdateUserRoutingProfile"]
    assert scene.truth("ada")["RoutingProfileId"] == LATER


def test_name_that_disappeared_takes_nothing_from_the_user(changed: Changed) -> None:
    scene = changed.vanished
    message = condition(scene.wait_reason("ada", "ReferenceNotFound"), "Ready")["message"]
    assert "spec.securityProfileNames" in message
    assert "Admin" in message
    assert scene.writes(changed.since) == []
    scene.sim.add_record("security-profiles", name="Admin")
    look_again(scene, times=1)
    scene.wait_ready("ada")
