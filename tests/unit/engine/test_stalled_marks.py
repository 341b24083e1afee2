"""The Kubernetes API stalls between a contact's turn and its call: the calls keep their pace. In virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from connect_operator.domain.kinds.assignment import ConnectContactAssignment

from .assignment_world import AGENT, BY_ID, a_world, calls, ends
from .fake_assignments import FakeAssignments
from .fake_connect import FakeConnect

pytestmark = pytest.mark.usefixtures("quiet")

RATE, BURST = 20.0, 5
NAMES = [f"hand-{number}" for number in range(60)]


@dataclass(slots=True)
class Stalling(FakeAssignments):
    """Its writes are held from `begins` until `ends` (seconds of the loop), as while etcd changes its leader."""

    begins: float = 0.0
    ends: float = 0.0

    async def write_assignment_status(
        self, assignment: ConnectContactAssignment, status: Mapping[str, Any]
    ) -> ConnectContactAssignment:
        now = asyncio.get_running_loop().time()
        if self.begins <= now < self.ends:
            await asyncio.sleep(self.ends - now)
        return await FakeAssignments.write_assignment_status(self, assignment, status)


@dataclass(slots=True)
class Noting(FakeConnect):
    """Notes when calls arrive."""

    arrived: list[float] = field(default_factory=list)

    async def associate_contact(self, contact_id: str, user_id: str, *, within: float) -> None:
        if within >= 0.0:
            self.arrived.append(asyncio.get_running_loop().time())
        await FakeConnect.associate_contact(self, contact_id, user_id, within=within)


def throttled(moments: list[float]) -> int:
    """How many of them a service with a bucket of that quota, full at first, would throttle."""
    tokens, last, count = float(BURST), 0.0, 0
    for moment in moments:
        tokens, last = min(float(BURST), tokens + (moment - last) * RATE), moment
        if tokens < 1.0:
            count += 1
        else:
            tokens -= 1.0
    return count


@pytest.mark.parametrize("stall", [0.1, 0.3, 1.0, 4.5, 30.0])
def test_calls_do_not_bunch_after_a_stall(stall: float) -> None:
    world = a_world()
    world.cluster.instance["spec"]["apiRates"] = {"default": {"rate": RATE, "burst": BURST}}
    world.assignments = stalling = Stalling(world.script)
    world.connect = connect = Noting(world.script)
    connect.put(AGENT, 0.0)

    def create() -> None:
        stalling.begins = asyncio.get_running_loop().time() + 1.0
        stalling.ends = stalling.begins + stall
        for name in NAMES:
            stalling.create(name, **BY_ID)

    world.play([(10.0, create)], ends(world, *NAMES))
    assert throttled(connect.arrived) == 0
    assert [calls(world, name) for name in NAMES] == [1] * len(NAMES)
