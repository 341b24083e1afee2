"""Opening an instance: its region, and credentials that change under the operator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from connect_operator.aws.clients import FORGET_AFTER
from connect_operator.aws.gateway import Gateway, GatewayConfig, default_region
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.kinds.spec import UNSET, AssumeRole, ConnectInstanceSpec

from .conftest import INSTANCE, ManualClock
from .stub_server import Reply, Stub

ARN = f"arn:aws:connect:eu-west-2:123456789012:instance/{INSTANCE}"
REFUSED = Reply(status=403, headers={"x-amzn-errortype": "UnrecognizedClientException"})


class Case(NamedTuple):
    reason: str
    instance_id: str
    region: str | None
    environment: str | None
    expected: str | None


REGIONS = [
    Case("the manifest's", INSTANCE, "eu-central-1", "us-east-1", "eu-central-1"),
    Case("the ARN's", ARN, None, "us-east-1", "eu-west-2"),
    Case("manifest and ARN agree", ARN, "eu-west-2", None, "eu-west-2"),
    Case("the environment's", INSTANCE, None, "us-east-1", "us-east-1"),
    Case("unknown", INSTANCE, None, None, None),
    Case("manifest and ARN contradict each other", ARN, "eu-central-1", "us-east-1", None),
]


@pytest.mark.parametrize("case", REGIONS, ids=lambda case: case.reason)
def test_region(case: Case, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    if case.environment:
        monkeypatch.setenv("AWS_REGION", case.environment)
    gateway = Gateway(GatewayConfig(threads=1, version="1", clock=clock))
    spec = ConnectInstanceSpec(instance_id=case.instance_id, region=case.region or UNSET)

    assert gateway.region(spec) == case.expected
    if case.expected is None:
        with pytest.raises(ValueError, match=r"^spec\.region: .*set spec\.region|^spec\.region: .*remove spec\.region"):
            gateway.open(spec)
    else:
        assert gateway.open(spec)


def test_the_default_region_is_aws_region_then_aws_default_region_then_the_profiles(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert default_region() is None

    (tmp_path / "config").write_text("[default]\nregion = af-south-1\n")
    assert default_region() == "af-south-1"

    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert default_region() == "us-west-2"

    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert default_region() == "us-east-1"


async def test_a_missing_profile_is_told_by_the_call_and_does_not_stop_the_start(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    gateway = Gateway(GatewayConfig(threads=1, version="1", clock=clock))

    with pytest.raises(ConnectError, match="nowhere") as caught:
        await gateway.open(ConnectInstanceSpec(instance_id=ARN)).describe_instance()

    assert (caught.value.kind, caught.value.uncertain) == (ErrorKind.CREDENTIALS, False)


async def test_without_credentials_nothing_is_sent(
    gateway: Gateway, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(ConnectError) as caught:
        await gateway.open(ConnectInstanceSpec(instance_id=ARN)).describe_instance()

    assert (caught.value.code, caught.value.kind) == ("NoCredentialsError", ErrorKind.CREDENTIALS)
    assert stub.received == []


@pytest.fixture
def instance_answer() -> Reply:
    body = {"Instance": {"Arn": ARN, "IdentityManagementType": "SAML"}}
    return Reply(body=json.dumps(body).encode())


async def test_refused_credentials_are_read_anew_but_not_at_every_call(
    gateway: Gateway, stub: Stub, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, instance_answer: Reply
) -> None:
    connect = gateway.open(ConnectInstanceSpec(instance_id=ARN))
    stub.answers = [REFUSED]

    async def key_of_a_refused_call() -> str:
        with pytest.raises(ConnectError):
            await connect.describe_instance()
        return stub.received[-1].headers["Authorization"].partition("Credential=")[2].partition("/")[0]

    assert await key_of_a_refused_call() == "AKIDEXAMPLE"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDROTATED")
    assert await key_of_a_refused_call() == "AKIDEXAMPLE"
    clock.time += FORGET_AFTER
    assert await key_of_a_refused_call() == "AKIDEXAMPLE"
    assert await key_of_a_refused_call() == "AKIDROTATED"

    stub.answers = [instance_answer]
    assert (await connect.describe_instance()).arn == ARN


async def test_a_role_is_assumed_once_for_all_its_instances_with_its_external_id(
    gateway: Gateway, stub: Stub, monkeypatch: pytest.MonkeyPatch, instance_answer: Reply
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", stub.url)
    body = (
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>"
        "<SecretAccessKey>s</SecretAccessKey><SessionToken>token</SessionToken>"
        "<Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )
    stub.answers = [Reply(body=body.encode(), headers={"Content-Type": "text/xml"}), instance_answer]
    role = AssumeRole(role_arn="arn:aws:iam::123456789012:role/connect", external_id="tenant-7")

    for instance in (ARN, ARN.replace("1111", "9999")):
        await gateway.open(ConnectInstanceSpec(instance_id=instance, assume_role=role)).describe_instance()

    sts, *calls = stub.received
    assert b"RoleSessionName=connect-operator" in sts.body
    assert b"ExternalId=tenant-7" in sts.body
    assert len(calls) == 2
    for call in calls:
        assert "Credential=ASIAROLE/" in call.headers["Authorization"]
        assert call.headers["X-Amz-Security-Token"] == "token"
