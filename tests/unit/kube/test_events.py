"""Events while the API server is away; all else about them is tested against the real one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from connect_operator.domain.kinds.objects import ConnectUser, parse_user
from connect_operator.engine.ports import Event
from connect_operator.kube.connection import Connection, Request
from connect_operator.kube.credentials import loader
from connect_operator.kube.events import EventPoster, EventSettings, event_body

CREATED = Event(reason="Created", message="created")


class StoppedClock:
    def now(self) -> float:
        return 0.0

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def user() -> ConnectUser:
    return parse_user({"metadata": {"namespace": "team-a", "name": "jdoe", "uid": "u1"}})


@pytest.fixture
async def unreachable(tmp_path: Path) -> AsyncIterator[Connection]:
    """A connection to a port where nobody listens."""
    content = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c"}}],
        "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:1"}}],
    }
    file = tmp_path / "kubeconfig"
    file.write_text(json.dumps(content), encoding="utf-8")
    connection = Connection(loader({"KUBECONFIG": str(file)}))
    yield connection
    await connection.close()


async def test_it_is_tried_again_and_then_dropped(unreachable: Connection, user: ConnectUser) -> None:
    slept, dropped = list[float](), list[bool]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    poster = EventPoster(
        unreachable, StoppedClock(), unique=lambda: "0", dropped=lambda: dropped.append(True), sleep=sleep
    )
    task = asyncio.create_task(poster.run())
    poster.post(user, CREATED)
    await poster.drain(20)
    assert slept == [1.0, 5.0]
    assert dropped == [True]
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])


async def test_draining_has_an_end(unreachable: Connection, user: ConnectUser) -> None:
    poster = EventPoster(unreachable, StoppedClock(), unique=lambda: "0")
    poster.post(user, CREATED)
    await asyncio.wait_for(poster.drain(0.01), 20)  # nobody posts


async def test_posting_never_raises_when_the_queue_is_full(unreachable: Connection, user: ConnectUser) -> None:
    dropped = list[bool]()
    poster = EventPoster(
        unreachable,
        StoppedClock(),
        settings=EventSettings(capacity=2),
        unique=lambda: "0",
        dropped=lambda: dropped.append(True),
    )
    for _ in range(5):
        poster.post(user, CREATED)
    assert len(dropped) == 3


def test_an_event_says_on_one_line_what_others_wrote(user: ConnectUser) -> None:
    event = Event(reason="Updated", message="identityInfo.firstName: Eve\n\x1b[2J\u202e")
    message = event_body(user, event, "2026-01-01T00:00:00Z", "jdoe.0")["message"]
    assert message == r"identityInfo.firstName: Eve\n\x1b[2J\u202e"
    long = event_body(user, Event(reason="Updated", message="\x1b" * 1000), "2026-01-01T00:00:00Z", "jdoe.0")["message"]
    assert len(long) == 1024


async def test_an_event_that_cannot_be_posted_for_any_reason_keeps_no_other_from_it(user: ConnectUser) -> None:
    posted, dropped = list[str](), list[bool]()

    class Broken:
        async def request(self, request: Request) -> bytes:
            assert isinstance(request.body, dict)
            if request.body["reason"] == "Broken":
                raise RuntimeError("a defect")
            posted.append(request.body["reason"])
            return b"{}"

    poster = EventPoster(
        cast("Connection", Broken()), StoppedClock(), unique=lambda: "0", dropped=lambda: dropped.append(True)
    )
    task = asyncio.create_task(poster.run())
    poster.post(user, Event(reason="Broken", message="one"))
    poster.post(user, Event(reason="Created", message="two"))
    await poster.drain(20)
    assert (posted, dropped, task.done()) == (["Created"], [True], False)
    task.cancel()
    await asyncio.wait([task])


@pytest.mark.parametrize("flood", [5, 5000])
async def test_who_causes_thousands_keeps_nobody_elses_waiting_or_out(flood: int) -> None:
    posted, dropped = list[str](), list[bool]()

    class Taking:
        async def request(self, request: Request) -> bytes:
            assert isinstance(request.body, dict)
            posted.append(request.body["metadata"]["namespace"])
            return b"{}"

    poster = EventPoster(
        cast("Connection", Taking()),
        StoppedClock(),
        settings=EventSettings(capacity=100),
        unique=lambda: "0",
        dropped=lambda: dropped.append(True),
    )
    for number in range(flood):
        poster.post(of("tenant-x"), Event(reason="Created", message=str(number)))
    for number in range(10):
        poster.post(of("team-a"), Event(reason="Created", message=str(number)))
    task = asyncio.create_task(poster.run())
    await poster.drain(20)
    assert posted.count("team-a") == 10
    assert set(posted[1:20:2]) == {"team-a"} if flood > 10 else posted.count("tenant-x") == flood
    assert len(posted) + len(dropped) == flood + 10
    task.cancel()
    await asyncio.wait([task])


def of(namespace: str) -> ConnectUser:
    return parse_user({"metadata": {"namespace": namespace, "name": "jdoe", "uid": f"uid-{namespace}"}})
