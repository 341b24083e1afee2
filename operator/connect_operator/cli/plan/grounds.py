"""On what grounds a plan decides: the objects, whose they are, their instances and the clock, made into Situations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connect_operator.cli.owners import Owners
from connect_operator.cli.plan.first_passwords import FirstPasswords
from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.instances.view import GuardView
from connect_operator.engine.ports import Clock
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import Situation


@dataclass(frozen=True, slots=True)
class Grounds:
    """What all objects of a plan share. `window` is the consistency window in seconds.

    `problems` says why instances could not be read, by name.
    `skip_details`: what costs a call for each user is taken to be as the manifest asks.
    """

    lookup: InstanceLookup
    guard: Guard
    owners: Owners
    clock: Clock
    window: float
    problems: Mapping[str, Verdict]
    skip_details: bool
    passwords: FirstPasswords

    def situation(self, user: ConnectUser, spec: ConnectUserSpec, memory: Memory, instance: Instance) -> Situation:
        """The situation of one object, as the operator would see it."""
        arn = instance.arn
        if arn is None:
            raise RuntimeError(f"instance {instance.name} was not read")
        known = instance.inventory.named(user.username)
        return Situation(
            user=user,
            spec=spec,
            me=self.owners.of(user, known.user.tags if known is not None else {}),
            memory=memory,
            instance=instance.view(GuardView(paused=self.guard.paused(user, instance))),
            arn=arn,
            is_live=self.owners.is_live,
            rivals=self.lookup.rivals(user, str(arn)),
            now=self.clock.now(),
            tick=self.clock.monotonic(),
            window=self.window,
            grant=self.lookup.grant(user, instance),
            wanted=self.lookup.wanted(user),
        )
