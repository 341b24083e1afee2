"""ConnectContactAssignments on the real API server: each write is for one version of one object, or does not happen.

What depends on it is that nobody's desk rings twice. The watch and the resync have files of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import msgspec
import pytest

from connect_operator.domain.kinds.assignment import ConnectContactAssignment
from connect_operator.engine.ports import Event, ObjectChangedError, ObjectGoneError
from connect_operator.kube.assignments import KubernetesAssignments
from connect_operator.kube.connection import Connection, InvalidRequestError
from connect_operator.kube.credentials import LoadConfiguration
from connect_operator.kube.events import EventPoster

from .objects import Objects, Raw

ATTEMPT: Raw = {
    "observedGeneration": 1,
    "phase": "Pending",
    "userId": "7d1f",
    "attemptedTime": "2026-11-23T14:00:00.123456Z",
    "conditions": [
        {
            "type": "Complete",
            "status": "False",
            "reason": "Updating",
            "message": "AssociateContactWithUser is about to be sent",
            "observedGeneration": 1,
            "lastTransitionTime": "2026-11-23T14:00:00Z",
        }
    ],
}
FAILED: Raw = {"phase": "Failed", "completionTime": "2026-11-23T14:00:01Z", "conditions": []}


@pytest.fixture
def api(connection: Connection, poster: EventPoster) -> KubernetesAssignments:
    return KubernetesAssignments(connection, poster)


@pytest.fixture
async def other(load: LoadConfiguration, poster: EventPoster) -> AsyncIterator[KubernetesAssignments]:
    """Another copy of the operator."""
    connection = Connection(load)
    yield KubernetesAssignments(connection, poster)
    await connection.close()


# --- status ---------------------------------------------------------------------------------------


async def test_status_is_exactly_what_was_given_and_the_new_version_comes_back(
    api: KubernetesAssignments, objects: Objects
) -> None:
    """The new version is what the next write is for: without it each one would have to read first."""
    assignment = objects.create_assignment()
    for status in (ATTEMPT, FAILED, {}, ATTEMPT):
        assignment = await api.write_assignment_status(assignment, status)
        raw = objects.assignment()
        assert raw.get("status", {}) == status
        assert raw["metadata"]["resourceVersion"] == assignment.metadata.resource_version
        assert assignment.status.phase == status.get("phase", msgspec.UNSET)
    assert assignment.status.attempted_time == ATTEMPT["attemptedTime"]
    assert assignment.spec is not None
    assert assignment.spec.contact_id == "2c8e"


async def test_of_two_writers_one_succeeds(
    api: KubernetesAssignments, other: KubernetesAssignments, objects: Objects
) -> None:
    for number in range(10):  # whoever is first: the rule holds each time
        name = f"hand-{number}"
        assignment = objects.create_assignment(name)
        outcomes = await asyncio.gather(
            api.write_assignment_status(assignment, ATTEMPT),
            other.write_assignment_status(assignment, FAILED),
            return_exceptions=True,
        )
        (written,) = [each for each in outcomes if isinstance(each, ConnectContactAssignment)]
        (refused,) = [each for each in outcomes if each is not written]
        assert isinstance(refused, ObjectChangedError)
        raw = objects.assignment(name)
        assert raw["status"] == (ATTEMPT if outcomes[0] is written else FAILED)
        assert raw["metadata"]["resourceVersion"] == written.metadata.resource_version


async def test_the_writer_who_was_late_succeeds_with_what_it_reads(
    api: KubernetesAssignments, other: KubernetesAssignments, objects: Objects
) -> None:
    stale = objects.create_assignment()
    await other.write_assignment_status(stale, ATTEMPT)
    with pytest.raises(ObjectChangedError):
        await api.write_assignment_status(stale, FAILED)
    fresh = await api.read_assignment(stale)
    assert fresh is not None
    assert fresh.status.attempted_time == ATTEMPT["attemptedTime"]
    await api.write_assignment_status(fresh, FAILED)
    assert objects.assignment()["status"] == FAILED


async def test_any_change_of_the_object_comes_in_between(api: KubernetesAssignments, objects: Objects) -> None:
    """A label, too: what the version says is all that is known of what somebody else has done."""
    stale = objects.create_assignment()
    objects.patch_assignment({"metadata": {"labels": {"a": "b"}}})
    with pytest.raises(ObjectChangedError):
        await api.write_assignment_status(stale, ATTEMPT)
    raw = objects.assignment()
    assert raw["status"] == {"observedGeneration": -1}
    assert raw["metadata"]["labels"] == {"a": "b"}


async def test_a_deletion_that_a_finalizer_holds_up_comes_in_between(
    api: KubernetesAssignments, objects: Objects
) -> None:
    objects.create_assignment()
    stale = objects.patch_assignment({"metadata": {"finalizers": ["example.com/x"]}})
    objects.delete_assignment()
    with pytest.raises(ObjectChangedError):
        await api.write_assignment_status(stale, ATTEMPT)
    fresh = await api.read_assignment(stale)
    assert fresh is not None
    assert fresh.deleting
    await api.write_assignment_status(fresh, ATTEMPT)  # what has happened can still be written down
    assert objects.assignment()["status"] == ATTEMPT


async def test_the_same_status_again_is_no_new_version(api: KubernetesAssignments, objects: Objects) -> None:
    first = await api.write_assignment_status(objects.create_assignment(), ATTEMPT)
    assert await api.write_assignment_status(first, ATTEMPT) == first
    assert objects.assignment()["metadata"]["resourceVersion"] == first.metadata.resource_version


async def test_status_drops_what_another_writer_put_there(api: KubernetesAssignments, objects: Objects) -> None:
    objects.create_assignment()
    forged = objects.patch_assignment_status({"userId": "forged", "completionTime": "2026-11-23T14:00:01Z"})
    await api.write_assignment_status(forged, ATTEMPT)
    assert objects.assignment()["status"] == ATTEMPT


async def test_status_belongs_to_our_field_manager(api: KubernetesAssignments, objects: Objects) -> None:
    await api.write_assignment_status(objects.create_assignment(), ATTEMPT)
    managed = objects.assignment()["metadata"]["managedFields"]
    (entry,) = [entry for entry in managed if entry.get("subresource") == "status"]
    assert entry["manager"] == "connect-operator"


async def test_a_status_that_the_schema_forbids_is_told_as_such(api: KubernetesAssignments, objects: Objects) -> None:
    """As a defect it must not look like another writer, who is outrun by trying again."""
    assignment = objects.create_assignment()
    with pytest.raises(InvalidRequestError) as caught:
        await api.write_assignment_status(assignment, {"userId": 7})
    assert any(cause.startswith("status.userId:") for cause in caught.value.causes)


# --- gone -----------------------------------------------------------------------------------------


async def test_what_is_deleted_is_gone(api: KubernetesAssignments, objects: Objects) -> None:
    assignment = objects.create_assignment()
    objects.delete_assignment()
    with pytest.raises(ObjectGoneError):
        await api.write_assignment_status(assignment, ATTEMPT)
    assert await api.read_assignment(assignment) is None
    await api.delete_assignment(assignment)


async def test_what_has_the_name_of_a_former_one_is_left_alone(api: KubernetesAssignments, objects: Objects) -> None:
    former = await api.write_assignment_status(objects.create_assignment(), ATTEMPT)
    objects.delete_assignment()
    successor = objects.create_assignment()
    # Whether it is gone or changed is one request more to know, and comes to the same: read it again.
    with pytest.raises((ObjectGoneError, ObjectChangedError)):
        await api.write_assignment_status(former, FAILED)
    assert await api.read_assignment(former) is None
    await api.delete_assignment(former)
    assert await api.read_assignment(successor) == successor
    assert objects.assignment()["status"] == {"observedGeneration": -1}


# --- deletion -------------------------------------------------------------------------------------


async def test_it_is_deleted(api: KubernetesAssignments, objects: Objects) -> None:
    ended = await api.write_assignment_status(objects.create_assignment(), FAILED)
    objects.create_assignment("neighbour")
    for _ in range(2):  # the second finds it gone
        await api.delete_assignment(ended)
        assert objects.assignment_names() == {"neighbour"}


async def test_only_the_version_that_was_judged_is_deleted(api: KubernetesAssignments, objects: Objects) -> None:
    """Another one may have another time to live, or may not have ended: a restored backup, for instance."""
    assignment = await api.write_assignment_status(objects.create_assignment(), FAILED)
    changed = objects.patch_assignment({"metadata": {"labels": {"keep": "me"}}})
    await api.delete_assignment(assignment)
    assert objects.assignment_names() == {"hand-over"}
    await api.delete_assignment(changed)
    assert objects.assignment_names() == set()


async def test_a_finalizer_of_somebody_else_holds_the_deletion_up(api: KubernetesAssignments, objects: Objects) -> None:
    objects.create_assignment()
    held = objects.patch_assignment({"metadata": {"finalizers": ["example.com/x"]}})
    for _ in range(2):
        await api.delete_assignment(held)
        assert "deletionTimestamp" in objects.assignment()["metadata"]
    objects.patch_assignment({"metadata": {"finalizers": None}})
    assert objects.assignment_names() == set()


# --- the rest -------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["write", "read", "delete"])
async def test_a_name_that_is_none_never_becomes_a_request(
    api: KubernetesAssignments, objects: Objects, verb: str
) -> None:
    assignment = objects.create_assignment()
    metadata = msgspec.structs.replace(assignment.metadata, name="../connectusers")
    renamed = msgspec.structs.replace(assignment, metadata=metadata)
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "write": lambda: api.write_assignment_status(renamed, ATTEMPT),
        "read": lambda: api.read_assignment(renamed),
        "delete": lambda: api.delete_assignment(renamed),
    }
    with pytest.raises(ValueError, match="no name"):
        await calls[verb]()


async def test_events_are_about_the_assignment(
    api: KubernetesAssignments, poster: EventPoster, objects: Objects
) -> None:
    assignment = objects.create_assignment()
    worker = asyncio.create_task(poster.run())
    api.post_event(assignment, Event(reason="DeadlineExceeded", message="no call was carried out", warning=True))
    await poster.drain(20)
    worker.cancel()
    await asyncio.wait([worker])
    (event,) = objects.events(assignment.metadata.uid)
    about = event.involved_object
    assert (about.kind, about.namespace, about.name) == ("ConnectContactAssignment", objects.namespace, "hand-over")
    assert (about.api_version, about.resource_version) == (
        "connect-operator.io/v1alpha1",
        assignment.metadata.resource_version,
    )
    assert (event.type, event.reason, event.message) == ("Warning", "DeadlineExceeded", "no call was carried out")
