"""Who may use an instance, and how: namespaces, the instance by its ID, adoption policies."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kubernetes.client import ApiClient, CoreV1Api

from local_stack.operator_process import wait_for_log

from .conftest import StartOperator
from .running import Operators
from .stage import Stage, mentions

SOON = 10.0
"""Seconds; the operator of a test about "at once" retries slowly only after 5 minutes."""


def test_namespace_is_let_in_at_once_when_the_instance_allows_it(run_operator: StartOperator, stage: Stage) -> None:
    stage.apply_instance(allowedNamespaces=[{"name": "another"}])
    run_operator(slow_retry="300s")
    stage.apply_user("ada")
    message = stage.wait_reason("ada", "PermissionDenied")
    conditions = stage.conditions("ada")
    assert stage.namespace in message
    assert stage.instance in message
    assert "spec.allowedNamespaces" in message
    assert (conditions["Ready"], conditions["Synced"], conditions["Stalled"]) == ("False", "False", "True")
    assert "Reconciling" not in conditions
    assert stage.writes() == []

    stage.apply_instance(allowedNamespaces=[{"name": "another"}, {"name": stage.namespace}])
    stage.wait_ready("ada", timeout=SOON)


def test_adoption_policy_is_granted_at_once_when_the_instance_allows_it(
    run_operator: StartOperator, stage: Stage
) -> None:
    stage.sim.add_users([{"Username": "ada", "Tags": {"connect-operator.io/owner": "elsewhere/uid/team-x/ada"}}])
    run_operator(slow_retry="300s")
    stage.apply_user("ada", adoptionPolicy="Always")
    message = stage.wait_reason("ada", "PermissionDenied")
    assert "spec.adoptionPolicy" in message
    assert "Always" in message
    assert stage.writes() == []

    stage.apply_instance(allowedAdoptionPolicies=["Never", "IfUnowned", "Always"])
    stage.wait_ready("ada", timeout=SOON)
    assert stage.truth("ada")["Tags"]["connect-operator.io/owner"] == stage.owner_tag("ada")


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(
    "instance_id",
    [pytest.param(lambda stage: stage.sim.instance, id="id"), pytest.param(lambda stage: stage.instance_arn, id="arn")],
)
def test_instance_is_found_by_its_id(stage: Stage, instance_id: Callable[[Stage], str]) -> None:
    stage.apply_user("ada", instanceRef=None, instanceId=instance_id(stage))
    assert stage.wait_ready("ada")["status"]["instanceArn"] == stage.instance_arn


@pytest.mark.usefixtures("operator")
def test_instance_without_a_connect_instance_is_refused_with_the_remedy(stage: Stage) -> None:
    stage.apply_user("ada", instanceRef=None, instanceId="5eed0000-0000-4000-8000-000000000001")
    message = stage.wait_reason("ada", "ReferenceNotFound")
    assert "spec.instanceId" in message
    assert "administrator" in message


@pytest.mark.usefixtures("operator")
def test_naming_the_same_instance_otherwise_is_no_change(stage: Stage) -> None:
    stage.apply_user("ada")
    before = stage.wait_ready("ada")["status"]["userId"]
    stage.apply_user("ada", instanceRef=None, instanceId=stage.sim.instance)
    after = stage.wait_ready("ada")
    assert after["metadata"]["generation"] == after["status"]["observedGeneration"] > 1
    assert after["status"]["userId"] == before
    assert stage.write_names() == ["CreateUser"]


def test_an_operator_of_other_namespaces_does_not_let_the_instance_go(
    run_operator: StartOperator, operators: Operators, stage: Stage, admin: ApiClient
) -> None:
    other = f"{stage.namespace[:40]}-other"
    CoreV1Api(admin).create_namespace({"metadata": {"name": other}})
    run_operator()
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.wait_instance(lambda found: bool((found or {})["metadata"].get("finalizers")))
    with operators.own(other, {}) as second:
        wait_for_log(second, "ConnectInstances")
        stage.objects.delete("ConnectInstance", None, stage.instance)
        # The second one says so after it has looked for users of its own and found none.
        others = f"until others take their finalizers off: connect-operator.io/instance.{stage.namespace}"
        stage.wait_instance(mentions(others))
        assert stage.user("ada") is not None
        stage.delete_user("ada")
        stage.wait_reason("ada", "DeletionsPaused")
        # Only the one whose user it is heeds the confirmation, and takes it off.
        confirmed = {"metadata": {"annotations": {"connect-operator.io/confirm-deletions": "true"}}}
        stage.objects.patch("ConnectInstance", None, stage.instance, confirmed)
        stage.wait_gone("ada")
        stage.wait_instance(lambda found: found is None)
    assert stage.usernames() == []
