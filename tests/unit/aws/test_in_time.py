"""AssociateContactWithUser over real HTTP: sent once and in time, or for certain not at all."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.kinds.spec import AssumeRole, ConnectInstanceSpec

from .conftest import INSTANCE, ManualClock
from .stub_server import Hang, HangUp, Received, Reply, Stub

SPEC = ConnectInstanceSpec(instance_id=INSTANCE, region="eu-central-1")
ROLE = AssumeRole(role_arn="arn:aws:iam::123456789012:role/operator")
CREDENTIALS = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""


@pytest.fixture
def single(stub: Stub, clock: ManualClock) -> Iterator[Gateway]:
    """A gateway with one thread, so that a call waits for the one before it, and has what that one has left."""
    assert stub.url
    gateway = Gateway(GatewayConfig(threads=1, version="1", clock=clock, read_timeout=10))
    yield gateway
    gateway.close()


async def failure(connect: BotoConnect, within: float) -> ConnectError:
    with pytest.raises(ConnectError) as caught:
        await connect.associate_contact("c-1", "u-1", within=within)
    return caught.value


def assert_not_sent(error: ConnectError) -> None:
    assert (error.operation, error.code) == ("AssociateContactWithUser", "NotSentInTime")
    assert (error.kind, error.uncertain, error.http_status) == (ErrorKind.UNAVAILABLE, False, None)


def called(stub: Stub) -> list[str]:
    return [f"{request.method} {request.path}" for request in stub.received]


@pytest.mark.parametrize("within", [5.0, 0.0])
async def test_in_time_it_is_sent_with_its_ids(connect: BotoConnect, stub: Stub, within: float) -> None:
    await connect.associate_contact("c-1", "u-1", within=within)

    (request,) = stub.received
    assert (request.method, request.path) == ("POST", f"/contacts/{INSTANCE}/c-1/associate-user")
    assert json.loads(request.body) == {"UserId": "u-1"}


async def test_what_is_too_late_already_is_not_sent(connect: BotoConnect, stub: Stub) -> None:
    """As when writing the attempt has taken longer than the limit."""
    assert_not_sent(await failure(connect, within=-0.001))

    assert stub.received == []


async def test_what_has_waited_too_long_for_a_thread_is_not_sent(
    single: Gateway, stub: Stub, clock: ManualClock
) -> None:
    connect = single.open(SPEC)
    arrived, release = threading.Event(), threading.Event()
    original = stub.next_answer

    def slow(request: Received) -> Reply | Hang | HangUp:
        arrived.set()
        release.wait(10)
        return original(request)

    stub.next_answer = slow  # type: ignore[method-assign]
    before = asyncio.create_task(connect.write("DeleteUser", {"UserId": "u-9"}))
    await asyncio.to_thread(arrived.wait, 10)
    late = asyncio.create_task(connect.associate_contact("c-late", "u-1", within=5.0))
    patient = asyncio.create_task(connect.associate_contact("c-patient", "u-1", within=5.2))
    await asyncio.sleep(0)  # both have begun to wait, and know until when
    clock.time += 5.1
    release.set()

    await before
    with pytest.raises(ConnectError) as caught:
        await late
    assert_not_sent(caught.value)
    await patient
    assert called(stub) == [f"DELETE /users/{INSTANCE}/u-9", f"POST /contacts/{INSTANCE}/c-patient/associate-user"]


async def test_what_has_waited_too_long_for_its_credentials_is_not_sent(
    single: Gateway, stub: Stub, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(request: Received) -> Reply:
        sts.received.append(request)
        clock.time += 5.1
        return Reply(body=CREDENTIALS)

    with Stub().running() as sts:
        sts.next_answer = slow  # type: ignore[method-assign]
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        connect = single.open(ConnectInstanceSpec(instance_id=INSTANCE, region="eu-central-1", assume_role=ROLE))

        assert_not_sent(await failure(connect, within=5.0))
        assert (len(sts.received), stub.received) == (1, [])

        await connect.associate_contact("c-1", "u-1", within=5.0)
        assert (len(sts.received), len(stub.received)) == (1, 1)


@pytest.mark.parametrize("within", [-0.001, 5.0], ids=["which was not sent", "which was sent"])
async def test_the_limit_of_one_call_is_not_that_of_the_next(
    single: Gateway, stub: Stub, clock: ManualClock, within: float
) -> None:
    """They share a thread, and calls without a limit are never too late."""
    connect = single.open(SPEC)
    if within < 0:
        assert_not_sent(await failure(connect, within))
    else:
        await connect.associate_contact("c-1", "u-1", within=within)
    stub.received.clear()
    clock.time += 3600

    await connect.write("DeleteUser", {"UserId": "u-9"})
    await connect.list_users(None)
    assert len(stub.received) == 2


async def test_the_limit_of_a_call_that_failed_is_not_that_of_the_next(
    single: Gateway, stub: Stub, clock: ManualClock
) -> None:
    connect = single.open(SPEC)
    stub.answers = [Reply(status=500), Reply()]
    assert (await failure(connect, within=5.0)).uncertain
    clock.time += 3600

    await connect.write("DeleteUser", {"UserId": "u-9"})
    assert len(stub.received) == 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (HangUp(), "ConnectionClosedError"),
        (HangUp(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{"), "BrokenAnswerError"),
        (Reply(status=500, body=b'{"message": "x"}'), "500"),
        (Reply(status=503, body=b"<html>Service Unavailable</html>"), "503"),
        (Reply(body=b"<html>Please log in</html>"), "BrokenAnswerError"),
    ],
    ids=["closed", "cut off", "500", "503", "a login page in between"],
)
async def test_a_lost_answer_is_uncertain_and_not_sent_again(
    connect: BotoConnect, stub: Stub, answer: Reply | HangUp, code: str
) -> None:
    stub.answers = [answer]

    error = await failure(connect, within=5.0)

    assert (error.code, error.kind, error.uncertain) == (code, ErrorKind.UNAVAILABLE, True)
    assert len(stub.received) == 1


async def test_an_empty_id_is_never_sent(connect: BotoConnect, stub: Stub) -> None:
    with pytest.raises(ValueError, match="AssociateContactWithUser: ContactId is empty"):
        await connect.associate_contact("", "u-1", within=5.0)
    with pytest.raises(ValueError, match="DescribeContact: ContactId is empty"):
        await connect.describe_contact("")
    with pytest.raises(ConnectError, match="UserId") as caught:
        await connect.associate_contact("c-1", "", within=5.0)

    assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.PASSING, False)
    assert stub.received == []
