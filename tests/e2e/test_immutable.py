"""What Connect cannot change: passwords, directory ids, the instance. It is told, and everything else goes on."""

from __future__ import annotations

import pytest

from .conftest import NewStage
from .looking import look_again
from .manifests import PASSWORD, a_connect_instance, an_identity
from .stage import Stage


@pytest.fixture
def stage(new_module_stage: NewStage) -> Stage:
    """A CONNECT_MANAGED instance and everything that belongs to it."""
    return new_module_stage()


def test_changed_password_is_told_when_the_user_is_next_looked_at(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    since = stage.mark()
    stage.apply_secret(password=f"{PASSWORD}-2")
    stage.apply_user("ada", securityProfileNames=["Admin"])
    stage.wait_ready("ada")
    message = stage.message("ada")
    assert "password" in message
    assert "Connect has no call" in message
    assert PASSWORD not in message
    assert stage.write_names(since) == ["UpdateUserSecurityProfiles"]
    assert stage.conditions("ada") == {"Ready": "True", "Synced": "True", "ReferencesResolved": "True"}

    # It is said for as long as it is so, and no sweep takes it away.
    look_again(stage, times=1)
    assert stage.message("ada") == message
    assert stage.write_names(since) == ["UpdateUserSecurityProfiles"]


def test_password_that_nobody_changed_is_not_mentioned(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.apply_user("ada", securityProfileNames=["Admin"])
    stage.wait_ready("ada")
    assert "password" not in stage.message("ada")


def test_password_is_needed_at_creation_only(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    since = stage.mark()
    stage.objects.delete("Secret", stage.namespace, "password")
    stage.apply_user("ada", securityProfileNames=["Admin"])
    stage.wait_ready("ada")
    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.write_names(since) == ["UpdateUserSecurityProfiles", "DeleteAllEntitySessions", "DeleteUser"]


def test_directory_id_of_a_recreated_object_is_immutable_and_the_rest_converges(new_module_stage: NewStage) -> None:
    stage = new_module_stage(identityManagementType="EXISTING_DIRECTORY", directoryReachable=False)
    directory = {"identityInfo": None, "passwordSecretRef": None}
    stage.apply_user("ada", **directory, directoryUserId="d-1", deletionPolicy="Retain")
    stage.wait_ready("ada")
    stage.delete_user("ada")
    stage.wait_gone("ada")

    since = stage.mark()
    changed = {
        **directory,
        "adoptionPolicy": "IfUnowned",
        "securityProfileNames": ["Admin"],
        "hierarchyGroupPath": "AMER",
    }
    stage.apply_user("ada", **changed, directoryUserId="d-2")
    message = stage.wait_reason("ada", "ImmutableField")
    remedy = "delete it with deletionPolicy: Retain and create it with the former value and adoptionPolicy: IfUnowned"
    assert all(part in message for part in ("spec.directoryUserId", "d-1", "d-2", remedy)), message
    told = stage.conditions("ada")
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    assert stage.plan("ada") == ["directoryUserId: d-1 -> d-2"]
    assert stage.write_names(since) == ["TagResource", "UpdateUserSecurityProfiles", "UpdateUserHierarchy"]
    stage.wait_event("ada", "ImmutableField")

    user_id = stage.truth("ada")["Id"]
    stage.apply_user("ada", **changed, directoryUserId="d-2", deletionPolicy="Retain")
    stage.delete_user("ada")
    stage.wait_gone("ada")
    stage.apply_user("ada", **changed, directoryUserId="d-1")
    stage.wait_ready("ada")
    assert stage.truth("ada")["Id"] == user_id


@pytest.mark.parametrize("by", ["instanceId", "instanceId of no ConnectInstance", "the ConnectInstance of that name"])
def test_instance_cannot_be_exchanged(new_module_stage: NewStage, by: str) -> None:
    stage, other = new_module_stage(), new_module_stage()
    stage.apply_user("ada")
    former = stage.wait_ready("ada")["status"]["instanceArn"]
    asked, remedy = other.instance_arn, f"spec.instanceRef: {{name: {stage.instance}}} in place of spec.instanceId"
    if by.startswith("instanceId"):
        if by != "instanceId":
            asked = "5eed0000-0000-4000-8000-00000000ffff"
        spec = {"instanceRef": None, "instanceId": asked}
        rest = ["UpdateUserIdentityInfo"]  # what else is edited still reaches the user where it lives
    else:  # as a cluster restored with other values would have it
        stage.wait_instance(lambda found: bool((found or {})["metadata"].get("finalizers")))
        stage.replace_instance(other.instance_arn)
        spec, rest, remedy = {}, [], f"create a ConnectInstance for {former} again"
    since = stage.mark()
    stage.apply_user("ada", **spec, identityInfo=an_identity("ada", firstName="Augusta"))
    message = stage.wait_reason("ada", "ImmutableField")
    assert all(part in message for part in ("instance", former, asked, remedy)), message
    assert stage.conditions("ada")["Stalled"] == "True"
    assert stage.write_names(since) == rest
    assert other.writes() == []
    assert (stage.user("ada") or {})["status"]["instanceArn"] == former

    if by.startswith("instanceId"):
        rest = rest * 2
    else:
        stage.replace_instance(stage.instance_arn)
    stage.apply_user("ada")
    stage.wait_ready("ada")
    assert stage.write_names() == ["CreateUser", *rest]


def test_name_that_stands_for_another_instance_gives_way_to_the_id(new_module_stage: NewStage) -> None:
    stage, other = new_module_stage(), new_module_stage()
    stage.apply_user("ada")
    former = stage.wait_ready("ada")["status"]["instanceArn"]
    stage.objects.apply(a_connect_instance(f"{stage.instance}-too", stage.instance_arn, **stage.instance_spec))
    stage.wait_instance(lambda found: bool((found or {})["metadata"].get("finalizers")))
    stage.replace_instance(other.instance_arn)
    message = stage.wait_reason("ada", "ImmutableField")
    assert f"put spec.instanceId: {former} in place of spec.instanceRef" in message
    stage.apply_user("ada", instanceRef=None, instanceId=former)
    stage.wait_ready("ada")
    assert stage.write_names() == ["CreateUser"]
