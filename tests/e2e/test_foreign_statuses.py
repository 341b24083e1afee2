"""Somebody else writes to the status, as with kubectl --subresource=status: it is put right, after a restart too."""

from __future__ import annotations

from typing import Any

import pytest

from local_stack.objects import condition, is_ready

from .assignments import KIND, ContactDesk
from .conftest import StartOperator
from .stage import Stage

FORGED = {
    "type": "Ready",
    "status": "False",
    "reason": "WaitingForQuota",
    "message": "as a late write of a former process",
    "observedGeneration": 1,
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}
CHANGES: dict[str, Any] = {
    "stripped": None,
    "conditions stripped": {"conditions": None},
    "forged": {"conditions": [FORGED]},
}
PATIENCE = 180.0


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("restarted", [False, True])
def test_of_a_user_and_an_instance(run_operator: StartOperator, stage: Stage, change: str, *, restarted: bool) -> None:
    operator = run_operator()
    stage.apply_user("ada")
    user_id = stage.wait_ready("ada", timeout=PATIENCE)["status"]["userId"]
    stage.wait_instance(lambda found: condition(found, "Ready").get("status") == "True", PATIENCE)
    calls = stage.mark()
    if restarted:
        assert operator.stop() == 0
        operator.start()
        stage.sim.wait_until(lambda: bool(stage.sim.journal(calls, "SearchUsers")), PATIENCE, "a sweep")
    for kind, namespace, name in (
        ("ConnectUser", stage.namespace, "ada"),
        ("ConnectInstance", None, stage.instance),
    ):
        stage.objects.patch(kind, namespace, name, {"status": CHANGES[change]}, subresource="status")
    found = stage.wait("ada", lambda found: is_ready(found) and "userId" in (found or {})["status"], PATIENCE)
    assert found["status"]["userId"] == user_id
    instance = stage.wait_instance(lambda found: condition(found, "Ready").get("status") == "True", PATIENCE)
    assert instance["status"]["instanceArn"] == stage.instance_arn
    assert stage.write_names(since=calls) == []


@pytest.mark.parametrize("restarted", [False, True])
def test_of_an_assignment_that_has_ended(run_operator: StartOperator, stage: Stage, *, restarted: bool) -> None:
    """Above all the contact is not handed over a second time."""
    operator = run_operator()
    desk = ContactDesk.at(stage)
    contact = desk.queue()
    desk.apply("hand", contact)
    ended = desk.wait_phase("hand", "Assigned", PATIENCE)
    if restarted:
        assert operator.stop() == 0
        operator.start()
        stage.apply_user("ada")
        stage.wait_ready("ada", timeout=PATIENCE)
    stage.objects.patch(KIND, stage.namespace, "hand", {"status": None}, subresource="status")
    assert desk.wait_phase("hand", "Assigned", PATIENCE)["status"] == ended["status"]
    assert len(desk.calls(contact)) == 1
