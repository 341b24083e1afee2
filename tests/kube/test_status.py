"""Status on real objects: exactly what was given, on exactly the object that was meant."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.ports import ObjectGoneError
from connect_operator.kube.client import KubernetesCluster
from connect_operator.kube.connection import InvalidRequestError

from .objects import Objects, Raw


def condition(kind: str, status: str) -> Raw:
    return {
        "type": kind,
        "status": status,
        "reason": "Available",
        "message": "",
        "observedGeneration": 1,
        "lastTransitionTime": "2026-11-23T14:00:00Z",
    }


FULL: Raw = {
    "observedGeneration": 1,
    "userId": "u-1",
    "resolved": {"routingProfileId": "rp-1", "securityProfileIds": ["sp-1", "sp-2"]},
    "plan": ["a -> b", "c -> d"],
    "conditions": [condition("Ready", "False"), condition("Stalled", "True")],
}


async def test_status_is_exactly_what_was_given(api: KubernetesCluster, objects: Objects) -> None:
    user = objects.create_user()
    smaller = {"userId": "u-2", "resolved": {"securityProfileIds": []}, "conditions": [condition("Ready", "True")]}
    for status in (FULL, smaller, {}, FULL):
        version = await api.write_user_status(user, status)
        raw = objects.user()
        assert raw.get("status", {}) == status
        assert raw["metadata"]["resourceVersion"] == version


async def test_status_drops_what_another_writer_put_there(api: KubernetesCluster, objects: Objects) -> None:
    user = objects.create_user()
    await api.write_user_status(user, FULL)
    patch = [{"op": "add", "path": "/status/userArn", "value": "arn:forged"}]
    assert objects.json_patch(*patch, subresource="status")
    await api.write_user_status(user, FULL)
    assert objects.user()["status"] == FULL


async def test_the_same_status_again_writes_nothing(api: KubernetesCluster, objects: Objects) -> None:
    user = objects.create_user()
    first = await api.write_user_status(user, FULL)
    assert await api.write_user_status(user, FULL) == first


async def test_an_edit_made_meanwhile_survives(api: KubernetesCluster, objects: Objects) -> None:
    stale = objects.create_user()
    objects.patch_user({"spec": {"suspend": True}, "metadata": {"labels": {"a": "b"}}})
    await api.write_user_status(stale, FULL)
    raw = objects.user()
    assert raw["status"] == FULL
    assert raw["spec"]["suspend"]
    assert raw["metadata"]["labels"] == {"a": "b"}


async def test_status_belongs_to_our_field_manager(api: KubernetesCluster, objects: Objects) -> None:
    await api.write_user_status(objects.create_user(), FULL)
    (entry,) = [entry for entry in objects.user()["metadata"]["managedFields"] if entry.get("subresource") == "status"]
    assert entry["manager"] == "connect-operator"


async def test_a_former_object_of_that_name_is_gone(api: KubernetesCluster, objects: Objects) -> None:
    former = objects.create_user()
    objects.delete_user()
    successor = objects.create_user()
    with pytest.raises(ObjectGoneError):
        await api.write_user_status(former, FULL)
    raw = objects.user()
    assert raw["status"] == {"observedGeneration": -1}
    assert raw["metadata"]["resourceVersion"] == successor.metadata.resource_version
    assert (await api.read_user(former)) is None
    assert (await api.read_user(successor)) is not None


async def test_a_deleted_object_is_gone(api: KubernetesCluster, objects: Objects) -> None:
    user = objects.create_user()
    objects.delete_user()
    with pytest.raises(ObjectGoneError):
        await api.write_user_status(user, FULL)


async def test_an_object_under_deletion_still_takes_a_status(api: KubernetesCluster, objects: Objects) -> None:
    user = await api.add_finalizer(objects.create_user())
    objects.delete_user()
    await api.write_user_status(user, FULL)
    assert objects.user()["status"] == FULL
    await api.remove_finalizer(user)


async def test_a_status_that_the_schema_forbids_is_told_as_such(api: KubernetesCluster, objects: Objects) -> None:
    user = objects.create_user()
    with pytest.raises(InvalidRequestError) as caught:
        await api.write_user_status(user, {"userId": 7})
    assert any(cause.startswith("status.userId:") for cause in caught.value.causes)


async def test_instances_likewise(api: KubernetesCluster, objects: Objects) -> None:
    name = f"support-{uuid.uuid4().hex[:8]}"
    instance = objects.create_instance(name)
    version = await api.write_instance_status(instance, {"users": {"total": 3}, "observedGeneration": 1})
    await api.write_instance_status(instance, {"observedGeneration": 1})
    raw = objects.instance(name)
    assert raw["status"] == {"observedGeneration": 1}
    assert int(raw["metadata"]["resourceVersion"]) > int(version)
    objects.delete_instance(name)
    objects.create_instance(name)
    with pytest.raises(ObjectGoneError):
        await api.write_instance_status(instance, {"observedGeneration": 1})
    objects.delete_instance(name)


async def test_an_annotation_is_taken_off_an_instance(api: KubernetesCluster, objects: Objects) -> None:
    name = f"support-{uuid.uuid4().hex[:8]}"
    key = "connect-operator.io/confirm-deletions"
    objects.create_instance(name)
    instance = objects.patch_instance(name, {"metadata": {"annotations": {key: "true", "other": "kept"}}})
    for _ in range(2):  # the second finds it off already
        await api.remove_annotation(instance, key)
        assert objects.instance(name)["metadata"]["annotations"] == {"other": "kept"}
    objects.delete_instance(name)
    await api.remove_annotation(instance, key)


async def test_a_name_that_is_none_never_becomes_a_request(api: KubernetesCluster, objects: Objects) -> None:
    user: ConnectUser = objects.create_user()
    metadata = msgspec.structs.replace(user.metadata, name="../secrets")
    with pytest.raises(ValueError, match="no name"):
        await api.write_user_status(msgspec.structs.replace(user, metadata=metadata), FULL)
