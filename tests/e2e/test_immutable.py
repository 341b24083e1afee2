"""What Connect cannot change: passwords, directory ids, the instance. It is told, and everything else goes on."""

from __future__ import annotations

import pytest

from local_stack.objects import condition

from .conftest import NewScene
from .manifests import PASSWORD, SECRET, a_connect_instance, an_identity
from .scene import Scene, look_again


def test_changed_password_is_told_when_the_user_is_next_looked_at(scene: Scene) -> None:
    scene.apply("ada")
    scene.wait_ready("ada")
    since = scene.mark()
    scene.apply_secret(password=f"{PASSWORD}-2")
    scene.apply("ada", securityProfileNames=["Admin"])
    scene.wait_ready("ada")
    message = scene.message("ada")
    assert "password" in message
    assert "Connect has no call" in message
    assert PASSWORD not in message
    assert scene.operations(since) == ["UpdateUserSecurityProfiles"]
    assert scene.conditions("ada") == {"Ready": "True", "Synced": "True", "ReferencesResolved": "True"}

    # It is said for as long as it is so, and no sweep takes it away.
    look_again(scene, times=1)
    assert scene.message("ada") == message
    assert scene.operations(since) == ["UpdateUserSecurityProfiles"]


def test_password_that_nobody_changed_is_not_mentioned(scene: Scene) -> None:
    scene.apply("ada")
    scene.wait_ready("ada")
    scene.apply("ada", securityProfileNames=["Admin"])
    scene.wait_ready("ada")
    assert "password" not in scene.message("ada")


def test_password_is_needed_at_creation_only(scene: Scene) -> None:
    scene.apply("ada")
    scene.wait_ready("ada")
    since = scene.mark()
    scene.objects.delete("Secret", scene.namespace, SECRET)
    scene.apply("ada", securityProfileNames=["Admin"])
    scene.wait_ready("ada")
    scene.delete("ada")
    scene.wait_gone("ada")
    assert scene.operations(since) == ["UpdateUserSecurityProfiles", "DeleteAllEntitySessions", "DeleteUser"]


def test_directory_id_of_a_recreated_object_is_immutable_and_the_rest_converges(new_scene: NewScene) -> None:
    scene = new_scene(identityManagementType="EXISTING_DIRECTORY", directoryReachable=False)
    directory = {"identityInfo": None, "passwordSecretRef": None}
    scene.apply("ada", **directory, directoryUserId="d-1", deletionPolicy="Retain")
    scene.wait_ready("ada")
    scene.delete("ada")
    scene.wait_gone("ada")

    since = scene.mark()
    changed = {
        **directory,
        "adoptionPolicy": "IfUnowned",
        "securityProfileNames": ["Admin"],
        "hierarchyGroupPath": "AMER",
    }
    scene.apply("ada", **changed, directoryUserId="d-2")
    message = condition(scene.wait_reason("ada", "ImmutableField"), "Ready")["message"]
    remedy = "delete it with deletionPolicy: Retain and create it with the former value and adoptionPolicy: IfUnowned"
    assert all(part in message for part in ("spec.directoryUserId", "d-1", "d-2", remedy)), message
    told = scene.conditions("ada")
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    assert scene.plan("ada") == ["directoryUserId: d-1 -> d-2"]
    assert scene.operations(since) == ["TagResource", "UpdateUserSecurityProfiles", "UpdateUserHierarchy"]
    scene.wait_event("ada", "ImmutableField")

    user_id = scene.truth("ada")["Id"]
    scene.apply("ada", **changed, directoryUserId="d-2", deletionPolicy="Retain")
    scene.delete("ada")
    scene.wait_gone("ada")
    scene.apply("ada", **changed, directoryUserId="d-1")
    scene.wait_ready("ada")
    assert scene.truth("ada")["Id"] == user_id


@pytest.mark.parametrize("by", ["instanceId", "instanceId of no ConnectInstance", "the ConnectInstance of that name"])
def test_instance_cannot_be_exchanged(new_scene: NewScene, by: str) -> None:
    scene, other = new_scene(), new_scene()
    scene.apply("ada")
    former = scene.wait_ready("ada")["status"]["instanceArn"]
    asked, remedy = other.instance_arn, f"spec.instanceRef: {{name: {scene.instance}}} in place of spec.instanceId"
    if by.startswith("instanceId"):
        if by != "instanceId":
            asked = "5eed0000-0000-4000-8000-00000000ffff"
        spec = {"instanceRef": None, "instanceId": asked}
        rest = ["UpdateUserIdentityInfo"]  # what else is edited still reaches the user where it lives
    else:  # as a cluster restored with other values would have it
        scene.wait_instance(lambda found: bool((found or {})["metadata"].get("finalizers")))
        scene.replace_instance(a_connect_instance(scene.instance, other.instance_arn))
        spec, rest, remedy = {}, [], f"create a ConnectInstance for {former} again"
    since = scene.mark()
    scene.apply("ada", **spec, identityInfo=an_identity("ada", firstName="Augusta"))
    message = condition(scene.wait_reason("ada", "ImmutableField"), "Ready")["message"]
    assert all(part in message for part in ("instance", former, asked, remedy)), message
    assert scene.conditions("ada")["Stalled"] == "True"
    assert scene.operations(since) == rest
    assert other.writes() == []
    assert (scene.user("ada") or {})["status"]["instanceArn"] == former

    if by.startswith("instanceId"):
        rest = rest * 2
    else:
        scene.replace_instance(a_connect_instance(scene.instance, scene.instance_arn))
    scene.apply("ada")
    scene.wait_ready("ada")
    assert scene.operations() == ["CreateUser", *rest]


def test_name_that_stands_for_another_instance_gives_way_to_the_id(new_scene: NewScene) -> None:
    scene, other = new_scene(), new_scene()
    scene.apply("ada")
    former = scene.wait_ready("ada")["status"]["instanceArn"]
    scene.objects.apply(a_connect_instance(f"{scene.instance}-too", scene.instance_arn))
    scene.wait_instance(lambda found: bool((found or {})["metadata"].get("finalizers")))
    scene.replace_instance(a_connect_instance(scene.instance, other.instance_arn))
    message = condition(scene.wait_reason("ada", "ImmutableField"), "Ready")["message"]
    assert f"put spec.instanceId: {former} in place of spec.instanceRef" in message
    scene.apply("ada", instanceRef=None, instanceId=former)
    scene.wait_ready("ada")
    assert scene.operations() == ["CreateUser"]
