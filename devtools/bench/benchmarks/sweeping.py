"""The CPU of one sweep, with 10 000, 20 000 and 40 000 users of whom none, one in a hundred, or all have changed.

In this very process, whose CPU is counted: the adapter, the reading and the inventory of the operator against the
simulator over HTTP. The floor is what the pages cost a plain HTTP client that only checks that they are JSON.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar
from unittest.mock import patch

import msgspec
import urllib3

from bench.benchmark import Benchmark, Figure
from bench.fleet import instance
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.clock import SystemClock
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.sweep import read_users
from connect_operator.engine.ports import ConnectApi
from connect_sim.control_client import DEFAULT_INSTANCE
from connect_sim.process import SimProcess

T = TypeVar("T")

_STEP, _SIZES = 10_000, (1, 2, 4)
_SHARES = {"none": 0, "1 %": 100, "all": 1}
"""Every so manieth user is edited before the sweep; 0: none."""
_GOAL = 0.7
_WINDOW = 600.0


def _run(tell: Callable[[str], None]) -> tuple[Figure, ...]:
    figures: list[Figure] = []
    with SimProcess() as simulator, patch.dict(os.environ, simulator.env):
        simulator.control.unlimited()
        gateway = Gateway(GatewayConfig(threads=4, version="bench", clock=SystemClock()))
        api = gateway.open(msgspec.convert(instance()["spec"], ConnectInstanceSpec))
        made: list[str] = []
        inventory = Inventory(_WINDOW)
        for size in _SIZES:
            count = size * _STEP
            tell(f"making {count} users")
            made += _add(simulator, range(len(made), count))
            _sweep(api, inventory)
            figures += _of_size(simulator, api, inventory, made)
        gateway.close()
    return tuple(figures)


def _of_size(simulator: SimProcess, api: ConnectApi, inventory: Inventory, made: list[str]) -> Iterable[Figure]:
    floor = _floor(simulator.url)
    for share, every in _SHARES.items():
        edited = made[::every] if every else []
        for user_id in edited:
            simulator.control.edit_user(user_id, IdentityInfo={"FirstName": f"A{time.monotonic_ns()}"})
        seconds, changed = _sweep(api, inventory)
        name = f"{len(made)} users, {share} changed ({changed} seen): CPU"
        goal = _GOAL * len(made) / _STEP if not every else None
        yield Figure(name, seconds, "s", at_most=goal)
        yield Figure(f"{len(made)} users, {share} changed: over a plain HTTP client", seconds / floor, "x")


def _add(simulator: SimProcess, numbers: Iterable[int]) -> list[str]:
    users = [
        {
            "Username": f"agent-{number:05}",
            "IdentityInfo": {"FirstName": "Agent", "LastName": f"{number:05}", "Email": f"a{number}@example.com"},
            "Tags": {"team": f"team-{number % 50}", "site": "Berlin"},
        }
        for number in numbers
    ]
    made: list[str] = []
    for start in range(0, len(users), 1000):
        made += [each["Id"] for each in simulator.control.add_users(users[start : start + 1000])]
    return made


def _sweep(api: ConnectApi, inventory: Inventory) -> tuple[float, int]:
    """One sweep's CPU in seconds, and how many users it showed something new about."""

    async def call(operation: str, verb: Callable[[], Awaitable[T]]) -> T:  # noqa: ARG001 - as the reading calls it
        return await verb()

    async def sweep() -> int:
        # Not the sweep itself: asyncio.run would print what it is given, which takes as long again.
        return len(inventory.take_sweep(await read_users(api, call, time.monotonic())))

    began = time.process_time()
    changed = asyncio.run(sweep())
    return time.process_time() - began, changed


def _floor(url: str) -> float:
    """The CPU of fetching the same pages without credentials, deadlines or meaning."""
    pool = urllib3.PoolManager()
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/connect/aws4_request"}
    listing, searching = f"{url}/users-summary/{DEFAULT_INSTANCE}", f"{url}/search-users"

    def list_page(token: str) -> bytes:
        fields = {"maxResults": "1000", **({"nextToken": token} if token else {})}
        return pool.request("GET", listing, fields=fields, headers=headers).data

    def search_page(token: str) -> bytes:
        parameters = {"InstanceId": DEFAULT_INSTANCE, "MaxResults": 500, **({"NextToken": token} if token else {})}
        return pool.request("POST", searching, json=parameters, headers=headers).data

    began = time.process_time()
    for fetch in (list_page, search_page):
        token = _token(fetch(""))
        while token:
            token = _token(fetch(token))
    return time.process_time() - began


def _token(page: bytes) -> str:
    token = msgspec.json.decode(page, type=dict[str, msgspec.Raw]).get("NextToken")
    return str(msgspec.json.decode(token)) if token is not None else ""


BENCHMARK = Benchmark("sweep-10000", "the CPU of one sweep of 10 000, 20 000 and 40 000 users", _run)
