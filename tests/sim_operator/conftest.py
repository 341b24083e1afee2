"""Fixtures: one simulator for each test process, as it was seeded; a gateway with the environment it prints."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess


class RealClock:
    """Clock of this machine."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()


class LateClock(RealClock):
    """A clock that can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture(scope="session")
def simulator() -> Iterator[SimProcess]:
    with SimProcess() as running:
        yield running


@pytest.fixture
def sim(simulator: SimProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> SimControl:
    """The control of the simulator, back at its seed and without rates, and the environment that leads to it."""
    control = simulator.control
    control.reset()
    control.unlimited()
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", f"{tmp_path}/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", f"{tmp_path}/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name, value in simulator.env.items():
        monkeypatch.setenv(name, value)
    return control


@pytest.fixture
def clock() -> LateClock:
    return LateClock()


@pytest.fixture
def gateway(sim: SimControl, clock: LateClock) -> Iterator[Gateway]:
    assert sim.health()
    gateway = Gateway(GatewayConfig(threads=4, version="0.0.0", clock=clock))
    yield gateway
    gateway.close()


@pytest.fixture
def connect(gateway: Gateway, sim: SimControl) -> BotoConnect:
    """The API of the seed's first instance."""
    return gateway.open(ConnectInstanceSpec(instance_id=sim.instance))
