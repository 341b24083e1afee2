"""Passwords that the operator makes: one Secret with its marks, one user, the right for it, and its end in time."""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiClient, AuthorizationV1Api, RbacAuthorizationV1Api

from connect_operator.domain.rules.identity import password_violation
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import OperatorProcess, let_generate_secrets

from .api_proxy import ApiProxy
from .conftest import SERVICE_ACCOUNT, StartOperator
from .running import SETTINGS, Operators
from .stage import Stage, wait_for

SECRET = "ada-first"
MOVED_CLOCK = str(Path(__file__).with_name("moved_clock.py"))
HOURS = 3600.0


def reference(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of the reference
    return {"name": SECRET, "generate": True, **members}


def secret(stage: Stage) -> dict[str, Any] | None:
    return stage.objects.get("Secret", stage.namespace, SECRET)


def clear_text(stage: Stage) -> str:
    found = secret(stage)
    assert found is not None
    return base64.b64decode(found["data"]["password"]).decode()


def deleted_time(stage: Stage) -> str:
    found = stage.user("ada") or {}
    return str(found.get("status", {}).get("passwordSecret", {}).get("deletedTime", ""))


@pytest.fixture
def generating(stage: Stage, admin: ApiClient) -> Stage:
    """The operator may make Secrets in the namespace."""
    let_generate_secrets(admin, stage.namespace)
    return stage


def test_one_secret_one_user_and_the_password_nowhere_else(run_operator: StartOperator, generating: Stage) -> None:
    operator = run_operator(log_level="DEBUG")
    generating.apply_user("ada", passwordSecretRef=reference())
    made = generating.wait_ready("ada")
    found = secret(generating)
    assert found is not None
    assert [each["uid"] for each in found["metadata"]["ownerReferences"]] == [made["metadata"]["uid"]]
    assert made["status"]["passwordSecret"] == {
        "uid": found["metadata"]["uid"],
        "resourceVersion": found["metadata"]["resourceVersion"],
    }
    password = clear_text(generating)
    assert password_violation(password) is None
    (call,) = generating.calls("CreateUser")
    assert "Password" in call.params
    generating.wait_event("ada", "PasswordGenerated")
    everything = [generating.user("ada"), generating.objects.events(generating.namespace), generating.sim.users()]
    shown = json.dumps(everything) + operator.log
    assert password not in shown
    assert found["data"]["password"] not in shown


@pytest.mark.refusals
@pytest.mark.usefixtures("operator")
def test_without_the_right_it_says_what_to_grant_and_goes_on_when_it_is(stage: Stage, admin: ApiClient) -> None:
    stage.apply_user("ada", passwordSecretRef=reference())
    message = stage.wait_reason("ada", "PermissionDenied")
    assert f"may not make Secret {stage.namespace}/{SECRET}" in message
    assert f"the verbs create and delete on secrets in namespace {stage.namespace}" in message
    assert "ClusterRole connect-operator-generated-secrets" in message
    assert stage.calls("CreateUser") == []
    let_generate_secrets(admin, stage.namespace)
    stage.wait_ready("ada")
    assert len(stage.calls("CreateUser")) == 1


@pytest.mark.usefixtures("operator")
def test_a_persons_secret_is_used_and_outlives_deleteafter(generating: Stage) -> None:
    generating.apply_secret(SECRET, password="Chosen-by-a-pers0n")
    before = secret(generating)
    generating.apply_user("ada", passwordSecretRef=reference(deleteAfter="1s"))
    generating.apply_user("bob", passwordSecretRef={"name": "bob-first", "generate": True, "deleteAfter": "1s"})
    generating.wait_ready("ada", "bob")
    generating.wait_event("bob", "PasswordSecretDeleted")  # so ada's time has come as well
    assert secret(generating) == before


@pytest.mark.usefixtures("operator")
def test_a_secret_without_the_key_is_not_written_to(generating: Stage) -> None:
    generating.apply_secret(SECRET, other="Chosen-by-a-pers0n")
    before = secret(generating)
    generating.apply_user("ada", passwordSecretRef=reference())
    assert "never written to" in generating.wait_reason("ada", "ReferenceNotFound")
    assert secret(generating) == before


@pytest.mark.usefixtures("operator")
def test_a_user_that_exists_needs_none(generating: Stage) -> None:
    generating.sim.add_users([{"Username": "ada"}])
    generating.apply_user("ada", passwordSecretRef=reference(), adoptionPolicy="IfUnowned")
    generating.wait_ready("ada")
    assert secret(generating) is None
    assert generating.calls("CreateUser") == []


@pytest.mark.parametrize("committed", [False, True], ids=["not carried out", "carried out"])
def test_a_kill_during_createuser_leaves_one_secret_and_one_user(
    run_operator: StartOperator, generating: Stage, *, committed: bool
) -> None:
    barrier = generating.fault("barrier", "CreateUser", when="after" if committed else "before")
    if not committed:
        generating.fault("drop-before", "CreateUser")
    operator = run_operator()
    generating.apply_user("ada", passwordSecretRef=reference())
    barrier.wait_for_waiting()
    before = secret(generating)
    assert before is not None
    operator.kill()
    barrier.remove()
    operator.start()
    generating.wait_ready("ada")
    assert secret(generating) == before
    assert generating.usernames() == ["ada"]
    assert len([call for call in generating.calls("CreateUser") if call.committed]) == 1


@pytest.mark.refusals
def test_it_is_deleted_while_the_operator_runs_and_without_the_right_not(
    run_operator: StartOperator, generating: Stage, admin: ApiClient
) -> None:
    run_operator()
    roles = RbacAuthorizationV1Api(admin)
    binding = "connect-operator-generated-secrets"
    generating.apply_user("ada", passwordSecretRef=reference(deleteAfter="720h"))
    generating.wait_ready("ada")
    roles.delete_namespaced_role_binding(binding, generating.namespace)
    wait_for(lambda: not _may_delete(admin, generating.namespace), "the right to be gone")
    generating.apply_user("ada", passwordSecretRef=reference(deleteAfter="1s"))
    told = "spec.passwordSecretRef.deleteAfter: the operator may not delete Secret"
    generating.wait("ada", lambda found: told in json.dumps((found or {}).get("status")))
    assert generating.conditions("ada")["Ready"] == "True"
    let_generate_secrets(admin, generating.namespace)
    wait_for(lambda: deleted_time(generating), "status to say that the Secret is gone")
    assert secret(generating) is None
    generating.wait("ada", lambda found: told not in json.dumps((found or {}).get("status")))
    assert generating.write_names() == ["CreateUser"]


def _may_delete(admin: ApiClient, namespace: str) -> bool:
    attributes = {"verb": "delete", "resource": "secrets", "namespace": namespace}
    user = "system:serviceaccount:" + ":".join(SERVICE_ACCOUNT)
    review = {"spec": {"user": user, "resourceAttributes": attributes}}
    return bool(AuthorizationV1Api(admin).create_subject_access_review(review).status.allowed)


@pytest.fixture
def proxy(cluster: LocalCluster, operators: Operators, tmp_path: Path) -> Iterator[ApiProxy]:
    operators.stop_shared()
    with ApiProxy(cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT), tmp_path) as running:
        yield running


def test_the_api_servers_clock_decides_and_not_the_operators(
    proxy: ApiProxy, generating: Stage, simulator: SimProcess
) -> None:
    arguments = ["--namespace", generating.namespace]
    moved = {**simulator.env, **SETTINGS, "MOVED_CLOCK_SECONDS": str(100 * HOURS)}
    program = (sys.executable, MOVED_CLOCK)
    generating.apply_user("ada", passwordSecretRef=reference(deleteAfter="72h"))
    with OperatorProcess(proxy.kubeconfig, moved, arguments=arguments, program=program) as operator:
        generating.wait_ready("ada")
        generating.apply_user("ada", passwordSecretRef=reference(deleteAfter="72h"), securityProfileNames=["Admin"])
        generating.wait_ready("ada")
        assert secret(generating) is not None, "the operator's own clock is 100 h ahead, and nobody asked it"
        assert operator.stop() == 0
    proxy.ahead = 73 * HOURS
    with OperatorProcess(proxy.kubeconfig, {**simulator.env, **SETTINGS}, arguments=arguments) as operator:
        wait_for(lambda: secret(generating) is None, "the Secret to be deleted by a new process")
        wait_for(lambda: deleted_time(generating), "status to say so")
        assert operator.stop() == 0
    assert deleted_time(generating) > time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 72 * HOURS))
