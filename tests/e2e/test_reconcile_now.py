"""`connect-operator reconcile` and the operator: the one asks, the other looks at once and answers."""

from __future__ import annotations

import subprocess
import time

from local_stack import OperatorProcess
from local_stack.objects import is_ready
from local_stack.operator_process import PROGRAM

from .stage import Stage, wait_for

WINDOW = 7.0
"""A little more than the consistency window of these tests, in seconds."""
RECONCILE = "connect-operator.io/reconcile-requested-at"


def reconcile(stage: Stage, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as a person types it, who may do everything."""
    command = [*PROGRAM, "reconcile", *arguments]
    environment = {"KUBECONFIG": str(stage.cluster.kubeconfig), "PATH": "/usr/bin:/bin"}
    return subprocess.run(  # noqa: S603 - the program under test
        command, env=environment, capture_output=True, text=True, timeout=180, check=False
    )


def test_a_user_is_read_and_put_right_at_once(operator: OperatorProcess, stage: Stage) -> None:
    assert operator.running
    stage.apply_instance(driftCheckInterval="10m")
    stage.apply_user("ada", identityInfo={"firstName": "Ada", "lastName": "Byron", "email": "ada@example.com"})
    stage.wait_ready("ada")
    over = time.monotonic() + WINDOW
    wait_for(lambda: time.monotonic() > over, "the time in which Connect may still show the state before our own write")
    mark = stage.mark()
    # What only a call per user shows.
    was = stage.truth("ada")
    stage.sim.edit_user(was["Id"], IdentityInfo={"Email": "other@example.com"})
    ended = reconcile(stage, "ada", "--namespace", stage.namespace)
    assert (ended.returncode, "Available" in ended.stdout) == (0, True), ended
    assert "DescribeUser" in [each.operation for each in stage.calls(since=mark)]
    assert stage.truth("ada")["IdentityInfo"]["Email"] == "ada@example.com"


def test_what_failed_is_tried_at_once_and_a_failure_is_told(operator: OperatorProcess, stage: Stage) -> None:
    assert operator.running
    fault = stage.fault("error", "CreateUser", times=None, code="AccessDeniedException", status=403)
    stage.apply_user("ada")
    stage.wait_reason("ada", "PermissionDenied")
    ended = reconcile(stage, "ada", "--namespace", stage.namespace)
    assert (ended.returncode, "PermissionDenied" in ended.stdout) == (2, True), ended
    fault.remove()
    assert reconcile(stage, "ada", "--namespace", stage.namespace).returncode == 0


def test_an_instance_is_swept_now(operator: OperatorProcess, stage: Stage) -> None:
    assert operator.running
    stage.apply_instance(driftCheckInterval="10m")
    stage.wait_instance(is_ready)
    mark = stage.mark()
    began = time.monotonic()
    ended = reconcile(stage, "--instance", stage.instance)
    assert (ended.returncode, "Available" in ended.stdout) == (0, True), ended
    assert "ListUsers" in [each.operation for each in stage.calls(since=mark)]
    assert time.monotonic() - began < 300  # and not 10 minutes


def test_a_status_that_claims_the_answer_gains_nothing(operator: OperatorProcess, stage: Stage) -> None:
    """What was forged before the request is not taken for its answer; what is forged after it is put right."""
    assert operator.running
    stage.apply_user("ada")
    stage.wait_ready("ada")
    other = {"status": {"lastHandledReconcileAt": "another"}}
    forged = {"status": {"lastHandledReconcileAt": "forged"}}
    stage.objects.patch("ConnectUser", stage.namespace, "ada", forged, subresource="status")
    mark = stage.mark()
    stage.patch_metadata("ada", annotations={RECONCILE: "forged"})
    stage.wait("ada", lambda found: _answer(found) == "forged" and "DescribeUser" in _operations(stage, mark), 60)
    mark = stage.mark()
    stage.objects.patch("ConnectUser", stage.namespace, "ada", other, subresource="status")
    stage.wait("ada", lambda found: _answer(found) == "forged", 60)
    assert "DescribeUser" not in _operations(stage, mark)


def _operations(stage: Stage, mark: int) -> list[str]:
    return [each.operation for each in stage.calls(since=mark)]


def _answer(found: dict[str, object] | None) -> object:
    status = (found or {}).get("status")
    return status.get("lastHandledReconcileAt") if isinstance(status, dict) else None
