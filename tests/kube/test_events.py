"""Events on the real API server, read as `kubectl describe` reads them."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, Callable

import msgspec
import pytest

from connect_operator.engine.ports import Event
from connect_operator.kube.connection import Connection
from connect_operator.kube.events import EventPoster, EventSettings

from .objects import Objects

CREATED = Event(reason="Created", message="created the Connect user jdoe")
THROTTLED = Event(reason="Throttled", message="TooManyRequestsException", warning=True)


class ManualClock:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.time = 1_790_000_000.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time


class Posting:
    """A running poster with its clock and its losses."""

    def __init__(self, connection: Connection, unique: Callable[[], str]) -> None:
        self.clock = ManualClock()
        self.dropped = 0
        self.poster = EventPoster(
            connection, self.clock, settings=EventSettings(capacity=3), unique=unique, dropped=self._drop
        )

    def _drop(self) -> None:
        self.dropped += 1


@pytest.fixture
async def posting(connection: Connection) -> AsyncIterator[Posting]:
    numbers = itertools.count()
    posting = Posting(connection, lambda: f"{uuid.uuid4().hex[:8]}{next(numbers):x}")
    task = asyncio.create_task(posting.poster.run())
    yield posting
    task.cancel()
    await asyncio.wait([task])


async def test_an_event_names_object_reason_type_and_source(posting: Posting, objects: Objects) -> None:
    user = objects.create_user()
    posting.poster.post(user, THROTTLED)
    await posting.poster.drain(20)
    (event,) = objects.events(user.metadata.uid)
    about = event.involved_object
    assert (about.kind, about.namespace, about.name) == ("ConnectUser", objects.namespace, "jdoe")
    assert (about.uid, about.resource_version) == (user.metadata.uid, user.metadata.resource_version)
    assert about.api_version == "connect-operator.io/v1alpha1"
    assert (event.type, event.reason, event.message) == ("Warning", "Throttled", "TooManyRequestsException")
    assert event.source.component == "connect-operator"
    assert event.reporting_component == "connect-operator"
    assert event.count == 1
    assert event.first_timestamp.timestamp() == posting.clock.time


async def test_repetitions_within_the_window_are_counted(posting: Posting, objects: Objects) -> None:
    user = objects.create_user()
    for _ in range(3):
        posting.poster.post(user, CREATED)
        await posting.poster.drain(20)
        posting.clock.time += 599
    (event,) = objects.events(user.metadata.uid)
    assert event.count == 3
    assert (event.last_timestamp - event.first_timestamp).total_seconds() == 2 * 599


async def test_what_differs_or_comes_late_is_an_event_of_its_own(posting: Posting, objects: Objects) -> None:
    user, other = objects.create_user(), objects.create_user("other")
    posting.poster.post(user, CREATED)
    posting.poster.post(user, THROTTLED)
    posting.poster.post(other, CREATED)
    await posting.poster.drain(20)
    posting.clock.time += 601
    posting.poster.post(user, CREATED)
    await posting.poster.drain(20)
    assert [(event.reason, event.count) for event in objects.events(user.metadata.uid)].count(("Created", 1)) == 2
    assert len(objects.events(user.metadata.uid)) == 3
    assert len(objects.events(other.metadata.uid)) == 1


async def test_a_repetition_of_an_event_that_has_expired_is_posted_anew(posting: Posting, objects: Objects) -> None:
    user = objects.create_user()
    posting.poster.post(user, CREATED)
    await posting.poster.drain(20)
    (former,) = objects.events(user.metadata.uid)
    objects.delete_event(former.metadata.name)
    posting.poster.post(user, CREATED)
    await posting.poster.drain(20)
    (event,) = objects.events(user.metadata.uid)
    assert event.count == 1
    assert posting.dropped == 0


async def test_events_of_cluster_scoped_objects_live_in_default(posting: Posting, objects: Objects) -> None:
    instance = objects.create_instance(f"support-{uuid.uuid4().hex[:8]}")
    posting.poster.post(instance, CREATED)
    await posting.poster.drain(20)
    (event,) = objects.events(instance.metadata.uid, "default")
    assert event.involved_object.kind == "ConnectInstance"
    objects.delete_instance(instance.metadata.name)


async def test_a_long_message_is_cut(posting: Posting, objects: Objects) -> None:
    user = objects.create_user()
    posting.poster.post(user, Event(reason="Long", message="ä" * 2000))
    await posting.poster.drain(20)
    (event,) = objects.events(user.metadata.uid)
    assert len(event.message) <= 1024
    assert event.message.endswith("…")


async def test_a_full_queue_drops_and_counts(posting: Posting, objects: Objects) -> None:
    user = objects.create_user()
    for number in range(5):  # without a pause for the worker
        posting.poster.post(user, Event(reason="Many", message=str(number)))
    assert posting.dropped == 2
    await posting.poster.drain(20)
    assert {event.message for event in objects.events(user.metadata.uid)} == {"0", "1", "2"}


async def test_an_event_that_is_refused_is_dropped_and_the_next_one_posted(posting: Posting, objects: Objects) -> None:
    user = objects.create_user()
    metadata = msgspec.structs.replace(user.metadata, namespace="absent")
    posting.poster.post(msgspec.structs.replace(user, metadata=metadata), CREATED)
    posting.poster.post(user, THROTTLED)
    await posting.poster.drain(20)
    assert [event.reason for event in objects.events(user.metadata.uid)] == ["Throttled"]
    assert posting.dropped == 1
