"""Replicas of one operator, told apart by the access key that each of them calls with."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from local_cluster.ports import ReservedPort
from local_stack import OperatorProcess
from local_stack.operator_process import PROGRAM

from .running import Operators, environment
from .stage import Stage, wait_for

LEADS = "leads from now on"
STANDS_BY = "stands by: "
LEASE_NAMESPACE = "connect-operator"


@dataclass(frozen=True)
class Replica:
    """One process. `key`: with which it calls; `health`: where its probes are."""

    operator: OperatorProcess
    key: str
    health: str

    @property
    def leads(self) -> bool:
        """Whether it has said that it leads."""
        return LEADS in self.operator.log

    def calls(self, stage: Stage) -> list[str]:
        """The operations of its calls, in order."""
        return [each.operation for each in stage.sim.journal(0) if each.access_key_id == self.key]


@dataclass
class Replicas:
    """Those of one test, all for its namespace."""

    operators: Operators
    namespace: str
    stack: ExitStack
    all: list[Replica] = field(default_factory=list)

    def start(
        self, *, program: Sequence[str] = PROGRAM, kubeconfig: Path | None = None, ahead: float = 0.0, **settings: str
    ) -> Replica:
        """One more; settings without their prefix. `ahead`: seconds by which its clock is (with another program)."""
        port = ReservedPort()
        port.let_server_listen()
        self.stack.callback(port.release)
        key, health = f"AKIAREPLICA{len(self.all):09}", f"127.0.0.1:{port.number}"
        named = {"leader_election": "true", "lease_namespace": LEASE_NAMESPACE, "health_address": health, **settings}
        variables = {**environment(named), "AWS_ACCESS_KEY_ID": key, "MOVED_CLOCK_SECONDS": str(ahead)}
        operator = self.operators.own(self.namespace, variables, program=program, kubeconfig=kubeconfig)
        replica = Replica(self.stack.enter_context(operator), key, health)
        self.all.append(replica)
        return replica

    def pair(self) -> tuple[Replica, Replica]:
        """One that leads, and one that stands by."""
        leader = self.start()
        wait_for(lambda: leader.leads, "the first replica to lead")
        standby = self.start()
        wait_for(lambda: STANDS_BY in standby.operator.log, "the second replica to stand by")
        return leader, standby


def seconds_until_leading(replica: Replica, since: float) -> float:
    """Wait until it leads; tells how many seconds after that moment (monotonic)."""
    wait_for(lambda: replica.leads, "the other replica to lead")
    return time.monotonic() - since
