"""Credentials: accounts by access key, regions by signing scope, roles and their sessions through STS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from connect_sim.control_client import DEFAULT_INSTANCE, OTHER_ACCOUNT_INSTANCE, SimControl
from connect_sim.seeding.load import load_seed
from connect_sim.server.clock import ManualClock
from connect_sim.server.simulator import Options
from connect_sim.thread import SimThread

Client = Any
Json = dict[str, Any]
ROLE = "arn:aws:iam::444455556666:role/connect-operator"
EXTERNAL_ID = "simulated-external-id"


@pytest.fixture
def sts(sim: SimThread, client_for: Callable[..., Client]) -> Client:
    return client_for(sim.url, "sts")


@pytest.fixture
def strict() -> Iterator[SimThread]:
    with SimThread(Options(seed=load_seed(), strict_auth=True), ManualClock(1_800_000_000.0)) as thread:
        yield thread


def _assume(sts: Client, **members: object) -> Json:
    params: Json = {"RoleArn": ROLE, "RoleSessionName": "test", "ExternalId": EXTERNAL_ID, **members}
    answer: Json = sts.assume_role(**{name: value for name, value in params.items() if value is not None})
    return answer


def _keys(answer: Json) -> dict[str, str]:
    credentials = answer["Credentials"]
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }


def test_a_role_gives_its_accounts_view(sim: SimThread, sts: Client, client_for: Callable[..., Client]) -> None:
    keys = _keys(_assume(sts))
    connect = client_for(sim.url, region="eu-central-1", **keys)
    [instance] = connect.list_instances()["InstanceSummaryList"]
    assert instance["Id"] == OTHER_ACCOUNT_INSTANCE
    identity = client_for(sim.url, "sts", **keys).get_caller_identity()
    assert identity["Account"] == "444455556666"
    assert identity["Arn"] == "arn:aws:sts::444455556666:assumed-role/connect-operator/test"


def test_the_answer_is_the_models(sts: Client, clock: ManualClock) -> None:
    answer = _assume(sts, DurationSeconds=900)
    assert answer["Credentials"]["Expiration"].timestamp() == int(clock.now()) + 900
    assert answer["AssumedRoleUser"]["Arn"].endswith("assumed-role/connect-operator/test")
    assert sts.get_caller_identity()["Account"] == "111122223333"


REFUSALS: list[tuple[str, Json, str, int]] = [
    ("no external ID", {"ExternalId": None}, "AccessDenied", 403),
    ("a wrong external ID", {"ExternalId": "guess"}, "AccessDenied", 403),
    ("a role that does not exist", {"RoleArn": ROLE + "x"}, "AccessDenied", 403),
    ("a duration that is too long", {"DurationSeconds": 43_201}, "ValidationError", 400),
    ("a session name outside the pattern", {"RoleSessionName": "a b"}, "ValidationError", 400),
]


@pytest.mark.parametrize(("reason", "change", "code", "status"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_refusals(reason: str, change: Json, code: str, status: int, sts: Client, refusal: Callable[..., Json]) -> None:
    found = refusal(lambda **_: _assume(sts, **change))
    assert (found["code"], found["status"]) == (code, status), reason


def test_other_operations_of_sts_are_refused(sts: Client, refusal: Callable[..., Json]) -> None:
    assert refusal(sts.get_session_token)["code"] == "InvalidAction"


def test_sessions_expire(
    sim: SimThread, sts: Client, client_for: Callable[..., Client], clock: ManualClock, refusal: Callable[..., Json]
) -> None:
    keys = _keys(_assume(sts, DurationSeconds=900))
    connect = client_for(sim.url, region="eu-central-1", **keys)
    clock.advance(899)
    connect.list_instances()
    clock.advance(1)
    found = refusal(connect.list_instances)
    assert (found["code"], found["status"]) == ("ExpiredTokenException", 403)
    assert refusal(client_for(sim.url, "sts", **keys).get_caller_identity)["code"] == "ExpiredToken"


def test_sessions_can_be_made_to_expire(
    sim: SimThread, sts: Client, client_for: Callable[..., Client], control: SimControl, refusal: Callable[..., Json]
) -> None:
    first, second = (_keys(_assume(sts)) for _ in range(2))
    assert control.expire_credentials(first["aws_access_key_id"]) == [first["aws_access_key_id"]]
    assert refusal(client_for(sim.url, **first).list_instances)["code"] == "ExpiredTokenException"
    client_for(sim.url, **second).list_instances()
    control.expire_credentials()
    assert refusal(client_for(sim.url, **second).list_instances)["code"] == "ExpiredTokenException"


def test_a_session_needs_its_own_token(
    sim: SimThread, sts: Client, client_for: Callable[..., Client], refusal: Callable[..., Json]
) -> None:
    keys = {**_keys(_assume(sts)), "aws_session_token": "another"}
    assert refusal(client_for(sim.url, **keys).list_instances)["code"] == "UnrecognizedClientException"


def test_faults_and_the_journal_cover_sts(sts: Client, control: SimControl, refusal: Callable[..., Json]) -> None:
    control.fault("error", "AssumeRole", code="ExpiredToken")
    found = refusal(lambda **_: _assume(sts))
    assert (found["code"], found["status"]) == ("ExpiredToken", 403)
    _assume(sts)
    first, second = control.journal()
    assert (first.service, first.operation, first.outcome) == ("sts", "AssumeRole", "ExpiredToken")
    assert second.outcome == "ok"


def test_unknown_keys_are_the_default_accounts(connect: Client, control: SimControl) -> None:
    connect.list_instances()
    assert control.journal()[0].account == "111122223333"


def test_strict_authentication_refuses_them(
    strict: SimThread, client_for: Callable[..., Client], refusal: Callable[..., Json]
) -> None:
    known = client_for(strict.url, aws_access_key_id="SIMULATEDACCESSKEY01", aws_secret_access_key="x")
    known.describe_instance(InstanceId=DEFAULT_INSTANCE)
    found = refusal(client_for(strict.url).list_instances)
    assert (found["code"], found["status"]) == ("UnrecognizedClientException", 403)
    assert refusal(client_for(strict.url, "sts").get_caller_identity)["code"] == "InvalidClientTokenId"
    unsigned: Client = boto3.client(
        "connect", endpoint_url=strict.url, region_name="us-east-1", config=Config(signature_version=UNSIGNED)
    )
    assert refusal(unsigned.list_instances)["code"] == "MissingAuthenticationTokenException"
