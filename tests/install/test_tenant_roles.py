"""The shipped roles, held by people with tokens: what each may do, and what none of them may."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from kubernetes.client import ApiException

from .conftest import MANIFESTS, NewPerson
from .manifests import a_user, an_assignment

ROLES: list[dict[str, Any]] = list(yaml.safe_load_all((MANIFESTS / "tenant-roles.yaml").read_text()))
OF_A_NAMESPACE = ("connectusers", "connectcontactassignments")
READ = ("get", "list", "watch")
WRITE = ("create", "update", "patch", "delete", "deletecollection")
EDIT, VIEW = "connect-operator-edit", "connect-operator-view"


def test_a_tenant_writes_users_and_assignments_and_nothing_beside_them(person: NewPerson, namespace: str) -> None:
    tenant = person("tenant", role=EDIT)

    for resource in OF_A_NAMESPACE:
        assert [verb for verb in WRITE if not tenant.may(verb, resource, namespace)] == []
        for beside in ("status", "finalizers"):
            allowed = [verb for verb in (*READ, *WRITE) if tenant.may(verb, f"{resource}/{beside}", namespace)]
            assert not allowed, f"{resource}/{beside}"
        assert not tenant.may("create", resource, "default"), "another namespace"
    assert [verb for verb in (*READ, *WRITE) if tenant.may(verb, "connectinstances")] == []


def test_a_reader_reads(person: NewPerson, namespace: str) -> None:
    reader = person("reader", role=VIEW)

    for resource in OF_A_NAMESPACE:
        assert [verb for verb in READ if not reader.may(verb, resource, namespace)] == []
        assert [verb for verb in WRITE if reader.may(verb, resource, namespace)] == []


@pytest.mark.parametrize(
    ("role", "aggregated_to"),
    [(VIEW, {"view", "edit", "admin"}), (EDIT, {"edit", "admin"})],
)
def test_who_has_the_usual_roles_has_these(role: str, aggregated_to: set[str]) -> None:
    """The labels by which the controller-manager adds them to view, edit and admin; none runs in these tests."""
    labels = next(each["metadata"]["labels"] for each in ROLES if each["metadata"]["name"] == role)
    prefix = "rbac.authorization.k8s.io/aggregate-to-"
    assert {label.removeprefix(prefix) for label in labels if label.startswith(prefix)} == aggregated_to


def test_no_role_of_ours_gives_status_or_finalizers_or_secrets() -> None:
    resources = {resource for role in ROLES for rule in role["rules"] for resource in rule["resources"]}
    assert resources == {*OF_A_NAMESPACE, "connectinstances"}


def test_a_tenant_lives_a_usual_day(person: NewPerson, namespace: str) -> None:
    """With both roles, as aggregation gives them."""
    rules = [rule for role in ROLES if role["metadata"]["name"] in {VIEW, EDIT} for rule in role["rules"]]
    tenant = person("tenant", rules=rules).objects
    tenant.apply(a_user(namespace, annotations={"argocd.argoproj.io/tracking-id": "team-a"}, labels={"team": "a"}))
    tenant.apply(an_assignment(namespace))

    tenant.patch("ConnectUser", namespace, "jane.doe", {"spec": {"tags": {"team": "a"}}})
    tenant.patch("ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": ["example.com/theirs"]}})
    tenant.patch("ConnectUser", namespace, "jane.doe", {"metadata": {"finalizers": None}})
    tenant.delete("ConnectContactAssignment", namespace, "invoice")
    tenant.delete("ConnectUser", namespace, "jane.doe")

    assert tenant.every("ConnectUser", namespace) == []


def test_status_is_nothing_that_a_tenant_writes(person: NewPerson, namespace: str) -> None:
    tenant = person("tenant", role=EDIT)
    made = tenant.objects.apply({**a_user(namespace), "status": {"userId": "another's"}})
    assert "userId" not in made["status"] if "status" in made else True

    with pytest.raises(ApiException, match="connectusers/status") as caught:
        tenant.objects.patch(
            "ConnectUser", namespace, "jane.doe", {"status": {"userId": "another's"}}, subresource="status"
        )
    assert caught.value.status == 403
