"""Request quotas, with a clock that only moves when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SAML_INSTANCE, SimControl
from connect_sim.server.clock import ManualClock
from connect_sim.thread import SimThread

Client = Any
Json = dict[str, Any]
THROTTLED = "TooManyRequestsException"


@pytest.fixture
def limited(control: SimControl) -> SimControl:
    """The documented rates: 2/s with a burst of 5, DescribeContact 10/s with 15."""
    control.settings(rates={"default": None, "DescribeContact": None})
    return control


def _calls_until_throttled(call: Callable[[], object], refusal: Callable[..., Json]) -> int:
    done = 0
    while True:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - only a ClientError has a response
            found = refusal(_raiser(error))
            assert (found["code"], found["status"]) == (THROTTLED, 429)
            return done
        done += 1


def _raiser(error: Exception) -> Callable[[], None]:
    def again() -> None:
        raise error

    return again


def _list_users(connect: Client, instance: str = DEFAULT_INSTANCE) -> Callable[[], object]:
    return lambda: connect.list_users(InstanceId=instance)


@pytest.mark.usefixtures("limited")
def test_five_at_once_then_two_a_second(connect: Client, clock: ManualClock, refusal: Callable[..., Json]) -> None:
    assert _calls_until_throttled(_list_users(connect), refusal) == 5
    clock.advance(0.5)
    assert _calls_until_throttled(_list_users(connect), refusal) == 1
    clock.advance(1)
    assert _calls_until_throttled(_list_users(connect), refusal) == 2
    clock.advance(3600)
    assert _calls_until_throttled(_list_users(connect), refusal) == 5


@pytest.mark.usefixtures("limited")
def test_each_operation_has_its_own_bucket_and_instances_share_it(
    connect: Client, refusal: Callable[..., Json]
) -> None:
    assert _calls_until_throttled(_list_users(connect), refusal) == 5
    assert _calls_until_throttled(_list_users(connect, SAML_INSTANCE), refusal) == 0
    assert _calls_until_throttled(lambda: connect.search_users(InstanceId=DEFAULT_INSTANCE), refusal) == 5


@pytest.mark.usefixtures("limited")
def test_accounts_and_regions_do_not_share(
    connect: Client, sim: SimThread, client_for: Callable[..., Client], refusal: Callable[..., Json]
) -> None:
    assert _calls_until_throttled(connect.list_instances, refusal) == 5
    region = client_for(sim.url, region="eu-central-1")
    account = client_for(sim.url, aws_access_key_id="SIMULATEDACCESSKEY02", aws_secret_access_key="x")
    assert _calls_until_throttled(region.list_instances, refusal) == 5
    assert _calls_until_throttled(account.list_instances, refusal) == 5


@pytest.mark.usefixtures("limited")
def test_describe_contact_has_a_higher_rate(connect: Client, refusal: Callable[..., Json]) -> None:
    contact = "5eed0000-0000-4000-8000-0000000c0001"

    def call() -> object:
        return connect.describe_contact(InstanceId=DEFAULT_INSTANCE, ContactId=contact)

    assert _calls_until_throttled(call, refusal) == 15


def test_rates_change_while_it_runs(connect: Client, limited: SimControl, refusal: Callable[..., Json]) -> None:
    limited.settings(rates={"ListUsers": {"rate": 1, "burst": 7}})
    assert _calls_until_throttled(_list_users(connect), refusal) == 7
    limited.settings(rates={"ListUsers": {"rate": None, "burst": 1}})
    for _ in range(20):
        connect.list_users(InstanceId=DEFAULT_INSTANCE)


def test_a_neighbour_can_eat_the_quota(
    connect: Client, limited: SimControl, clock: ManualClock, refusal: Callable[..., Json]
) -> None:
    assert limited.drain("ListUsers", 4) == 1
    assert _calls_until_throttled(_list_users(connect), refusal) == 1
    assert limited.drain("ListUsers", 2) == -2
    clock.advance(1)
    assert _calls_until_throttled(_list_users(connect), refusal) == 0
    clock.advance(0.5)
    assert _calls_until_throttled(_list_users(connect), refusal) == 1


def test_throttled_calls_are_in_the_journal_and_use_up_no_fault(
    connect: Client, limited: SimControl, refusal: Callable[..., Json], clock: ManualClock
) -> None:
    fault = limited.fault("error", "ListUsers", code="InternalServiceException")
    limited.drain("ListUsers")
    assert refusal(connect.list_users, InstanceId=DEFAULT_INSTANCE)["code"] == THROTTLED
    [entry] = limited.journal()
    assert (entry.throttled, entry.outcome, entry.status, entry.committed) == (True, THROTTLED, 429, False)
    assert entry.params == {"InstanceId": DEFAULT_INSTANCE}
    assert fault.hits == 0
    clock.advance(1)
    assert refusal(connect.list_users, InstanceId=DEFAULT_INSTANCE)["code"] == "InternalServiceException"


def test_a_throttled_create_creates_nothing(
    connect: Client, limited: SimControl, a_user: Callable[..., Json], refusal: Callable[..., Json]
) -> None:
    limited.drain("CreateUser")
    assert refusal(connect.create_user, **a_user())["code"] == THROTTLED
    assert limited.users() == []
