"""References: by ID, ARN, name and path; what is missing or not unique is told by field, and waited for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local_stack.objects import condition

from .manifests import a_connect_instance
from .stage import Stage

pytestmark = pytest.mark.usefixtures("operator")

BY_NAME = {
    "routingProfileName": "Basic Routing Profile",
    "securityProfileNames": ["Agent", "QualityAnalyst"],
    "hierarchyGroupPath": r"EMEA/Berlin/Team B\/C",
}


def references(stage: Stage, written: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
    """The same references as BY_NAME, each record written in another way."""

    def of(kind: str, name: str) -> str:
        return next(written(each) for each in stage.sim.records(kind) if each["name"] == name)

    return {
        "routingProfileName": None,
        "securityProfileNames": None,
        "routingProfileId": of("routing-profiles", "Basic Routing Profile"),
        "securityProfileIds": [of("security-profiles", name) for name in ("Agent", "QualityAnalyst")],
        "hierarchyGroupId": of("hierarchy-groups", "Team B/C"),
    }


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(lambda _stage: BY_NAME, id="names and path"),
        pytest.param(lambda stage: references(stage, lambda each: str(each["id"])), id="ids"),
        pytest.param(lambda stage: references(stage, lambda each: str(each["arn"])), id="arns"),
    ],
)
def test_references_resolve_to_ids(stage: Stage, spec: Callable[[Stage], dict[str, Any]]) -> None:
    stage.apply_user("ada", **spec(stage))
    resolved = stage.wait_ready("ada")["status"]["resolved"]
    user = stage.truth("ada")
    assert resolved == {
        "routingProfileId": user["RoutingProfileId"],
        "securityProfileIds": sorted(user["SecurityProfileIds"]),
        "hierarchyGroupId": user["HierarchyGroupId"],
    }
    profiles = stage.ids("security-profiles")
    assert resolved["routingProfileId"] == stage.ids("routing-profiles")["Basic Routing Profile"]
    assert resolved["securityProfileIds"] == sorted([profiles["Agent"], profiles["QualityAnalyst"]])
    assert resolved["hierarchyGroupId"] == stage.ids("hierarchy-groups")["Team B/C"]


@dataclass(frozen=True)
class Missing:
    """A manifest that refers to what is not there, the field that the message names, and how it appears."""

    spec: dict[str, Any]
    names: tuple[str, ...]
    appears: Callable[[Stage], object]
    resolved: str | None = "False"


LATER_ID = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"
MISSING = {
    "routing profile": Missing(
        {"routingProfileName": "Later"},
        ("spec.routingProfileName", "Later"),
        lambda stage: stage.sim.add_record("routing-profiles", name="Later"),
    ),
    "routing profile by id": Missing(
        {"routingProfileName": None, "routingProfileId": LATER_ID},
        ("spec.routingProfileId", LATER_ID),
        lambda stage: stage.sim.add_record("routing-profiles", name="Later", id=LATER_ID),
    ),
    "one of two security profiles": Missing(
        {"securityProfileNames": ["Agent", "Later"]},
        ("spec.securityProfileNames", "Later"),
        lambda stage: stage.sim.add_record("security-profiles", name="Later"),
    ),
    "hierarchy path": Missing(
        {"hierarchyGroupPath": "APAC"},
        ("spec.hierarchyGroupPath", "APAC"),
        lambda stage: stage.sim.add_record("hierarchy-groups", name="APAC"),
    ),
    "Secret": Missing(
        {"passwordSecretRef": {"name": "later"}},
        ("spec.passwordSecretRef", "later"),
        lambda stage: stage.apply_secret("later"),
        resolved=None,
    ),
    "key of the Secret": Missing(
        {"passwordSecretRef": {"name": "password", "key": "later"}},
        ("spec.passwordSecretRef", "later"),
        lambda stage: stage.apply_secret("password", later="Rumpelst1lzchen-is-my-name"),
        resolved=None,
    ),
}


@pytest.mark.parametrize("case", MISSING.values(), ids=MISSING)
def test_what_is_missing_is_told_and_waited_for(stage: Stage, case: Missing) -> None:
    stage.apply_user("ada", **case.spec)
    message = stage.wait_reason("ada", "ReferenceNotFound")
    conditions = stage.conditions("ada")
    assert all(part in message for part in case.names), message
    assert (conditions["Ready"], conditions["Synced"], conditions["Reconciling"]) == ("False", "False", "True")
    assert "Stalled" not in conditions
    if case.resolved is not None:
        assert conditions["ReferencesResolved"] == case.resolved
    assert stage.writes() == []
    stage.wait_event("ada", "ReferenceNotFound")

    case.appears(stage)
    stage.wait_ready("ada")
    assert stage.write_names() == ["CreateUser"]


def test_instance_that_is_missing_is_told_and_waited_for(stage: Stage) -> None:
    later = f"{stage.instance}-later"
    stage.apply_user("ada", instanceRef={"name": later})
    message = stage.wait_reason("ada", "ReferenceNotFound")
    assert "spec.instanceRef" in message
    assert later in message
    stage.objects.apply(a_connect_instance(later, stage.instance_arn))
    stage.wait_ready("ada")


AMBIGUOUS = {
    "routing profiles": ("routing-profiles", "Twin", {"routingProfileName": "Twin"}, "spec.routingProfileName"),
    "security profiles": ("security-profiles", "Twin", {"securityProfileNames": ["Twin"]}, "spec.securityProfileNames"),
    "hierarchy groups": ("hierarchy-groups", "Twin", {"hierarchyGroupPath": "Twin"}, "spec.hierarchyGroupPath"),
}


@pytest.mark.parametrize(("kind", "name", "spec", "field"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_two_of_a_name_are_never_chosen_from(
    empty_stage: Stage, kind: str, name: str, spec: dict[str, Any], field: str
) -> None:
    stage, ids = empty_stage, [f"0f1e2d3c-4b5a-4978-8796-00000000000{number}" for number in (1, 2)]
    for each in ids:
        stage.sim.add_record(kind, name=name, id=each)
    stage.apply_instance()
    stage.apply_user("ada", **spec)
    message = stage.wait_reason("ada", "ReferenceAmbiguous")
    assert field in message
    assert all(each in message for each in ids), message
    assert stage.writes() == []

    stage.sim.delete_record(kind, ids[0])
    stage.wait_ready("ada")


def test_an_existing_user_waits_only_with_the_section_that_does_not_resolve(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.apply_user(
        "ada",
        hierarchyGroupPath="APAC",
        identityInfo={"firstName": "Augusta", "lastName": "Lovelace", "email": "ada@example.com"},
    )
    stage.wait_reason("ada", "ReferenceNotFound")
    assert condition(stage.user("ada"), "Ready")["status"] == "False"
    assert stage.truth("ada")["IdentityInfo"]["FirstName"] == "Augusta"
    assert stage.write_names() == ["CreateUser", "UpdateUserIdentityInfo"]

    stage.sim.add_record("hierarchy-groups", name="APAC")
    stage.wait_ready("ada")
    assert stage.write_names() == ["CreateUser", "UpdateUserIdentityInfo", "UpdateUserHierarchy"]
