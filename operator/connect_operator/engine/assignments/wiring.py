"""The parts of the assignments' engine, wired. What they stand on comes from the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from connect_operator.engine.assignments.assignment_report import AssignmentReporter
from connect_operator.engine.assignments.controller import AssignmentController
from connect_operator.engine.assignments.hand_over import Assigner
from connect_operator.engine.assignments.memory import AssignmentMemories
from connect_operator.engine.assignments.reconcile import AssignmentReconciler
from connect_operator.engine.assignments.store import AssignmentStore
from connect_operator.engine.instances.caller import Caller
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.pace.backoff import Backoff
from connect_operator.engine.pace.cluster_trouble import ClusterTrouble
from connect_operator.engine.pace.quota import Quota
from connect_operator.engine.pace.scheduler import Scheduler, Watcher
from connect_operator.engine.ports import AssignmentsApi, Clock

_LONGEST = 15.0
"""Seconds between two tries while the API server does not work: a contact waits, and its deadline is near."""


@dataclass(frozen=True, kw_only=True)
class Foundations:
    """What assignments share with users. `find_out` in seconds; `told` is told of every reason that is written."""

    cluster: AssignmentsApi
    lookup: InstanceLookup
    caller: Caller
    quota: Quota
    backoff: Backoff
    clock: Clock
    find_out: float
    told: Callable[[str], None] = lambda _reason: None
    watcher: Watcher = field(default_factory=Watcher)


def assignments_engine(on: Foundations) -> AssignmentController:
    """The controller of a whole engine for assignments, with a scheduler of its own and the quota of all."""
    assignments, memories = AssignmentStore(), AssignmentMemories()
    reporter = AssignmentReporter(on.cluster, assignments, on.clock, on.told)
    assigner = Assigner(on.caller, reporter, on.backoff, on.clock)
    trouble = ClusterTrouble(on.backoff, "ConnectContactAssignment", longest=_LONGEST, longest_denied=_LONGEST)
    reconciler = AssignmentReconciler(
        assignments, memories, on.lookup, assigner, reporter, on.clock, on.find_out, trouble
    )
    return AssignmentController(
        assignments, memories, Scheduler(reconciler, on.quota, on.clock, watcher=on.watcher), on.lookup.store
    )
