"""The resync on the real API server finds what a watch has not told; here there is no watch at all."""

from __future__ import annotations

import asyncio
import uuid

import msgspec
import pytest
from kubernetes.client import ApiClient, CoreV1Api

from connect_operator.domain.kinds.objects import GROUP, VERSION, ObjectKey
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection, Request
from connect_operator.kube.credentials import loader
from connect_operator.kube.listing import PAGE_SIZE
from connect_operator.kube.resync import Found, Resync, ResyncOptions
from local_cluster import LocalCluster

from .objects import SPEC, Objects, manifest
from .recording_sink import RecordingSink


def a_resync(connection: Connection, sink: RecordingSink, objects: Objects) -> Resync:
    return Resync(connection, sink.controllers, ResyncOptions((objects.namespace,)))


async def test_the_first_pass_delivers_everything_instances_first(connection: Connection, objects: Objects) -> None:
    sink, name = RecordingSink(), f"support-{uuid.uuid4().hex[:8]}"
    users = {user.key: user for user in (objects.create_user("a"), objects.create_user("b"))}
    instance = objects.create_instance(name)
    await a_resync(connection, sink, objects).first_pass()
    assert sink.users == users
    assert sink.instances[ObjectKey("", name)] == instance
    kinds = [line.split()[0] for line in sink.told]
    assert kinds == sorted(kinds)  # instance_changed … user_changed
    objects.delete_instance(name)


async def test_it_finds_created_changed_deleted_and_recreated(connection: Connection, objects: Objects) -> None:
    sink = RecordingSink()
    resync = a_resync(connection, sink, objects)
    for name in ("same", "changed", "deleted", "recreated"):
        objects.create_user(name)
    await resync.first_pass()

    objects.patch_user({"spec": {"suspend": True}}, "changed")
    objects.delete_user("deleted")
    former = sink.users[ObjectKey(objects.namespace, "recreated")].metadata.uid
    objects.delete_user("recreated")
    successor = objects.create_user("recreated")
    objects.create_user("created")
    sink.told.clear()
    found = await resync.resync()

    assert {line.split()[0] + " " + line.split("/")[1].split()[0] for line in sink.told if "user" in line} == {
        "user_changed changed",
        "user_changed created",
        "user_changed recreated",
        "user_gone deleted",
        "user_gone recreated",
    }
    assert any(line.endswith(former) for line in sink.told)
    assert sink.users[successor.key] == successor
    assert found.gone >= 2
    assert set(sink.users) == {
        ObjectKey(objects.namespace, name) for name in ("same", "changed", "recreated", "created")
    }


async def test_it_finds_instances_too(connection: Connection, objects: Objects) -> None:
    sink = RecordingSink()
    resync = a_resync(connection, sink, objects)
    name = f"support-{uuid.uuid4().hex[:8]}"
    objects.create_instance(name)
    await resync.resync()
    assert ObjectKey("", name) in sink.instances
    objects.delete_instance(name)
    await resync.resync()
    assert ObjectKey("", name) not in sink.instances


async def test_assignments_come_after_what_they_refer_to(connection: Connection, objects: Objects) -> None:
    """So that the first look at one does not find its user or instance missing."""
    sink, name = RecordingSink(), f"support-{uuid.uuid4().hex[:8]}"
    assignments = {each.key: each for each in (objects.create_assignment("a"), objects.create_assignment("b"))}
    objects.create_user()
    objects.create_instance(name)
    await a_resync(connection, sink, objects).first_pass()
    assert sink.assignments == assignments
    order = ["instance_changed", "user_changed", "assignment_changed"]
    kinds = [order.index(line.split()[0]) for line in sink.told]
    assert kinds == sorted(kinds)
    assert set(kinds) == {0, 1, 2}
    objects.delete_instance(name)


async def test_it_finds_assignments_created_changed_deleted_and_recreated(
    connection: Connection, objects: Objects
) -> None:
    sink = RecordingSink()
    resync = a_resync(connection, sink, objects)
    for name in ("same", "labelled", "ended", "deleted", "recreated"):
        objects.create_assignment(name)
    await resync.first_pass()

    objects.patch_assignment({"metadata": {"labels": {"a": "b"}}}, "labelled")
    ended = objects.patch_assignment_status({"phase": "Assigned"}, "ended")
    objects.delete_assignment("deleted")
    former = sink.assignments[ObjectKey(objects.namespace, "recreated")].metadata.uid
    objects.delete_assignment("recreated")
    successor = objects.create_assignment("recreated")
    objects.create_assignment("created")
    sink.told.clear()
    found = await resync.resync()

    assert {line.split()[0] + " " + line.split("/")[1].split()[0] for line in sink.told if "assignment" in line} == {
        "assignment_changed labelled",
        "assignment_changed ended",
        "assignment_changed created",
        "assignment_changed recreated",
        "assignment_gone deleted",
        "assignment_gone recreated",
    }
    assert any(line.endswith(former) for line in sink.told if "gone" in line)
    assert sink.assignments[ended.key] == ended
    assert sink.assignments[successor.key] == successor
    assert (found.changed >= 4, found.gone >= 2) == (True, True)
    assert {key.name for key in sink.assignments} == {"same", "labelled", "ended", "recreated", "created"}


async def test_it_looks_into_the_namespaces_it_was_given_and_no_others(
    connection: Connection, objects: Objects, admin: ApiClient
) -> None:
    spaces = [Objects(admin, f"{objects.namespace}-{letter}") for letter in "xyz"]
    for space in spaces:
        CoreV1Api(admin).create_namespace({"metadata": {"name": space.namespace}})
        space.create_assignment()
    x, y, _ = (space.namespace for space in spaces)
    for passing in ("first_pass", "resync"):
        sink = RecordingSink()
        await getattr(Resync(connection, sink.controllers, ResyncOptions((x, y))), passing)()
        assert set(sink.assignments) == {ObjectKey(x, "hand-over"), ObjectKey(y, "hand-over")}, passing
    everywhere = RecordingSink()
    await Resync(connection, everywhere.controllers).resync()
    assert {ObjectKey(space.namespace, "hand-over") for space in spaces} <= set(everywhere.assignments)


async def test_with_nothing_missed_it_tells_and_reads_nothing(
    connection: Connection, objects: Objects, cluster: LocalCluster
) -> None:
    sink = RecordingSink()
    resync = a_resync(connection, sink, objects)
    objects.create_user()
    objects.create_assignment()
    await resync.first_pass()
    sink.told.clear()
    mark = cluster.audit_mark()
    assert await resync.resync() == Found()
    assert sink.told == []
    events = [event for event in cluster.audit_events(after=mark) if event.group == GROUP]
    assert [event.verb for event in events if event.namespace in {"", objects.namespace}] == ["list"] * 3


async def test_what_the_watch_delivers_meanwhile_is_not_read_again(connection: Connection, objects: Objects) -> None:
    """The store moves on between snapshot and list: the list is the older of the two."""
    sink = RecordingSink()

    class Racing(RecordingSink):
        def asked(self, word: str) -> None:
            if word == "user" and "raced" not in self.told:  # between snapshot and list
                self.told.append("raced")
                self.controllers["ConnectUser"].changed(objects.create_user("raced"))

    sink = Racing()
    await Resync(connection, sink.controllers, ResyncOptions((objects.namespace,))).resync()
    assert len([line for line in sink.told if "user_" in line and "raced" in line]) == 1


async def test_a_list_that_lags_behind_proves_nothing(connection: Connection, objects: Objects) -> None:
    sink = RecordingSink()
    resync = a_resync(connection, sink, objects)
    user = objects.create_user()
    await resync.first_pass()
    # As if the watch had delivered, from a server that is ahead, an object that the list does not have yet.
    metadata = msgspec.structs.replace(user.metadata, name="ahead", uid="u", resource_version="9" * 15)
    sink.controllers["ConnectUser"].changed(msgspec.structs.replace(user, metadata=metadata))
    await resync.resync()
    assert ObjectKey(objects.namespace, "ahead") in sink.users


async def test_more_than_one_page(connection: Connection, objects: Objects, cluster: LocalCluster) -> None:
    path = f"/apis/{GROUP}/{VERSION}/namespaces/{objects.namespace}/connectusers"
    admin = Connection(loader({"KUBECONFIG": str(cluster.kubeconfig)}))
    names = [f"user-{number:04d}" for number in range(PAGE_SIZE + 1)]
    try:
        await asyncio.gather(
            *(admin.request(Request("POST", path, body=manifest("ConnectUser", name, SPEC))) for name in names)
        )
    finally:
        await admin.close()
    sink = RecordingSink()
    resync = a_resync(connection, sink, objects)
    await resync.first_pass()
    assert len(sink.users) == len(names)
    del sink.users[ObjectKey(objects.namespace, names[0])]
    del sink.users[ObjectKey(objects.namespace, names[-1])]
    found = await resync.resync()
    assert found.changed >= 2
    assert len(sink.users) == len(names)


async def test_the_loop_goes_on_after_a_failure(objects: Objects, connection: Connection) -> None:
    class Failing(RecordingSink):
        failures = 1

        def asked(self, word: str) -> None:
            if word == "instance" and self.failures:
                self.failures -= 1
                raise ClusterUnavailableError("as if the list had failed")

    sink, slept, done = Failing(), list[float](), asyncio.Event()
    objects.create_user()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    resync = Resync(connection, sink.controllers, ResyncOptions((objects.namespace,), interval=300))
    task = asyncio.create_task(resync.run(sleep=sleep, done=lambda _found: done.set()))
    await asyncio.wait_for(done.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert slept[0] < 300, "asked in between how far the API server is"
    assert ObjectKey(objects.namespace, "jdoe") in sink.users
