"""Fixtures of the adapter's tests: a server that misbehaves on request, and a gateway that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.domain.kinds.spec import ConnectInstanceSpec

from .stub_server import Stub

INSTANCE = "11111111-2222-3333-4444-555555555555"


@dataclass
class ManualClock:
    """Clock that moves when told."""

    time: float = 1_000_000.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time


@pytest.fixture(autouse=True)
def aws_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """No configuration of the machine: made-up keys, no files, no instance metadata, no region."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", f"{tmp_path}/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{tmp_path}/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """The server, as the endpoint of Connect."""
    with Stub().running() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT", server.url)
        yield server


@pytest.fixture
def gateway(clock: ManualClock) -> Iterator[Gateway]:
    """A gateway with a short read time-out."""
    gateway = Gateway(GatewayConfig(threads=4, version="1.2.3", clock=clock, read_timeout=0.3))
    yield gateway
    gateway.close()


@pytest.fixture
def connect(gateway: Gateway, stub: Stub) -> BotoConnect:
    """The API of one instance at the stub."""
    assert stub.url
    return gateway.open(ConnectInstanceSpec(instance_id=INSTANCE, region="eu-central-1"))
