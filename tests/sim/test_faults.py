"""Faults on demand, as an SDK with retries off meets them."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError

from connect_sim.control_client import DEFAULT_INSTANCE, SAML_INSTANCE, SimControl, SimError
from connect_sim.thread import SimThread

Client = Any
Json = dict[str, Any]


def test_drop_after_commit_leaves_the_user_and_no_answer(
    connect: Client, a_user: Callable[..., Json], control: SimControl
) -> None:
    control.fault("drop-after-commit", "CreateUser")
    with pytest.raises(ConnectionClosedError):
        connect.create_user(**a_user(Username="ann"))
    assert [user["Username"] for user in control.users()] == ["ann"]
    [entry] = control.journal()
    assert (entry.outcome, entry.committed, entry.status) == ("dropped", True, 0)


@pytest.mark.parametrize("kind", ["drop-before", "refuse"])
def test_dropped_before_the_work_leaves_nothing(
    kind: str, connect: Client, a_user: Callable[..., Json], control: SimControl
) -> None:
    control.fault(kind, "CreateUser")
    with pytest.raises(HTTPClientError):
        connect.create_user(**a_user())
    assert control.users() == []
    [entry] = control.journal()
    assert (entry.outcome, entry.committed) == ("dropped", False)


@pytest.mark.parametrize(("kind", "users"), [("500-before", 0), ("500-after-commit", 1)])
def test_500_before_and_after_commit(
    kind: str,
    users: int,
    connect: Client,
    a_user: Callable[..., Json],
    control: SimControl,
    refusal: Callable[..., Json],
) -> None:
    control.fault(kind, "CreateUser")
    found = refusal(connect.create_user, **a_user())
    assert (found["code"], found["status"]) == ("InternalServiceException", 500)
    assert len(control.users()) == users
    [entry] = control.journal()
    assert entry.committed is bool(users)


def test_refuse_resets_the_connection_and_drop_closes_it(sim: SimThread, control: SimControl) -> None:
    address = urlsplit(sim.url)
    request = f"GET /users-summary/{DEFAULT_INSTANCE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()

    def ending(kind: str) -> str:
        control.fault(kind, "ListUsers")
        with socket.create_connection((address.hostname, address.port), timeout=120) as connection:
            connection.sendall(request)
            try:
                return f"read {len(connection.recv(1))} bytes"
            except ConnectionResetError:
                return "reset"

    assert (ending("drop-before"), ending("refuse")) == ("read 0 bytes", "reset")


ERRORS: list[tuple[str, Json, str, int]] = [
    ("error", {"code": "ConditionalOperationFailedException"}, "ConditionalOperationFailedException", 409),
    ("error", {"code": "LimitExceededException"}, "LimitExceededException", 429),
    ("error", {"code": "SomethingNew", "status": 418, "message": "hello"}, "SomethingNew", 418),
    ("error", {"code": "ExpiredTokenException"}, "ExpiredTokenException", 403),
    ("throttle", {}, "TooManyRequestsException", 429),
    ("deny", {}, "AccessDeniedException", 403),
]


@pytest.mark.parametrize(("kind", "options", "code", "status"), ERRORS, ids=[f"{c[0]} {c[2]}" for c in ERRORS])
def test_errors_on_demand(  # noqa: PLR0913, PLR0917 - a case and three fixtures
    kind: str,
    options: Json,
    code: str,
    status: int,
    connect: Client,
    ann: Json,
    control: SimControl,
    refusal: Callable[..., Json],
) -> None:
    control.fault(kind, "UpdateUserConfig", **options)
    found = refusal(connect.update_user_config, **ann)
    assert (found["code"], found["status"]) == (code, status)
    connect.update_user_config(**ann)


def test_skip_times_and_match_choose_the_calls(
    connect: Client, a_user: Callable[..., Json], control: SimControl, refusal: Callable[..., Json]
) -> None:
    fault = control.fault("500-before", "CreateUser", after=1, times=2, match={"username": "b*"})
    outcomes = []
    for name in ("b1", "a1", "b2", "a2", "b3", "b4"):
        try:
            connect.create_user(**a_user(Username=name))
            outcomes.append(f"{name} ok")
        except connect.exceptions.InternalServiceException:
            outcomes.append(f"{name} failed")
    assert outcomes == ["b1 ok", "a1 ok", "b2 failed", "a2 ok", "b3 failed", "b4 ok"]
    assert fault.state()["times"] == 0
    assert fault.hits == 2
    control.fault("deny", "CreateUser", times=None)
    for _ in range(3):
        assert refusal(connect.create_user, **a_user())["status"] == 403


def test_a_match_on_the_username_finds_calls_by_id_and_by_arn(
    connect: Client, ann: Json, control: SimControl, refusal: Callable[..., Json]
) -> None:
    control.fault("deny", "*", times=None, match={"username": "ann"})
    arn = control.users()[0]["Arn"]
    assert refusal(connect.describe_user, **ann)["status"] == 403
    assert refusal(connect.describe_user, **{**ann, "UserId": arn})["status"] == 403
    assert refusal(connect.tag_resource, resourceArn=arn, tags={"a": ""})["status"] == 403
    connect.list_users(InstanceId=DEFAULT_INSTANCE)


def test_a_deny_on_a_security_profile_blocks_creation_with_it(
    connect: Client, a_user: Callable[..., Json], control: SimControl, refusal: Callable[..., Json]
) -> None:
    admin = next(profile for profile in control.records("security-profiles") if profile["name"] == "Admin")
    control.fault("deny", "CreateUser", times=None, resource=admin["arn"])
    connect.create_user(**a_user())
    for value in (admin["id"], admin["arn"]):
        assert refusal(connect.create_user, **a_user(SecurityProfileIds=[value]))["code"] == "AccessDeniedException"


def test_a_page_can_fail(connect: Client, control: SimControl, refusal: Callable[..., Json]) -> None:
    control.add_users({"Username": f"user{n}"} for n in range(6))
    control.fault("500-before", "ListUsers", match={"page": 2})
    first = connect.list_users(InstanceId=DEFAULT_INSTANCE, MaxResults=2)
    second = {"InstanceId": DEFAULT_INSTANCE, "MaxResults": 2, "NextToken": first["NextToken"]}
    assert refusal(connect.list_users, **second)["status"] == 500
    assert len(connect.list_users(**second)["UserSummaryList"]) == 2


@pytest.mark.parametrize(
    ("kind", "sizes"),
    [("truncate-page", [4, 2, 4]), ("empty-page", [4, 0, 4]), ("end-early", [4, 4])],
)
@pytest.mark.parametrize(("operation", "key"), [("list_users", "UserSummaryList"), ("search_users", "Users")])
def test_pages_can_lack_users(
    kind: str, sizes: list[int], operation: str, key: str, connect: Client, control: SimControl
) -> None:
    control.add_users({"Username": f"user{n}"} for n in range(12))
    control.fault(kind, "*", match={"page": 2})
    pages = connect.get_paginator(operation).paginate(InstanceId=DEFAULT_INSTANCE, PaginationConfig={"PageSize": 4})
    assert [len(page[key]) for page in pages] == sizes


def test_a_frozen_list_shows_what_was(connect: Client, ann: Json, control: SimControl) -> None:
    with control.fault("freeze", "ListUsers", times=None):
        connect.delete_user(**ann)
        control.add_users([{"Username": "new"}])
        frozen = connect.list_users(InstanceId=DEFAULT_INSTANCE)["UserSummaryList"]
        assert [user["Username"] for user in frozen] == ["ann"]
        found = connect.search_users(InstanceId=DEFAULT_INSTANCE)["Users"]
        assert [user["Username"] for user in found] == ["new"]
        assert connect.list_users(InstanceId=SAML_INSTANCE)["UserSummaryList"] == []
    thawed = connect.list_users(InstanceId=DEFAULT_INSTANCE)["UserSummaryList"]
    assert [user["Username"] for user in thawed] == ["new"]


@pytest.mark.parametrize(("when", "users"), [("before", 0), ("after", 1)])
def test_a_barrier_holds_calls_until_it_is_released(
    when: str, users: int, connect: Client, a_user: Callable[..., Json], control: SimControl
) -> None:
    barrier = control.fault("barrier", "CreateUser", when=when)
    with ThreadPoolExecutor() as pool:
        call = pool.submit(connect.create_user, **a_user())
        barrier.wait_for_waiting()
        assert len(control.users()) == users
        [entry] = control.journal()
        assert (entry.outcome, entry.committed) == ("pending", bool(users))
        assert not call.done()
        barrier.release()
        assert call.result(timeout=120)["UserId"] == control.users()[0]["Id"]
    assert barrier.waiting == 0


def test_removing_a_barrier_lets_its_calls_go(connect: Client, control: SimControl) -> None:
    barrier = control.fault("barrier", "ListUsers", times=None)
    with ThreadPoolExecutor() as pool:
        calls = [pool.submit(connect.list_users, InstanceId=DEFAULT_INSTANCE) for _ in range(3)]
        barrier.wait_for_waiting(3)
        barrier.remove()
        assert all(call.result(timeout=120)["UserSummaryList"] == [] for call in calls)
    barrier.remove()


def test_a_late_answer_commits_first_and_others_go_on(
    connect: Client, a_user: Callable[..., Json], control: SimControl
) -> None:
    control.fault("delay", "CreateUser", seconds=0.5)
    with ThreadPoolExecutor() as pool:
        started = time.monotonic()
        call = pool.submit(connect.create_user, **a_user())
        control.wait_until(control.users, what="the commit")
        connect.list_users(InstanceId=DEFAULT_INSTANCE)
        call.result(timeout=120)
    assert time.monotonic() - started >= 0.5


def test_a_client_that_has_gone_does_not_undo_its_call(
    sim: SimThread, client_for: Callable[..., Client], a_user: Callable[..., Json], control: SimControl
) -> None:
    impatient = client_for(sim.url, timeout=0.2)
    barrier = control.fault("barrier", "CreateUser")
    with pytest.raises(ReadTimeoutError):
        impatient.create_user(**a_user())
    assert control.users() == []
    barrier.release()
    control.wait_until(control.users, what="the commit")


def test_several_faults_meet_in_one_call(connect: Client, a_user: Callable[..., Json], control: SimControl) -> None:
    delay = control.fault("delay", "CreateUser", seconds=0.01)
    drop = control.fault("drop-after-commit", "Create*")
    later = control.fault("500-before", "CreateUser")
    with pytest.raises(ConnectionClosedError):
        connect.create_user(**a_user())
    [entry] = control.journal()
    assert entry.faults == [delay.id, drop.id]
    assert later.hits == 0


def test_a_lost_answer_to_a_retrying_sdk_is_a_duplicate(
    sim: SimThread, a_user: Callable[..., Json], control: SimControl, client_for: Callable[..., Client]
) -> None:
    retrying = client_for(sim.url, attempts=3)
    control.fault("drop-after-commit", "CreateUser", times=None, match={"attempt": 1})
    with pytest.raises(retrying.exceptions.DuplicateResourceException):
        retrying.create_user(**a_user())
    first, second = control.journal()
    assert (first.attempt, first.outcome, first.committed) == (1, "dropped", True)
    assert (second.attempt, second.outcome, second.committed) == (2, "DuplicateResourceException", False)
    assert first.sdk_invocation_id == second.sdk_invocation_id
    assert first.request_id != second.request_id


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"kind": "flood"}, "kind must be one of"),
        ({"kind": "delay", "when": "never"}, "before or after"),
        ({"kind": "deny", "times": 0}, "at least 1"),
        ({"kind": "deny", "colour": "red"}, "colour"),
    ],
)
def test_rules_are_checked(options: Json, text: str, control: SimControl) -> None:
    with pytest.raises(SimError, match=text):
        control.fault(**{"operation": "*", **options})


def test_faults_are_listed_and_cleared(control: SimControl) -> None:
    ids = [control.fault("deny", "CreateUser").id, control.fault("throttle", "*").id]
    assert [fault["id"] for fault in control.faults()] == ids
    control.clear_faults()
    assert control.faults() == []
