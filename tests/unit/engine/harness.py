"""A whole engine over the fakes, in virtual time: lives that end and begin anew from what the world still holds."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaign.tally import TALLY
from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey
from connect_operator.domain.kinds.status import find_condition
from connect_operator.engine.controller import Controller
from connect_operator.engine.pace.turn import Next, Turn
from connect_operator.engine.store import Store
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.reconcile import Reconciler
from connect_operator.engine.users.situation import Decision, Situation
from connect_operator.engine.wiring import Ground, Listeners, make_engine
from connect_operator.time_zones import time_zone

from .builders import CLUSTER, WINDOW, an_instance_raw
from .fake_assignments import FakeAssignments
from .fake_cluster import FakeCluster
from .fake_connect import FakeConnect
from .script import Script
from .virtual_time import LoopClock, run

SLOW = 300.0
FIND_OUT = 30.0
# Far beyond the window and a few slow retries: what has not happened by then never will.
PATIENCE = 3 * 3600.0


@dataclass(slots=True)
class World:
    """What survives a process: the Kubernetes objects and Connect, and the time."""

    script: Script = field(default_factory=Script)
    delay: float = 0.0
    connect: FakeConnect = field(init=False)
    cluster: FakeCluster = field(init=False)
    assignments: FakeAssignments = field(init=False)
    operators: int = 1
    listeners: Listeners = field(default_factory=Listeners)
    tick: float = 0.5
    """How often it is looked whether the end is there: seldom costs less."""
    elapsed: float = 0.0
    lives: int = 0
    due: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        TALLY.schedule()
        self.connect = FakeConnect(self.script, self.delay)
        self.cluster = FakeCluster(self.script, instance=an_instance_raw())
        self.assignments = FakeAssignments(self.script)

    def ready(self, name: str = "jdoe") -> bool:
        """Whether the object says Ready for its present generation."""
        raw = self.cluster.raw(name)
        conditions = raw["status"].get("conditions", []) if raw is not None else []
        return any(
            each["type"] == "Ready"
            and each["status"] == "True"
            and raw is not None
            and each["observedGeneration"] == raw["metadata"]["generation"]
            for each in conditions
        )

    def reason(self, name: str = "jdoe") -> str:
        """The reason that the object's Ready has."""
        raw = self.cluster.raw(name)
        conditions = raw["status"].get("conditions", []) if raw is not None else []
        return next((str(each["reason"]) for each in conditions if each["type"] == "Ready"), "")

    def until(self, done: Callable[[], bool], *, act: Callable[[], None] | None = None) -> None:
        """Let operators work until that holds; a crash ends one, and the next begins. `act` happens at the start."""
        self.play([] if act is None else [(0.0, act)], done)

    def play(self, timeline: Sequence[tuple[float, Callable[[], object]]], done: Callable[[], bool]) -> None:
        """Likewise, with each act so many seconds after the one before; `done` counts when all are over."""
        self.due = []
        at = self.elapsed
        for pause, act in timeline:
            at += pause
            self.due.append((at, act))
        finished = False
        while not finished:
            self.lives += 1
            self.script.crashed = False
            finished, self.elapsed = run(self._live(done), self.elapsed)

    def let_pass(self, seconds: float) -> None:
        """Let a new operator work for that long, through crashes."""
        end = self.elapsed + seconds
        self.until(lambda: asyncio.get_running_loop().time() >= end)

    def restart(self) -> None:
        """End the process now; the next one begins."""
        self.script.crashed = True

    async def _live(self, done: Callable[[], bool]) -> tuple[bool, float]:
        loop = asyncio.get_running_loop()
        self.assignments.sinks.clear()
        started = [start(self) for _ in range(self.operators)]
        deadline = (self.due[-1][0] if self.due else loop.time()) + PATIENCE
        while not self.script.crashed:
            while self.due and self.due[0][0] <= loop.time():
                self.due.pop(0)[1]()
            if not self.due and done():
                return True, loop.time()
            for operator in started:
                if operator.failures:
                    raise operator.failures[0]
            if REPEATED:
                raise REPEATED.pop()
            assert loop.time() < deadline, f"not done after {PATIENCE:.0f} s: {self.cluster.objects}"
            await asyncio.sleep(min(self.tick, max(0.0, self.due[0][0] - loop.time())) if self.due else self.tick)
        return False, loop.time()


@dataclass(slots=True)
class Operator:
    """One process."""

    controller: Controller
    store: Store
    failures: list[BaseException]


class Watched(Reconciler):
    """Fails the test when a reading is decided on twice with nothing new: the operator only waits, and logs it."""

    async def _repeated(self, user: ConnectUser, memory: Memory, decision: Decision, situation: Situation) -> Next:
        del memory, situation
        raise AssertionError(f"decided twice on {decision} for {user.key}")

    async def __call__(self, key: ObjectKey, turn: Turn) -> Next:
        try:
            return await Reconciler.__call__(self, key, turn)
        except AssertionError as error:
            REPEATED.append(error)
            raise


REPEATED: list[AssertionError] = []
"""What has been decided twice, in any world; each world looks at it."""


def start(world: World) -> Operator:
    """Have an engine, wired as the operator's, list the objects."""
    clock, jitter = LoopClock(), random.Random(1)  # noqa: S311 - spreads retries, guards nothing
    cluster, failures = world.cluster, list[BaseException]()
    engine = make_engine(
        Ground(
            cluster=cluster,
            assignments=world.assignments,
            connect=world.connect,
            clock=clock,
            server_clock=clock,
            jitter=jitter,
            choose=jitter.choice,
            zones=time_zone,
            cluster_id=CLUSTER,
            window=WINDOW,
            slow=SLOW,
            find_out=FIND_OUT,
            failed=failures.append,
            listeners=world.listeners,
            reconciler=Watched,
        )
    )
    controller = engine.controller
    controller.hold()
    cluster.feed(controller)
    world.assignments.feed(controller)
    asyncio.get_running_loop().call_later(cluster.list_takes, controller.release)
    return Operator(controller, engine.store, failures)


def condition(raw: dict[str, Any], kind: str) -> str:
    """The status of a condition of an object as stored; "" when it is absent."""
    return next((str(each["status"]) for each in raw["status"].get("conditions", []) if each["type"] == kind), "")


__all__ = ["PATIENCE", "Operator", "World", "condition", "find_condition", "start"]
