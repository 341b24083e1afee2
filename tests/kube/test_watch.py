"""The watch with kopf on the real API server: what it delivers, and what it asks for."""

from __future__ import annotations

import contextvars
import getpass
import uuid
from typing import Any

import pytest
from kubernetes.client import ApiClient, CoreV1Api

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.kube.credentials import LoadConfiguration
from connect_operator.kube.watch import WatchOptions
from local_cluster import LocalCluster

from .conftest import OPERATOR
from .objects import Objects
from .recording_sink import RecordingSink
from .watching import KINDS, knows, only, watching


async def test_it_delivers_what_is_there_and_each_change(load: LoadConfiguration, objects: Objects) -> None:
    sink, key = RecordingSink(), ObjectKey(objects.namespace, "jdoe")
    user = objects.create_user()
    async with watching(sink, load, WatchOptions()):
        await sink.until(knows(sink, key))
        assert sink.users[key] == user
        objects.patch_user({"spec": {"suspend": True}})
        await sink.until(lambda: sink.users[key].metadata.generation == user.metadata.generation + 1)
        objects.patch_user({"metadata": {"finalizers": ["example.com/x"]}})
        objects.delete_user()
        await sink.until(lambda: sink.users[key].deleting)
        objects.patch_user({"metadata": {"finalizers": None}})
        await sink.until(lambda: key not in sink.users)
        objects.create_user("late")
        await sink.until(knows(sink, ObjectKey(objects.namespace, "late")))


async def test_what_an_object_begins_keeps_nothing_of_kopf(load: LoadConfiguration, objects: Objects) -> None:
    """Tasks and timers keep the context in which they are begun, and kopf's holds the whole object as it came."""
    kept: list[contextvars.Context] = []

    class Sink(RecordingSink):
        def react(self, subject: Any) -> None:  # noqa: ANN401, ARG002 - an object of any kind
            kept.append(contextvars.copy_context())

    sink = Sink()
    objects.create_user()
    async with watching(sink, load, only(objects.namespace)):
        await sink.until(lambda: bool(kept))
    assert [dict(each) for each in kept] == [{} for _ in kept]


async def test_it_delivers_instances(load: LoadConfiguration, objects: Objects) -> None:
    sink, name = RecordingSink(), f"support-{uuid.uuid4().hex[:8]}"
    key = ObjectKey("", name)
    async with watching(sink, load, only(objects.namespace)):
        objects.create_instance(name)
        await sink.until(lambda: key in sink.instances)
        objects.patch_instance(name, {"spec": {"driftCheckInterval": "2m"}})
        await sink.until(lambda: sink.instances[key].metadata.generation > 1)
        objects.delete_instance(name)
        await sink.until(lambda: key not in sink.instances)


async def test_it_delivers_assignments(load: LoadConfiguration, objects: Objects) -> None:
    sink, key = RecordingSink(), ObjectKey(objects.namespace, "hand-over")
    first = objects.create_assignment()
    async with watching(sink, load, WatchOptions()):
        await sink.until(lambda: key in sink.assignments)
        assert sink.assignments[key] == first
        labelled = objects.patch_assignment({"metadata": {"labels": {"a": "b"}}})
        await sink.until(lambda: sink.assignments[key] == labelled)
        ended = objects.patch_assignment_status({"phase": "Assigned"})
        await sink.until(lambda: sink.assignments[key] == ended)
        assert sink.assignments[key].finished
        objects.delete_assignment()
        await sink.until(lambda: key not in sink.assignments)
        successor = objects.create_assignment()
        await sink.until(lambda: sink.assignments.get(key) == successor)
        assert f"assignment_gone {key} {first.metadata.uid}" in sink.told


async def test_it_leaves_out_other_namespaces(load: LoadConfiguration, objects: Objects, admin: ApiClient) -> None:
    other = Objects(admin, f"{objects.namespace}-x")
    CoreV1Api(admin).create_namespace({"metadata": {"name": other.namespace}})
    sink = RecordingSink()
    async with watching(sink, load, only(objects.namespace)):
        other.create_user("first")
        other.create_assignment("first")
        objects.create_user("second")
        objects.create_assignment("second")
        await sink.until(knows(sink, ObjectKey(objects.namespace, "second")))
        await sink.until(lambda: ObjectKey(objects.namespace, "second") in sink.assignments)
        assert all(key.namespace == objects.namespace for key in (*sink.users, *sink.assignments))


async def test_it_watches_each_of_several_namespaces(
    load: LoadConfiguration, objects: Objects, admin: ApiClient
) -> None:
    other = Objects(admin, f"{objects.namespace}-x")
    CoreV1Api(admin).create_namespace({"metadata": {"name": other.namespace}})
    sink = RecordingSink()
    async with watching(sink, load, WatchOptions(namespaces=(objects.namespace, other.namespace))):
        keys = {objects.create_assignment().key, other.create_assignment().key}
        await sink.until(lambda: set(sink.assignments) == keys)


async def test_it_writes_nothing_and_is_refused_nothing(
    load: LoadConfiguration, objects: Objects, cluster: LocalCluster
) -> None:
    sink = RecordingSink()
    mark = cluster.audit_mark()
    user = objects.create_user()
    async with watching(sink, load, WatchOptions()):
        await sink.until(knows(sink, user.key))
        objects.patch_user({"metadata": {"annotations": {"a": "b"}}})
        objects.delete_user()
        await sink.until(lambda: user.key not in sink.users)
    events = list(cluster.audit_events(after=mark, user=OPERATOR))
    assert {event.resource for event in events} >= set(KINDS)
    assert [event for event in events if event.is_write] == []
    assert [event for event in events if event.code in {401, 403}] == []


async def test_each_watch_gives_a_sign_of_life(load: LoadConfiguration, objects: Objects) -> None:
    sink, beats = RecordingSink(), set[str]()
    async with watching(sink, load, only(objects.namespace, heartbeat=beats.add)):
        user = objects.create_user()
        await sink.until(knows(sink, user.key))
        name = f"support-{uuid.uuid4().hex[:8]}"
        instance = objects.create_instance(name)
        await sink.until(lambda: ObjectKey("", instance.metadata.name) in sink.instances)
        objects.delete_instance(name)
        await sink.until(lambda: ObjectKey("", instance.metadata.name) not in sink.instances)
        assignment = objects.create_assignment()
        await sink.until(lambda: assignment.key in sink.assignments)
        # A watch is begun after the list that has delivered the object; the next change comes by the watch.
        objects.delete_assignment()
        await sink.until(lambda: assignment.key not in sink.assignments)
        assert beats == {"connectusers", "connectinstances", "connectcontactassignments"}


async def test_a_sink_that_raises_does_not_break_the_watch(load: LoadConfiguration, objects: Objects) -> None:
    class Fragile(RecordingSink):
        def react(self, subject: Any) -> None:  # noqa: ANN401 - an object of any kind
            if subject.metadata.name == "bad":
                raise RuntimeError("a defect")

    sink = Fragile()
    async with watching(sink, load, only(objects.namespace)) as task:
        for name in ("bad", "good"):
            user = objects.create_user(name)
            await sink.until(knows(sink, user.key))
        assert not task.done()


async def test_it_runs_for_an_account_without_a_name(
    load: LoadConfiguration, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the image, whose user stands in no /etc/passwd."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 65532")

    monkeypatch.setattr(getpass, "getuser", nobody)
    sink, key = RecordingSink(), ObjectKey(objects.namespace, "jdoe")
    objects.create_user()
    async with watching(sink, load, only(objects.namespace)):
        await sink.until(knows(sink, key))
