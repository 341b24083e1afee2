"""Leader election, from the settings to the running parts: which Lease, who we are, and when the controller may act."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from connect_operator.aws.clients import CONNECT_TIMEOUT, READ_TIMEOUT
from connect_operator.config import Settings
from connect_operator.engine.controller import Controller
from connect_operator.engine.leading.election import Election
from connect_operator.engine.leading.leadership import Alone, Clearance, Leadership
from connect_operator.engine.ports import Clock
from connect_operator.health import Heartbeat
from connect_operator.kube.connection import Connection
from connect_operator.kube.leases import KubernetesLease, lease_name, lease_namespace, own_identity
from connect_operator.metrics import Metrics

logger = logging.getLogger(__name__)

CALL_SECONDS = CONNECT_TIMEOUT + READ_TIMEOUT
"""How long a call to Connect lasts at most."""


@dataclass(frozen=True, slots=True)
class Leading:
    """`clearance` for all who call or write; `leadership` is None without leader election. `alive` beats with it."""

    clearance: Clearance
    leadership: Leadership | None
    alive: Heartbeat

    def begin(self, controller: Controller) -> None:
        """Have the controller stand by until this process leads."""
        if self.leadership is not None:
            controller.stand_by()
            self.leadership.risen = controller.lead

    def tasks(self) -> list[asyncio.Task[None]]:
        """What keeps the Lease for as long as the process lives."""
        return [] if self.leadership is None else [asyncio.create_task(self.leadership.run(), name="lease")]

    def give_way(self) -> None:
        """The process is stopping: let nobody wait for leave to call."""
        if self.leadership is not None:
            self.leadership.give_way()

    async def resign(self) -> None:
        """Give the Lease up; what was under way has ended, and so has the task that renews."""
        if self.leadership is not None:
            await self.leadership.resign()


def decide(
    settings: Settings, namespaces: tuple[str, ...], environ: Mapping[str, str], connection: Connection, clock: Clock
) -> Leading:
    """What the settings ask for."""
    alive = Heartbeat(clock.monotonic)
    if not settings.leader_election:
        logger.warning(
            "leader election is off (CONNECT_OPERATOR_LEADER_ELECTION): nobody else may look after the same objects"
        )
        return Leading(Alone(), None, alive)
    where = settings.lease_namespace or lease_namespace(environ)
    lease = KubernetesLease(connection, where, lease_name(namespaces))
    leadership = Leadership(lease, Election(own_identity()), clock, CALL_SECONDS, beat=alive.beat)
    return Leading(leadership, leadership, alive)


def measure(leading: Leading, metrics: Metrics) -> None:
    """Tell as a metric whether this process leads."""
    leadership = leading.leadership
    name = leadership.lease.name.partition("/")[2] if leadership is not None else "none"
    metrics.leads.labels(name).set_function(lambda: float(leading.clearance.leads()))
