"""How many requests a user costs, a restart, and rest: counts, which no machine changes; times are the benchmarks'.

What is counted is every request of the operator that the API server's audit log shows, and every call of Connect.
"""

from __future__ import annotations

from collections import Counter

from local_cluster import AuditEvent

from .conftest import StartOperator
from .stage import Stage

COUNT = 20
NAMES = [f"user-{number:02}" for number in range(COUNT)]
PER_INSTANCE = {
    "DescribeInstance",
    "ListRoutingProfiles",
    "ListSecurityProfiles",
    "SearchUserHierarchyGroups",
    "ListUsers",
    "SearchUsers",
    "SearchQuickConnects",
}
"""What is read of an instance, however many users it has."""


def test_a_created_user_costs_one_call_four_requests_and_two_events(
    run_operator: StartOperator, empty_stage: Stage, operator_user: str
) -> None:
    stage = empty_stage
    stage.apply_users(NAMES)
    calls, mark = stage.mark(), stage.cluster.audit_mark()
    operator = run_operator()
    stage.apply_instance(driftCheckInterval="1h")
    stage.wait_ready(*NAMES)
    assert operator.stop() == 0  # its Events are posted by then

    made = Counter(each.operation for each in stage.calls(since=calls) if each.operation not in PER_INSTANCE)
    assert made == {"CreateUser": COUNT}
    about_users = _requests(stage, mark, operator_user)
    assert about_users == {
        ("get", "secrets", ""): COUNT,  # the password, right before the call
        ("patch", "connectusers", ""): COUNT,  # the finalizer
        ("patch", "connectusers", "status"): 2 * COUNT,  # where it will be, and that it is
        ("create", "events", ""): 2 * COUNT,  # Created, Available
    }


def test_a_restart_and_rest_cost_nothing_per_user(
    run_operator: StartOperator, stage: Stage, operator_user: str
) -> None:
    operator = run_operator(consistency_window="600s", slow_retry="300s")
    stage.apply_users(NAMES)
    stage.wait_ready(*NAMES)
    stage.wait_instance(
        lambda found: (found or {}).get("status", {}).get("users", {}).get("ready") == COUNT, timeout=120.0
    )
    assert operator.stop() == 0
    stage.apply_instance(driftCheckInterval="10s")

    calls, mark = stage.mark(), stage.cluster.audit_mark()
    operator.start()
    # A sweep begins with ListUsers: at the third one, everything that the first two have shown is worked off.
    stage.sim.wait_until(lambda: len(stage.sim.journal(calls, "ListUsers")) >= 3, 120.0, "three sweeps")
    assert _requests(stage, mark, operator_user) == {}
    made = Counter(each.operation for each in stage.calls(since=calls))
    assert made.keys() <= PER_INSTANCE
    assert made["DescribeInstance"] == 1
    # With each sweep, and no more: both lists of users, and what users are given.
    assert {made[name] for name in PER_INSTANCE - {"DescribeInstance", "SearchQuickConnects"}} <= {2, 3}


def _requests(stage: Stage, mark: int, user: str) -> Counter[tuple[str, str, str]]:
    """What was asked of the API server about the stage's objects one by one, less lists and watches."""
    return Counter(
        (event.verb, event.resource, event.subresource)
        for event in stage.cluster.audit_events(mark, user=user)
        if event.namespace == stage.namespace and event.verb not in {"list", "watch"} and not _is_about_instance(event)
    )


def _is_about_instance(event: AuditEvent) -> bool:
    return event.resource == "connectinstances"
