"""References by name over time: a name that stands for another thing, for two, or for none any more.

All stages are changed at once and observed together; each test then looks at its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from .conftest import NewStage
from .looking import look_again
from .stage import Change, Stage

LATER = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"
BY_NAME = {
    "routingProfileName": "Priority",
    "securityProfileNames": ["Admin", "Agent"],
    "hierarchyGroupPath": "AMER",
}


@dataclass(frozen=True)
class Changed:
    """Stages by what has happened to the names, where that was in each journal, and what had the names before."""

    recreated: Stage
    ambiguous: Stage
    vanished: Stage
    since: int
    former: dict[str, str]


@pytest.fixture(scope="module")
def changed(new_module_stage: NewStage) -> Changed:
    stages = [new_module_stage() for _ in range(3)]
    recreated, ambiguous, vanished = stages
    former = {**recreated.ids("hierarchy-groups"), **ambiguous.ids("routing-profiles")}
    for stage in stages:
        stage.apply_user("ada", **BY_NAME)
    recreated.apply_user("by-id", hierarchyGroupId=former["AMER"])
    for stage in stages:
        stage.wait_ready("ada")
    recreated.wait_ready("by-id")
    since = recreated.mark()
    recreated.sim.delete_record("hierarchy-groups", former["Austin"])
    for kind, name in (("routing-profiles", "Priority"), ("security-profiles", "Admin"), ("hierarchy-groups", "AMER")):
        recreated.sim.delete_record(kind, recreated.ids(kind)[name])
        recreated.sim.add_record(kind, name=name, id=LATER)
    ambiguous.sim.add_record("routing-profiles", name="Priority", id=LATER)
    vanished.sim.delete_record("security-profiles", vanished.ids("security-profiles")["Admin"])
    look_again(*stages)
    return Changed(recreated, ambiguous, vanished, since, former)


def test_what_was_recreated_under_its_name_is_followed(changed: Changed) -> None:
    stage = changed.recreated
    found = stage.wait_ready("ada")
    profiles = sorted([LATER, stage.ids("security-profiles")["Agent"]])
    user = stage.truth("ada")
    assert stage.changes(changed.since, user_id=user["Id"]) == [
        Change("UpdateUserRoutingProfile", {"RoutingProfileId": LATER}),
        Change("UpdateUserSecurityProfiles", {"SecurityProfileIds": profiles}),
        Change("UpdateUserHierarchy", {"HierarchyGroupId": LATER}),
    ]
    expected = {"routingProfileId": LATER, "securityProfileIds": profiles, "hierarchyGroupId": LATER}
    assert found["status"]["resolved"] == expected


def test_what_was_recreated_is_not_what_an_id_stands_for(changed: Changed) -> None:
    stage = changed.recreated
    message = stage.wait_reason("by-id", "ReferenceNotFound")
    assert "spec.hierarchyGroupId" in message
    assert changed.former["AMER"] in message
    assert stage.writes(changed.since, user_id=stage.truth("by-id")["Id"]) == []


def test_name_that_became_ambiguous_blocks_its_own_section_only(changed: Changed) -> None:
    stage, held = changed.ambiguous, changed.former["Priority"]
    message = stage.wait_reason("ada", "ReferenceAmbiguous")
    assert all(part in message for part in ("spec.routingProfileName", held, LATER)), message
    stage.apply_user("ada", routingProfileName="Priority", securityProfileNames=["Admin"], hierarchyGroupPath="EMEA")
    stage.wait_reason("ada", "ReferenceAmbiguous")
    told = stage.conditions("ada")
    assert (told["Ready"], told["ReferencesResolved"], told["Reconciling"]) == ("False", "False", "True")
    assert stage.write_names(changed.since) == ["UpdateUserSecurityProfiles", "UpdateUserHierarchy"]
    assert stage.truth("ada")["RoutingProfileId"] == held
    stage.wait_event("ada", "ReferenceAmbiguous")

    # The remedy that the message names.
    stage.apply_user("ada", routingProfileName=None, routingProfileId=LATER, securityProfileNames=["Admin"])
    stage.wait_ready("ada")
    assert stage.write_names(changed.since)[2:] == ["UpdateUserRoutingProfile"]
    assert stage.truth("ada")["RoutingProfileId"] == LATER


def test_name_that_disappeared_takes_nothing_from_the_user(changed: Changed) -> None:
    stage = changed.vanished
    message = stage.wait_reason("ada", "ReferenceNotFound")
    assert "spec.securityProfileNames" in message
    assert "Admin" in message
    assert stage.writes(changed.since) == []
    stage.sim.add_record("security-profiles", name="Admin")
    look_again(stage, times=1)
    stage.wait_ready("ada")
