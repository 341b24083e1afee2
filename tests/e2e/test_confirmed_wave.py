"""A confirmed wave of deletions, over a restart: it goes on; what was deleted after the confirmation is not in it."""

from __future__ import annotations

from local_stack.objects import has_reason

from .conftest import StartOperator
from .stage import Stage, wait_for

CONFIRM = "connect-operator.io/confirm-deletions"
FIRST, SECOND = [f"first-{number}" for number in range(5)], [f"second-{number}" for number in range(5)]


def test_what_was_deleted_after_the_confirmation_waits_for_one_of_its_own(
    run_operator: StartOperator, stage: Stage
) -> None:
    stage.apply_instance(deletionGuard={"maxPending": 3, "minPending": 3})
    operator = run_operator()
    stage.apply_users([*FIRST, *SECOND])
    stage.wait_ready(*FIRST, *SECOND)
    for name in FIRST:
        stage.delete_user(name)
    for name in FIRST:
        stage.wait_reason(name, "DeletionsPaused")
    barrier = stage.fault("barrier", "DeleteUser", times=None)
    change = {"metadata": {"annotations": {CONFIRM: "true"}}}
    confirmed = stage.objects.patch("ConnectInstance", None, stage.instance, change)
    barrier.wait_for_waiting()
    operator.kill()
    [noted] = [
        each["time"]
        for each in confirmed["metadata"]["managedFields"]
        if f"f:{CONFIRM}" in each["fieldsV1"].get("f:metadata", {}).get("f:annotations", {})
    ]
    # The API server notes whole seconds, so a deletion in the same one would be covered.
    wait_for(lambda: _now(stage) > noted, "the next second")
    for name in SECOND:
        stage.delete_user(name)
    barrier.remove()
    operator.start()
    stage.wait_gone(*FIRST)
    for name in SECOND:
        stage.wait_reason(name, "DeletionsPaused")
    stage.wait_instance(lambda found: CONFIRM not in ((found or {})["metadata"].get("annotations") or {}))
    assert stage.usernames() == SECOND
    stage.wait_instance(has_reason("DeletionsPaused"))


def _now(stage: Stage) -> str:
    """The API server's time: that of an object that is made there now."""
    made = stage.apply_secret("now", key="value")
    stage.objects.delete("Secret", stage.namespace, "now")
    return str(made["metadata"]["creationTimestamp"])
