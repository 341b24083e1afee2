"""The finalizer that keeps a ConnectInstance while users need it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connect_operator.domain.kinds.objects import INSTANCE_FINALIZER, ConnectInstance, parse_instance
from connect_operator.engine.ports import ClusterApi, ObjectChangedError, ObjectGoneError
from connect_operator.kube.client import KubernetesCluster

from .objects import Objects

OTHER = "example.com/other"


@dataclass
class Stored:
    """A ConnectInstance of the test's own."""

    objects: Objects
    name: str

    def now(self) -> ConnectInstance:
        return parse_instance(self.objects.instance(self.name))

    def set_finalizers(self, *names: str) -> ConnectInstance:
        return self.objects.patch_instance(self.name, {"metadata": {"finalizers": list(names) or None}})


@pytest.fixture
def stored(objects: Objects) -> Iterator[Stored]:
    name = f"support-{uuid.uuid4().hex[:8]}"
    objects.create_instance(name)
    stored = Stored(objects, name)
    yield stored
    stored.set_finalizers()
    objects.delete_instance(name)


async def test_held_and_released(api: KubernetesCluster, stored: Stored) -> None:
    cluster: ClusterApi = api
    before = stored.set_finalizers(OTHER)
    await cluster.hold_instance(before)
    assert stored.now().metadata.finalizers == (OTHER, INSTANCE_FINALIZER)
    await cluster.hold_instance(stored.now())
    await cluster.release_instance(stored.now())
    assert stored.now().metadata.finalizers == (OTHER,)
    await cluster.release_instance(stored.now())


async def test_stale_knowledge_changes_nothing(api: KubernetesCluster, stored: Stored) -> None:
    stale = stored.now()
    stored.set_finalizers(OTHER)
    with pytest.raises(ObjectChangedError):
        await api.hold_instance(stale)
    stale = stored.set_finalizers(INSTANCE_FINALIZER)
    stored.set_finalizers(OTHER, INSTANCE_FINALIZER)
    with pytest.raises(ObjectChangedError):
        await api.release_instance(stale)
    assert stored.now().metadata.finalizers == (OTHER, INSTANCE_FINALIZER)


async def test_one_under_deletion_cannot_be_held_any_more(api: KubernetesCluster, objects: Objects) -> None:
    stored = Stored(objects, f"support-{uuid.uuid4().hex[:8]}")
    objects.create_instance(stored.name)
    stored.set_finalizers(OTHER)
    objects.delete_instance(stored.name)
    gone = stored.now()
    with pytest.raises(ObjectGoneError):
        await api.hold_instance(gone)
    stored.set_finalizers()
    with pytest.raises(ObjectGoneError):
        await api.hold_instance(gone)
