"""Answers that are no word about the request: HTML, none at all, half a body, a byte at a time; and mistyped faults."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError

from connect_sim.control_client import DEFAULT_INSTANCE, SimControl, SimError
from connect_sim.thread import SimThread

Client = Any
Json = dict[str, Any]


@pytest.mark.parametrize("status", [402, 407, 408, 413, 429, 502, 503])
@pytest.mark.parametrize(("when", "users"), [("before", 0), ("after", 1)])
def test_html_with_any_status(  # noqa: PLR0913, PLR0917 - a case and its fixtures
    status: int,
    when: str,
    users: int,
    connect: Client,
    a_user: Callable[..., Json],
    control: SimControl,
    refusal: Callable[..., Json],
) -> None:
    control.fault("html", "CreateUser", status=status, when=when, message="the proxy says no")
    found = refusal(connect.create_user, **a_user())
    assert found["status"] == status
    assert len(control.users()) == users
    [entry] = control.journal()
    assert (entry.outcome, entry.status, entry.committed) == ("html", status, bool(users))


@pytest.mark.parametrize(("when", "users"), [("before", 0), ("after", 1)])
def test_a_call_hangs_until_the_fault_is_removed(
    when: str,
    users: int,
    sim: SimThread,
    client_for: Callable[..., Client],
    a_user: Callable[..., Json],
    control: SimControl,
) -> None:
    patient = client_for(sim.url, timeout=60)
    hang = control.fault("hang", "CreateUser", when=when)
    with ThreadPoolExecutor() as pool:
        call = pool.submit(patient.create_user, **a_user())
        hang.wait_for_waiting()
        assert len(control.users()) == users
        assert control.journal()[0].outcome == "pending"
        hang.remove()
        with pytest.raises(ConnectionClosedError):
            call.result(timeout=60)
    assert len(control.users()) == users


def test_an_impatient_client_of_a_hanging_call_times_out(
    sim: SimThread, client_for: Callable[..., Client], control: SimControl
) -> None:
    impatient = client_for(sim.url, timeout=0.2)
    with control.fault("hang", "ListUsers", times=None), pytest.raises(ReadTimeoutError):
        impatient.list_users(InstanceId=DEFAULT_INSTANCE)


def test_half_a_body_is_no_answer_though_it_was_done(
    connect: Client, a_user: Callable[..., Json], control: SimControl
) -> None:
    """Botocore itself takes half a body for an answer without members; a client has to look at the length."""
    control.fault("half-body", "CreateUser")
    assert "UserId" not in connect.create_user(**a_user(Username="ann"))
    assert [user["Username"] for user in control.users()] == ["ann"]
    [entry] = control.journal()
    assert (entry.outcome, entry.committed) == ("dropped", True)


def test_half_a_body_is_half_of_what_its_head_promises(sim: SimThread, control: SimControl) -> None:
    control.fault("half-body", "DescribeInstance")
    with pytest.raises(http.client.IncompleteRead) as raised:
        _read(sim, f"/instance/{DEFAULT_INSTANCE}")
    assert raised.value.expected
    assert abs(len(raised.value.partial) - raised.value.expected) <= 1


def test_a_page_of_html_says_the_message(sim: SimThread, control: SimControl) -> None:
    control.fault("html", "DescribeInstance", status=200, message="the proxy <says> no")
    assert b"the proxy &lt;says&gt; no" in _read(sim, f"/instance/{DEFAULT_INSTANCE}")


def _read(sim: SimThread, path: str) -> bytes:
    address = urlsplit(sim.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    finally:
        connection.close()


def test_a_dripping_answer_is_slower_than_a_read_timeout_notices(
    sim: SimThread, client_for: Callable[..., Client], control: SimControl
) -> None:
    """Each byte comes in time, the whole does not: only a deadline for the whole call ends it."""
    client = client_for(sim.url, timeout=5)
    drip = control.fault("drip", "DescribeInstance", seconds=0.01)
    started = time.monotonic()
    answer = client.describe_instance(InstanceId=DEFAULT_INSTANCE)
    assert answer["Instance"]["Id"] == DEFAULT_INSTANCE
    assert time.monotonic() - started > 2
    assert drip.hits == 1


def test_a_released_drip_sends_the_rest_at_once(
    sim: SimThread, client_for: Callable[..., Client], control: SimControl
) -> None:
    client = client_for(sim.url, timeout=60)
    drip = control.fault("drip", "DescribeInstance", seconds=30)
    with ThreadPoolExecutor() as pool:
        call = pool.submit(client.describe_instance, InstanceId=DEFAULT_INSTANCE)
        drip.wait_for_waiting()
        drip.release()
        assert call.result(timeout=60)["Instance"]["Id"] == DEFAULT_INSTANCE


def test_a_reset_after_the_work_leaves_the_user(
    connect: Client, a_user: Callable[..., Json], control: SimControl
) -> None:
    control.fault("reset-after-commit", "CreateUser")
    with pytest.raises(HTTPClientError):
        connect.create_user(**a_user())
    assert len(control.users()) == 1


UNKNOWN = [
    ("CreateUsers", "is no simulated operation; did you mean CreateUser"),
    ("delete_user", "did you mean DeleteUser"),
    ("Create*Queue", "matches no simulated operation"),
    ("CreateInstance", "an operation of Amazon Connect that is not simulated"),
    ("xyzzy", "there are AssociateContactWithUser,"),
]


@pytest.mark.parametrize(("name", "text"), UNKNOWN)
def test_a_fault_on_an_operation_that_does_not_exist_is_refused(name: str, text: str, control: SimControl) -> None:
    with pytest.raises(SimError, match=rf"400.*{re.escape(text)}"):
        control.fault("deny", name)
    assert control.faults() == []


@pytest.mark.parametrize("operation", ["*", "AssumeRole", "Create*", "DeleteAllEntitySessions"])
def test_a_fault_on_an_operation_that_exists_is_taken(operation: str, control: SimControl) -> None:
    control.fault("deny", operation).remove()


def test_rates_drains_and_journals_of_unknown_operations_are_refused(control: SimControl) -> None:
    with pytest.raises(SimError, match="did you mean CreateUser"):
        control.settings(rates={"CreateUsr": {"rate": 1}})
    with pytest.raises(SimError, match="did you mean CreateUser"):
        control.drain("CreateUsr")
    with pytest.raises(SimError, match="did you mean CreateUser"):
        control.journal(operation="CreateUsr")


@pytest.mark.parametrize(("options", "text"), [({"status": 99}, "200 to 599"), ({"seconds": -1}, "negative")])
def test_impossible_rules_are_refused(options: Json, text: str, control: SimControl) -> None:
    with pytest.raises(SimError, match=text):
        control.fault("html", "ListUsers", **options)
