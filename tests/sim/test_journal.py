"""The journal of calls: what it tells, and what it must never hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from connect_sim.control_client import DEFAULT_INSTANCE, SimControl
from connect_sim.server.clock import ManualClock
from connect_sim.server.journal import Journal
from connect_sim.thread import SimThread

Client = Any
Json = dict[str, Any]


def test_an_entry_tells_who_called_what_when_and_how_it_ended(
    connect: Client, a_user: Callable[..., Json], control: SimControl, clock: ManualClock
) -> None:
    params = a_user(Username="ann", Tags={"a": "b"})
    answer = connect.create_user(**params)
    [entry] = control.journal()
    assert (entry.operation, entry.service, entry.outcome, entry.status) == ("CreateUser", "connect", "ok", 200)
    assert (entry.account, entry.region, entry.access_key_id) == ("111122223333", "us-east-1", "anything")
    assert entry.params == {**params, "Password": "***"}
    assert entry.request_id == answer["ResponseMetadata"]["RequestId"]
    assert entry.sdk_invocation_id
    assert entry.committed
    assert entry.time == clock.now()


def test_reads_commit_nothing(connect: Client, control: SimControl) -> None:
    connect.list_users(InstanceId=DEFAULT_INSTANCE)
    connect.search_users(InstanceId=DEFAULT_INSTANCE)
    assert [entry.committed for entry in control.journal()] == [False, False]


def test_since_operation_and_clear(connect: Client, control: SimControl) -> None:
    connect.list_users(InstanceId=DEFAULT_INSTANCE)
    position = control.journal_position()
    connect.search_users(InstanceId=DEFAULT_INSTANCE)
    connect.list_users(InstanceId=DEFAULT_INSTANCE)
    assert [entry.operation for entry in control.journal(position)] == ["SearchUsers", "ListUsers"]
    assert [entry.n for entry in control.journal(operation="ListUsers")] == [position, position + 2]
    control.clear_journal()
    assert control.journal() == []
    connect.list_instances()
    assert [entry.n for entry in control.journal()] == [position + 3]


def test_the_client_reads_long_journals_page_by_page(
    connect: Client, control: SimControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        connect.list_instances()
    monkeypatch.setattr("connect_sim.control.machine_routes.PAGE", 2)
    assert len(control.journal()) == 5
    assert len(control.journal(operation="ListInstances")) == 5
    assert control.journal(operation="CreateUser") == []


def test_the_control_endpoint_is_not_in_it(control: SimControl) -> None:
    control.users()
    assert control.journal() == []


def test_the_oldest_entries_make_room() -> None:
    journal = Journal(capacity=2)
    for _ in range(5):
        journal.open(time=0.0, service="connect", operation="ListUsers")
    assert [entry.n for entry in journal.since(0)] == [4, 5]
    assert [entry.n for entry in journal.since(4)] == [5]


def test_no_password_anywhere(
    sim: SimThread, connect: Client, a_user: Callable[..., Json], control: SimControl
) -> None:
    good, bad = "Sup3rSecretWord", "n0-capital-in-this-one"
    connect.create_user(**a_user(Username="ann", Password=good))
    messages = []
    for change in (
        {"Password": bad},
        {"Password": good, "Username": "ann"},
        {"Password": good, "RoutingProfileId": "x"},
    ):
        with pytest.raises(ClientError) as raised:
            connect.create_user(**a_user(**{"Password": good, **change}))
        messages.append(str(raised.value.response))
    shown = [str(control.journal()), str(control.users()), str(control.request("GET", "/instances")), *messages]
    state = sim.simulator.world.instances.get(DEFAULT_INSTANCE)
    assert state is not None
    shown.append(repr(list(state.users.all())))
    assert not any(good in text or bad in text for text in shown)
