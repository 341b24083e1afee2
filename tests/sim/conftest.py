"""A simulator per test worker, reset before every test, with a clock that stands still until it is moved."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from connect_sim.control_client import DEFAULT_INSTANCE, SimControl
from connect_sim.seeding.load import load_seed
from connect_sim.server.clock import ManualClock
from connect_sim.server.simulator import Options
from connect_sim.thread import SimThread

START = 1_800_000_000.0
# boto3 generates its clients at run time, so they have no static type.
Client = Any
Json = dict[str, Any]


@pytest.fixture(scope="session")
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(scope="session")
def running(clock: ManualClock) -> Iterator[SimThread]:
    with SimThread(Options(seed=load_seed()), clock) as thread:
        yield thread


@pytest.fixture
def sim(running: SimThread) -> SimThread:
    """The simulator as its seed has it, without rate limits."""
    running.control.reset()
    running.control.unlimited()
    return running


@pytest.fixture
def control(sim: SimThread) -> SimControl:
    return sim.control


@pytest.fixture(scope="session")
def client_for() -> Callable[..., Client]:
    """Makes clients; unless told otherwise they send every request once, so that a test sees what was answered."""

    def make(
        url: str,
        service: str = "connect",
        *,
        region: str = "us-east-1",
        attempts: int = 1,
        timeout: float = 120,
        **keys: str,
    ) -> Client:
        keys = keys or {"aws_access_key_id": "anything", "aws_secret_access_key": "at-all"}
        config = Config(retries={"total_max_attempts": attempts}, read_timeout=timeout, max_pool_connections=20)
        return boto3.client(service, endpoint_url=url, region_name=region, config=config, **keys)  # type: ignore[call-overload]

    return make


@pytest.fixture(scope="session")
def session_client(running: SimThread, client_for: Callable[..., Client]) -> Client:
    return client_for(running.url)


@pytest.fixture
def connect(sim: SimThread, session_client: Client) -> Client:  # noqa: ARG001 - the simulator is reset first
    return session_client


@pytest.fixture
def routing_profile(control: SimControl) -> str:
    """The ID of "Basic Routing Profile"."""
    return _named(control.records("routing-profiles"), "Basic Routing Profile")


@pytest.fixture
def security_profile(control: SimControl) -> str:
    """The ID of "Agent"."""
    return _named(control.records("security-profiles"), "Agent")


def _named(records: list[Json], name: str) -> str:
    return next(str(record["id"]) for record in records if record["name"] == name)


@pytest.fixture
def a_user(routing_profile: str, security_profile: str) -> Callable[..., Json]:
    """Builds CreateUser parameters that the default instance accepts; a member set to None is left out."""
    numbers = itertools.count(1)

    def build(**members: object) -> Json:
        params: Json = {
            "InstanceId": DEFAULT_INSTANCE,
            "Username": f"user{next(numbers)}",
            "Password": "Passw0rd",
            "IdentityInfo": {"FirstName": "Ann", "LastName": "Lee", "Email": "ann@example.com"},
            "PhoneConfig": {"PhoneType": "SOFT_PHONE"},
            "RoutingProfileId": routing_profile,
            "SecurityProfileIds": [security_profile],
            **members,
        }
        return {name: value for name, value in params.items() if value is not None}

    return build


@pytest.fixture
def ann(connect: Client, a_user: Callable[..., Json]) -> Json:
    """A user that exists: InstanceId and UserId, as most operations take them."""
    created = connect.create_user(**a_user(Username="ann"))
    return {"InstanceId": DEFAULT_INSTANCE, "UserId": created["UserId"]}


@pytest.fixture
def refusal() -> Callable[..., Json]:
    """Calls an operation that must be refused, and returns code, status and message."""

    def call(operation: Callable[..., Json], **params: object) -> Json:
        with pytest.raises(ClientError) as raised:
            operation(**params)
        response: Json = dict(raised.value.response)
        return {
            "code": response["Error"]["Code"],
            "message": response["Error"].get("Message", ""),
            "status": response["ResponseMetadata"]["HTTPStatusCode"],
        }

    return call
