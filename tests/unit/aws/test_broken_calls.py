"""One request over real HTTP: what a broken exchange means, and that nothing is sent twice."""

from __future__ import annotations

import socket
from typing import NamedTuple

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.kinds.spec import ConnectInstanceSpec

from .conftest import INSTANCE
from .one_create import PASSWORD, USER, failure_of_create
from .stub_server import Hang, HangUp, Reply, Stub


class Broken(NamedTuple):
    answer: Reply | Hang | HangUp
    code: str
    uncertain: bool
    kind: ErrorKind = ErrorKind.UNAVAILABLE


BROKEN = [
    Broken(Hang(), "ReadTimeoutError", uncertain=True),
    Broken(HangUp(), "ConnectionClosedError", uncertain=True),
    Broken(HangUp(b"HTTP/1.1 200 OK\r\nContent-Le"), "BrokenAnswerError", uncertain=True),
    Broken(Reply(body=b"<html>"), "BrokenAnswerError", uncertain=True),
    Broken(Reply(body=b""), "BrokenAnswerError", uncertain=True),
    Broken(Reply(body=b"[]"), "BrokenAnswerError", uncertain=True),
    Broken(HangUp(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"), "BrokenAnswerError", uncertain=True),
    Broken(HangUp(b'HTTP/1.1 200 OK\r\n\r\n{"UserId": '), "BrokenAnswerError", uncertain=True),
    Broken(Reply(status=500, body=b'{"message": "x"}'), "500", uncertain=True),
    Broken(Reply(status=503, body=b"<html>Service Unavailable</html>"), "503", uncertain=True),
    Broken(Reply(status=429, body=b""), "429", uncertain=False, kind=ErrorKind.THROTTLED),
    Broken(
        Reply(status=429, headers={"x-amzn-errortype": "TooManyRequestsException:http://x"}),
        "TooManyRequestsException",
        uncertain=False,
        kind=ErrorKind.THROTTLED,
    ),
    Broken(
        Reply(status=429, body=b'{"__type": "com.amazonaws.connect#ThrottlingException"}'),
        "ThrottlingException",
        uncertain=False,
        kind=ErrorKind.THROTTLED,
    ),
    Broken(
        Reply(status=429, body=b'{"code": "LimitExceededException"}'),
        "LimitExceededException",
        uncertain=False,
        kind=ErrorKind.QUOTA,
    ),
    Broken(Reply(status=404, body=b""), "404", uncertain=False, kind=ErrorKind.PASSING),
]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: f"{type(case.answer).__name__} {case.code}")
async def test_a_write_is_sent_once_and_its_failure_is_as_certain_as_can_be(
    connect: BotoConnect, stub: Stub, case: Broken
) -> None:
    stub.answers = [case.answer]

    error = await failure_of_create(connect)

    assert (error.code, error.uncertain, error.kind) == (case.code, case.uncertain, case.kind)
    assert len(stub.received) == 1


async def test_a_page_that_lost_its_end_is_no_empty_page(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [HangUp(b'HTTP/1.1 200 OK\r\n\r\n{"UserSummaryList": [')]

    with pytest.raises(ConnectError, match="BrokenAnswerError"):
        await connect.list_users(None)


@pytest.mark.parametrize("body", [b"", b"{}"])
async def test_a_void_operation_answers_with_nothing(connect: BotoConnect, stub: Stub, body: bytes) -> None:
    stub.answers = [Reply(body=body)]

    assert await connect.write("DeleteUser", {"UserId": "u-1"})


async def test_a_login_page_in_between_is_no_answer_to_a_void_operation(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [Reply(body=b"<html>Please log in</html>")]

    with pytest.raises(ConnectError, match="BrokenAnswerError") as caught:
        await connect.write("DeleteUser", {"UserId": "u-1"})

    assert caught.value.uncertain


async def test_a_refused_connection_is_certain(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as reserved:  # bound and not listening: nobody else gets the port, and it refuses
        reserved.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT", f"http://127.0.0.1:{reserved.getsockname()[1]}")

        error = await failure_of_create(gateway.open(ConnectInstanceSpec(instance_id=INSTANCE, region="us-east-1")))

    assert (error.code, error.uncertain) == ("EndpointConnectionError", False)


async def test_a_malformed_endpoint_is_certain(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT", "not an address")

    error = await failure_of_create(gateway.open(ConnectInstanceSpec(instance_id=INSTANCE, region="us-east-1")))

    assert (error.kind, error.uncertain) == (ErrorKind.UNAVAILABLE, False)


async def test_parameters_that_botocore_refuses_are_certain(connect: BotoConnect, stub: Stub) -> None:
    with pytest.raises(ConnectError) as caught:
        await connect.create_user({**USER, "SecurityProfileIds": []}, PASSWORD)

    assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.PASSING, False)
    assert stub.received == []


async def test_a_read_is_sent_again_after_a_closed_connection_only(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [HangUp(), Reply(body=b'{"UserSummaryList": []}')]
    await connect.list_users(None)
    assert len(stub.received) == 2

    for answer in (Reply(status=429), Reply(status=500), Hang()):
        stub.received.clear()
        stub.answers = [answer]
        with pytest.raises(ConnectError):
            await connect.list_users(None)
        assert len(stub.received) == 1, answer


async def test_a_read_is_sent_twice_at_most(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [HangUp()]

    with pytest.raises(ConnectError):
        await connect.list_users(None)

    assert len(stub.received) == 2


@pytest.mark.parametrize("body", [b"{}", b'{"User": {"AutoAcceptConfigs": [{"Channel": "VOICE"}]}}'])
async def test_an_answer_without_what_the_model_promises_is_unavailability(
    connect: BotoConnect, stub: Stub, body: bytes
) -> None:
    stub.answers = [Reply(body=body, headers={"x-amzn-requestid": "req-7"})]

    with pytest.raises(ConnectError) as caught:
        await connect.describe_user("u-1")

    assert (caught.value.code, caught.value.kind) == ("UnexpectedAnswer", ErrorKind.UNAVAILABLE)
    assert caught.value.request_id == "req-7"


async def test_the_environment_cannot_turn_repetitions_on(
    connect: BotoConnect, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    stub.answers = [Reply(status=500)]

    await failure_of_create(connect)

    assert len(stub.received) == 1
