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
    assert all(part in message for part in ("spec.directoryUserId", "d-1", "d-2")), message
    told = scene.conditions("ada")
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    assert scene.plan("ada") == ["directoryUserId: d-1 -> d-2"]
    assert scene.operations(since) == ["TagResource", "UpdateUserSecurityProfiles", "UpdateUserHierarchy"]
    scene.wait_event("ada", "ImmutableField")

    scene.delete("ada")
    scene.wait_gone("ada")
    scene.apply("ada", **changed, directoryUserId="d-1")
    scene.wait_ready("ada")


@pytest.mark.parametrize("by", ["instanceId", "the ConnectInstance of that name"])
def test_instance_cannot_be_exchanged(new_scene: NewScene, by: str) -> None:
    scene, other = new_scene(), new_scene()
    scene.apply("ada")
    former = scene.wait_ready("ada")["status"]["instanceArn"]
    if by == "instanceId":
        spec = {"instanceRef": None, "instanceId": other.instance_arn}
        rest = ["UpdateUserIdentityInfo"]  # what else is edited still reaches the user where it lives
    else:  # as a cluster restored with other values would have it
        scene.wait_instance(lambda found: bool((found or {})["metadata"].get("finalizers")))
        scene.replace_instance(a_connect_instance(scene.instance, other.instance_arn))
        spec, rest = {}, []
    since = scene.mark()
    scene.apply("ada", **spec, identityInfo=an_identity("ada", firstName="Augusta"))
    message = condition(scene.wait_reason("ada", "ImmutableField"), "Ready")["message"]
    assert all(part in message for part in ("instance", former, other.instance_arn)), message
    assert scene.conditions("ada")["Stalled"] == "True"
    assert scene.operations(since) == rest
    assert other.writes() == []
    assert (scene.user("ada") or {})["status"]["instanceArn"] == former

    if by == "instanceId":
        rest = rest * 2
    else:
        scene.replace_instance(a_connect_instance(scene.instance, scene.instance_arn))
    scene.apply("ada")
    scene.wait_ready("ada")
    assert scene.operations() == ["CreateUser", *rest]
