"""The finalizer on real objects: put on and taken off among other writers, and never on another object."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from connect_operator.domain.kinds.objects import FINALIZER, ConnectUser
from connect_operator.engine.ports import ObjectChangedError, ObjectGoneError
from connect_operator.kube.client import KubernetesCluster

from .objects import Objects

OTHER = "example.com/other"


def other_uid(user: ConnectUser) -> ConnectUser:
    metadata = msgspec.structs.replace(user.metadata, uid="11111111-2222-3333-4444-555555555555")
    return msgspec.structs.replace(user, metadata=metadata)


def finalizers(objects: Objects) -> list[str]:
    found = objects.user()["metadata"].get("finalizers", [])
    assert isinstance(found, list)
    return found


def set_finalizers(objects: Objects, *names: str) -> ConnectUser:
    return objects.patch_user({"metadata": {"finalizers": list(names) or None}})


async def test_it_is_added_to_an_object_without_any(api: KubernetesCluster, objects: Objects) -> None:
    user = await api.add_finalizer(objects.create_user())
    assert user.has_finalizer
    assert user.metadata.resource_version == objects.user()["metadata"]["resourceVersion"]
    assert finalizers(objects) == [FINALIZER]


async def test_it_is_added_behind_those_of_others(api: KubernetesCluster, objects: Objects) -> None:
    objects.create_user()
    await api.add_finalizer(set_finalizers(objects, OTHER))
    assert finalizers(objects) == [OTHER, FINALIZER]


async def test_it_is_put_on_and_taken_off_among_a_megabyte_of_others(api: KubernetesCluster, objects: Objects) -> None:
    many = [f"example.com/{number:040}" for number in range(2000)]
    objects.create_user()
    stale = set_finalizers(objects, *many)
    huge = set_finalizers(objects, *many, OTHER)
    assert huge.metadata.finalizers == ()
    with pytest.raises(ObjectChangedError):
        await api.add_finalizer(stale)
    assert (await api.add_finalizer(huge)).has_finalizer
    assert finalizers(objects) == [*many, OTHER, FINALIZER]
    await api.remove_finalizer(set_finalizers(objects, *many[1:], FINALIZER, OTHER))
    assert finalizers(objects) == [*many[1:], OTHER]


async def test_adding_is_idempotent(api: KubernetesCluster, objects: Objects) -> None:
    fresh = objects.create_user()
    held = await api.add_finalizer(fresh)
    version = held.metadata.resource_version
    for known in (fresh, held):  # the answer to the first call was lost; and a repetition in full knowledge
        again = await api.add_finalizer(known)
        assert again.has_finalizer
        assert again.metadata.resource_version == version


async def test_adding_tells_of_a_list_that_was_changed(api: KubernetesCluster, objects: Objects) -> None:
    stale = objects.create_user()
    set_finalizers(objects, OTHER)
    with pytest.raises(ObjectChangedError):
        await api.add_finalizer(stale)
    assert finalizers(objects) == [OTHER]


async def test_adding_returns_an_edit_made_meanwhile(api: KubernetesCluster, objects: Objects) -> None:
    stale = objects.create_user()
    objects.patch_user({"spec": {"suspend": True}})
    user = await api.add_finalizer(stale)
    assert user.metadata.generation == stale.metadata.generation + 1
    assert user.spec is not None
    assert user.spec.suspend


async def test_adding_to_a_deleted_object(api: KubernetesCluster, objects: Objects) -> None:
    user = objects.create_user()
    objects.delete_user()
    with pytest.raises(ObjectGoneError):
        await api.add_finalizer(user)


async def test_adding_to_an_object_under_deletion(api: KubernetesCluster, objects: Objects) -> None:
    objects.create_user()
    user = set_finalizers(objects, OTHER)
    objects.delete_user()
    with pytest.raises(ObjectGoneError):
        await api.add_finalizer(user)
    assert finalizers(objects) == [OTHER]


async def test_adding_to_another_object_of_that_name(api: KubernetesCluster, objects: Objects) -> None:
    former = objects.create_user()
    objects.delete_user()
    objects.create_user()
    with pytest.raises(ObjectGoneError):
        await api.add_finalizer(former)
    assert finalizers(objects) == []


async def test_it_is_removed_and_others_stay(api: KubernetesCluster, objects: Objects) -> None:
    objects.create_user()
    await api.remove_finalizer(set_finalizers(objects, "example.com/first", FINALIZER, OTHER))
    assert finalizers(objects) == ["example.com/first", OTHER]


async def test_removing_lets_the_object_go(api: KubernetesCluster, objects: Objects) -> None:
    user = await api.add_finalizer(objects.create_user())
    objects.delete_user()
    assert (await api.read_user(user)) is not None
    await api.remove_finalizer(user)
    assert (await api.read_user(user)) is None
    await api.remove_finalizer(user)


@pytest.mark.parametrize("known_as_held", [True, False])
async def test_removing_works_from_stale_knowledge(
    api: KubernetesCluster,
    objects: Objects,
    known_as_held: bool,  # noqa: FBT001 - a case of the table
) -> None:
    fresh = objects.create_user()
    known = set_finalizers(objects, OTHER, FINALIZER) if known_as_held else fresh
    set_finalizers(objects, FINALIZER, "example.com/new")  # our place in the list has changed
    await api.remove_finalizer(known)
    assert finalizers(objects) == ["example.com/new"]


async def test_removing_never_touches_another_object(api: KubernetesCluster, objects: Objects) -> None:
    user = await api.add_finalizer(objects.create_user())
    await api.remove_finalizer(other_uid(user))
    assert finalizers(objects) == [FINALIZER]


WRITERS = [f"example.com/writer-{number}" for number in range(8)]


async def test_racing_writers_lose_nothing_when_it_is_added(api: KubernetesCluster, objects: Objects) -> None:
    start = objects.create_user()
    set_finalizers(objects, OTHER)

    async def stranger(name: str) -> None:
        append = {"op": "add", "path": "/metadata/finalizers/-", "value": name}
        while not await asyncio.to_thread(objects.json_patch, append):
            pass

    async def operator() -> None:
        user: ConnectUser | None = start
        while user is not None and not user.has_finalizer:
            try:
                user = await api.add_finalizer(user)
            except ObjectChangedError:
                user = await api.read_user(user)

    await asyncio.gather(operator(), *(stranger(name) for name in WRITERS))
    assert sorted(finalizers(objects)) == sorted([FINALIZER, OTHER, *WRITERS])


async def test_racing_writers_lose_nothing_when_it_is_removed(api: KubernetesCluster, objects: Objects) -> None:
    objects.create_user()
    start = set_finalizers(objects, *WRITERS, FINALIZER, OTHER)

    async def stranger(name: str) -> None:
        while name in (present := await asyncio.to_thread(finalizers, objects)):
            path = f"/metadata/finalizers/{present.index(name)}"
            test, remove = {"op": "test", "path": path, "value": name}, {"op": "remove", "path": path}
            await asyncio.to_thread(objects.json_patch, test, remove)

    async def operator() -> None:
        while True:
            try:
                return await api.remove_finalizer(start)
            except ObjectChangedError:
                continue

    await asyncio.gather(operator(), *(stranger(name) for name in WRITERS[:4]))
    assert sorted(finalizers(objects)) == sorted([OTHER, *WRITERS[4:]])
