"""One request over real HTTP: what is sent, what comes back, and what becomes of secrets and threads."""

from __future__ import annotations

import asyncio
import json
import threading
from urllib.parse import unquote

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.user import ObservedUser
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.engine.ports import Created

from .conftest import INSTANCE, ManualClock
from .one_create import PASSWORD, USER, failure_of_create
from .stub_server import Hang, HangUp, Reply, Stub

ARN = f"arn:aws:connect:eu-central-1:123456789012:instance/{INSTANCE}"


# --- what is sent -----------------------------------------------------------------------------


async def test_a_create_carries_the_instance_the_password_and_our_name(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [Reply(body=json.dumps({"UserId": "u-1", "UserArn": f"{ARN}/agent/u-1"}).encode())]

    await connect.create_user(USER, PASSWORD)

    (request,) = stub.received
    assert (request.method, request.path) == ("PUT", f"/users/{INSTANCE}")
    assert json.loads(request.body) == {**USER, "Password": "Passw0rdIsSecret"}
    assert "connect-operator/1.2.3" in request.headers["User-Agent"]
    assert "/eu-central-1/connect/" in request.headers["Authorization"]


async def test_a_create_without_password_carries_none(connect: BotoConnect, stub: Stub) -> None:
    await connect.create_user(USER, None)

    assert json.loads(stub.received[0].body) == USER


async def test_tagging_names_the_resource_and_no_instance(connect: BotoConnect, stub: Stub) -> None:
    await connect.write("TagResource", {"resourceArn": f"{ARN}/agent/u-1", "tags": {"a": "b"}})

    (request,) = stub.received
    assert unquote(request.path) == f"/tags/{ARN}/agent/u-1"
    assert json.loads(request.body) == {"tags": {"a": "b"}}


async def test_an_empty_id_is_refused_before_anything_is_sent(connect: BotoConnect, stub: Stub) -> None:
    with pytest.raises(ValueError, match="DeleteUser: UserId is empty"):
        await connect.write("DeleteUser", {"UserId": ""})

    assert stub.received == []


async def test_an_unknown_operation_is_refused_before_anything_is_sent(connect: BotoConnect, stub: Stub) -> None:
    with pytest.raises(ValueError, match="DeleteEverything"):
        await connect.write("DeleteEverything", {})

    assert stub.received == []


# --- what comes back --------------------------------------------------------------------------

DATES = [
    ("the server's", {"Date": "Fri, 02 Jan 2026 03:04:05 GMT"}, 1767323045.0),
    ("without a zone, which means UTC", {"Date": "Fri, 02 Jan 2026 03:04:05 -0000"}, 1767323045.0),
    ("missing", {}, 1_000_000.0),
    ("no date", {"Date": "yesterday"}, 1_000_000.0),
]


@pytest.mark.parametrize(("reason", "headers", "expected"), DATES, ids=[row[0] for row in DATES])
async def test_the_servers_time_is_its_date_header_else_our_clock(
    connect: BotoConnect, stub: Stub, reason: str, headers: dict[str, str], expected: float
) -> None:
    stub.answers = [Reply(headers=headers)]

    assert await connect.write("DeleteUser", {"UserId": "u-1"}) == expected, reason


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"UserId": "u-1", "UserArn": f"{ARN}/agent/u-1"}, ("u-1", f"{ARN}/agent/u-1")),
        ({"UserArn": f"{ARN}/agent/u-1"}, ("u-1", f"{ARN}/agent/u-1")),
        ({}, ("", "")),
    ],
    ids=["both", "the ARN tells the id", "neither"],
)
async def test_the_ids_of_a_created_user_may_be_missing(
    connect: BotoConnect, stub: Stub, body: dict[str, str], expected: tuple[str, str]
) -> None:
    stub.answers = [Reply(body=json.dumps(body).encode())]

    assert await connect.create_user(USER, None) == Created(*expected, 1_000_000.0)


async def test_an_empty_token_ends_the_pages(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [Reply(body=b'{"UserSummaryList": [], "NextToken": ""}')]

    assert (await connect.list_users(None)).next_token is None


async def test_a_search_by_name_that_ignores_case_is_filtered(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [Reply(body=json.dumps({"Users": [{"Id": "1", "Username": "JDoe"}]}).encode())]

    assert (await connect.search_users(None, username="jdoe")).users == ()


async def test_half_a_surrogate_pair_never_comes_in(connect: BotoConnect, stub: Stub) -> None:
    """It has no form in UTF-8: a status made of it would be stored as something else, and differ in every pass."""
    names = r'{"Id": "u-1", "Username": "\ud800\\ud801\ud83d\ude00", "IdentityInfo": {"FirstName": "caf\u00e9\udfff"}}'
    as_if_characters = b'{"Id": "u-2", "Username": "\xed\xa0\x80x", "Tags": {"\xed\xb0\x80": "y"}}'
    stub.answers = [Reply(body=b'{"Users": [' + names.encode() + b", " + as_if_characters + b"]}")]

    first, second = (await connect.search_users(None)).users

    assert isinstance(first, ObservedUser)
    assert isinstance(second, ObservedUser)
    assert (first.username, first.first_name) == ("\ufffd\\ud801\U0001f600", "caf\u00e9\ufffd")
    assert "\ufffd" in second.username
    assert all(text.encode() for text in (*second.tags, second.username))


# --- secrets and threads ----------------------------------------------------------------------


async def test_a_password_that_the_server_repeats_is_not_in_the_error(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [Reply(status=400, body=b'{"message": "bad password Passw0rdIsSecret!"}')]

    error = await failure_of_create(connect)

    assert error.message == "bad password ***!"


async def test_no_exception_or_frame_that_holds_the_password_hangs_on_the_error(
    connect: BotoConnect, stub: Stub
) -> None:
    stub.answers = [HangUp()]

    error = await failure_of_create(connect)

    assert (error.__cause__, error.__context__) == (None, None)
    traceback = error.__traceback__
    while traceback is not None:
        if "connect_operator" in traceback.tb_frame.f_code.co_filename:
            assert "Passw0rdIsSecret" not in repr(traceback.tb_frame.f_locals)
        traceback = traceback.tb_next


async def test_the_event_loop_goes_on_while_a_request_is_under_way(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [Hang()]
    request = asyncio.create_task(connect.list_users(None))

    turns = 0
    while not request.done():
        await asyncio.sleep(0.01)
        turns += 1

    assert turns > 5
    with pytest.raises(ConnectError):
        request.result()


async def test_a_cancelled_request_that_waits_for_a_thread_is_never_sent(stub: Stub, clock: ManualClock) -> None:
    gateway = Gateway(GatewayConfig(threads=1, version="1", clock=clock, read_timeout=10))
    connect = gateway.open(ConnectInstanceSpec(instance_id=INSTANCE, region="us-east-1"))
    release = threading.Event()
    stub.answers = [Reply()]
    original = stub.next_answer

    def slow(request: object) -> object:
        release.wait(10)
        return original(request)  # type: ignore[arg-type]

    stub.next_answer = slow  # type: ignore[method-assign, assignment]
    first = asyncio.create_task(connect.write("DeleteUser", {"UserId": "u-1"}))
    second = asyncio.create_task(connect.write("DeleteUser", {"UserId": "u-2"}))
    await asyncio.sleep(0)
    second.cancel()
    release.set()

    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    await asyncio.to_thread(gateway.close)
    assert [request.path for request in stub.received] == [f"/users/{INSTANCE}/u-1"]
