"""Refusals that are not the API server's own word about an object: those of proxies and of admission policies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import AdmissionregistrationV1Api, ApiClient, ApiException

from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import OperatorProcess

from .api_proxy import PASS, ApiProxy, Passing, Treatment
from .conftest import SERVICE_ACCOUNT
from .running import SETTINGS, Operators, bugs_in
from .stage import FINALIZER, OWNER_TAG, Stage, wait_for

EDITED = {"firstName": "Augusta", "lastName": "Lovelace", "email": "ada@example.com"}


@pytest.fixture
def proxy(cluster: LocalCluster, operators: Operators, tmp_path: Path) -> Iterator[ApiProxy]:
    operators.stop_shared()
    with ApiProxy(cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT), tmp_path) as running:
        yield running


@pytest.fixture
def operator(proxy: ApiProxy, simulator: SimProcess, namespace: str) -> Iterator[OperatorProcess]:
    environment = {**simulator.env, **SETTINGS}
    with OperatorProcess(proxy.kubeconfig, environment, arguments=["--namespace", namespace]) as running:
        yield running
        assert not bugs_in(running.log)


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("status", [404, 400, 405, 407, 409, 413])
def test_what_a_proxy_says_of_an_object_makes_nobody_forget_it(proxy: ApiProxy, stage: Stage, status: int) -> None:
    stage.apply_instance(allowedAdoptionPolicies=["Never", "IfUnowned", "Always"])
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.apply_user("rival", username="ada", adoptionPolicy="Always")
    stage.wait_reason("rival", "UsernameTaken")
    owner = stage.owner_tag("ada")
    answered = threading.Semaphore(0)

    def of_ada(passing: Passing) -> Treatment:
        if passing.is_watch or not passing.path.removesuffix("/status").endswith("/connectusers/ada"):
            return PASS
        answered.release()
        return Treatment(status=status)

    proxy.treat = of_ada
    stage.apply_user("ada", identityInfo=EDITED)
    wait_for(lambda: answered.acquire(blocking=False), "the odd answer")
    stage.apply_user("rival", username="ada", adoptionPolicy="Always", tags={"look": "again"})
    wait_for(lambda: answered.acquire(blocking=False), "another")
    proxy.treat = lambda _passing: PASS
    stage.wait_ready("ada")
    stage.wait_reason("rival", "UsernameTaken")
    ada = stage.truth("ada")
    assert (ada["IdentityInfo"]["FirstName"], ada["Tags"]["connect-operator.io/owner"]) == ("Augusta", owner)
    assert stage.write_names().count("CreateUser") == 1


@contextmanager
def finalizers_frozen(admin: ApiClient, stage: Stage, reason: str) -> Iterator[None]:
    """An admission policy of somebody else's, in force, lets nobody put a finalizer on in the namespace."""
    name = f"freeze-{stage.namespace}"[:60]
    rules = [{"apiGroups": ["*"], "apiVersions": ["*"], "operations": ["UPDATE"], "resources": ["connectusers"]}]
    where = {"matchLabels": {"kubernetes.io/metadata.name": stage.namespace}}
    validation = {"expression": "!has(object.metadata.finalizers)", "message": "a freeze is on", "reason": reason}
    policy: dict[str, Any] = {
        "metadata": {"name": name},
        "spec": {"matchConstraints": {"resourceRules": rules}, "validations": [validation]},
    }
    binding: dict[str, Any] = {
        "metadata": {"name": name},
        "spec": {
            "policyName": name,
            "validationActions": ["Deny"],
            "matchResources": {"namespaceSelector": where},
        },
    }
    api = AdmissionregistrationV1Api(admin)
    stage.apply_user("probe", suspend=True)
    api.create_validating_admission_policy(policy)
    api.create_validating_admission_policy_binding(binding)
    try:
        wait_for(lambda: not _takes_a_finalizer(stage, "probe"), "the policy to be in force")
        yield
    finally:
        api.delete_validating_admission_policy_binding(name)
        api.delete_validating_admission_policy(name)


def _takes_a_finalizer(stage: Stage, name: str) -> bool:
    try:
        stage.patch_metadata(name, finalizers=["example.com/probe"])
    except ApiException:
        return False
    stage.patch_metadata(name, finalizers=None)
    return True


@pytest.mark.refusals
@pytest.mark.parametrize("reason", ["Invalid", "Forbidden", "RequestEntityTooLarge"])
def test_an_admission_policy_in_the_way_is_told_and_waited_for(
    operator: OperatorProcess, stage: Stage, admin: ApiClient, reason: str
) -> None:
    with finalizers_frozen(admin, stage, reason):
        stage.apply_user("ada")
        if reason == "RequestEntityTooLarge":
            wait_for(lambda: "a freeze is on" in operator.log, "a line about it")
        else:
            assert "a freeze is on" in stage.wait_reason("ada", "PermissionDenied")
        assert stage.usernames() == []
    wait_for(lambda: _takes_a_finalizer(stage, "probe"), "the policy to be gone")
    stage.wait_ready("ada")
    assert FINALIZER in (stage.user("ada") or {})["metadata"]["finalizers"]
    assert stage.truth("ada")["Tags"][OWNER_TAG] == stage.owner_tag("ada")
