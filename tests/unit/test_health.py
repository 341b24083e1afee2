"""/healthz and /metrics, over real HTTP; and the metrics that exist."""

from __future__ import annotations

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from connect_operator.config import Address
from connect_operator.health import Check, Heartbeat, serve_health, serve_metrics, tick
from connect_operator.metrics import create_metrics

ANY_PORT = Address("127.0.0.1", 0)


class Clock:
    time = 100.0

    def __call__(self) -> float:
        return self.time


async def get(address: Address | None, path: str) -> tuple[int, aiohttp.ClientResponse, bytes]:
    assert address is not None
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as answer:
        return answer.status, answer, await answer.read()


async def test_healthz_names_each_check_with_its_age() -> None:
    clock = Clock()
    watch, loop = Heartbeat(clock), Heartbeat(clock)
    checks = [Check("watch", watch.age, 600), Check("loop", loop.age, 10)]
    async with serve_health(ANY_PORT, checks) as address:
        status, answer, body = await get(address, "/healthz")
        assert (status, answer.content_type) == (200, "application/json")
        assert b'"healthy": true' in body

        clock.time += 11.25
        watch.beat()
        status, _, body = await get(address, "/healthz")
        assert status == 503
        assert body.decode() == (
            '{"healthy": false, "checks": {'
            '"watch": {"healthy": true, "ageSeconds": 0.0, "limitSeconds": 600}, '
            '"loop": {"healthy": false, "ageSeconds": 11.2, "limitSeconds": 10}}}'
        )

        loop.beat()
        assert (await get(address, "/healthz"))[0] == 200
        assert (await get(address, "/other"))[0] == 404


async def test_the_loop_ticks() -> None:
    clock = Clock()
    heartbeat = Heartbeat(clock)
    ages: list[float] = []

    class EnoughError(Exception):
        pass

    async def sleep(seconds: float) -> None:
        ages.append(heartbeat.age())
        clock.time += seconds
        if len(ages) == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        await tick(heartbeat, sleep)
    assert ages == [0, 0, 0]


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [("*/*", "text/plain"), ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text")],
)
async def test_metrics_are_exposed(accept: str, content_type: str) -> None:
    registry = CollectorRegistry()
    metrics = create_metrics(registry)
    metrics.aws_calls.labels(operation="ListUsers", code="OK").inc()
    metrics.sweep_seconds.labels(instance="support").observe(1.5)
    async with serve_metrics(ANY_PORT, registry) as address:
        assert address is not None
        async with (
            aiohttp.ClientSession(headers={"Accept": accept}) as session,
            session.get(f"http://{address}/metrics") as answer,
        ):
            text = await answer.text()
            assert answer.content_type == content_type
    assert 'connect_operator_aws_calls_total{code="OK",operation="ListUsers"} 1.0' in text


async def test_no_address_means_no_server() -> None:
    async with serve_health(None, []) as address:
        assert address is None


async def test_an_address_in_use_is_told() -> None:
    async with serve_health(ANY_PORT, []) as address:
        with pytest.raises(OSError, match="address already in use"):
            async with serve_health(address, []):
                pass
