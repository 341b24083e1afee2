"""Objects that a tenant makes odd, not wrong: by their metadata, times, names and what they refer to.

Each gains nothing, and leaves the other namespace, which is a well-behaved team's, as it is.
"""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import ApiClient, CoreV1Api

from local_stack import let_generate_secrets
from local_stack.objects import Object, condition, is_ready

from .assignments import ContactDesk
from .conftest import NewStage, NewTenant
from .manifests import API_VERSION, a_connect_user
from .stage import Stage

pytestmark = pytest.mark.usefixtures("operator")

ASSIGNMENT = "ConnectContactAssignment"


def admit(stage: Stage, namespace: str, **limits: object) -> None:
    """Apply the ConnectInstance with that namespace beside the test's own."""
    stage.apply_instance(allowedNamespaces=[{"name": stage.namespace}, {"name": namespace, **limits}])


def test_what_is_deleted_but_held_by_another_finalizer_claims_and_touches_nothing(
    stage: Stage, tenant: NewTenant
) -> None:
    hostile = tenant()
    admit(stage, hostile.namespace)
    manifest = a_connect_user(hostile.namespace, "undead", stage.instance, username="ada")
    manifest["metadata"]["finalizers"] = ["example.com/hold"]
    hostile.objects.apply(manifest)
    hostile.wait("undead", is_ready)
    hostile.delete("undead")
    hostile.wait("undead", lambda found: (found or {})["metadata"]["finalizers"] == ["example.com/hold"])
    assert stage.usernames() == []
    stage.apply_user("ada")
    before = stage.wait_ready("ada")["status"]["userId"]
    for change in ({"suspend": True}, {"suspend": False, "adoptionPolicy": "Always", "deletionPolicy": "Retain"}):
        hostile.objects.patch("ConnectUser", hostile.namespace, "undead", {"spec": change})
    stage.patch_user("ada", tags={"team": "a"}, deletionPolicy="Retain")
    stage.wait("ada", lambda found: is_ready(found) and stage.truth("ada")["Tags"].get("team") == "a")
    assert stage.truth("ada")["Id"] == before
    assert stage.owner_tag("ada") in stage.truth("ada")["Tags"].values()
    stage.delete_user("ada")
    stage.wait_gone("ada")
    stage.objects.delete("ConnectInstance", None, stage.instance)
    stage.wait_instance(lambda found: found is None)


def test_who_applies_under_the_operators_name_is_served_like_anybody(stage: Stage, tenant: NewTenant) -> None:
    """With a status, and with the marks of the library that watches, neither of which counts."""
    hostile = tenant(manager="connect-operator")
    admit(stage, hostile.namespace)
    manifest = a_connect_user(hostile.namespace, "eve", stage.instance)
    manifest["metadata"]["annotations"] = {"kopf.zalando.org/last-handled-configuration": "{]"}
    manifest["status"] = {"userId": "another", "instanceArn": stage.instance_arn, "observedGeneration": 99}
    hostile.objects.apply(manifest)
    hostile.wait("eve", is_ready)
    manifest["spec"]["tags"] = {"team": "b"}
    hostile.objects.apply(manifest)
    found = hostile.wait("eve", lambda found: is_ready(found) and stage.truth("eve")["Tags"].get("team") == "b")
    assert found["status"]["userId"] == stage.truth("eve")["Id"]
    assert found["metadata"]["finalizers"] == ["connect-operator.io/user"]
    hostile.delete("eve")
    hostile.wait_gone("eve")
    assert stage.usernames() == []


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-23:59"])
def test_the_end_of_time_is_a_time(stage: Stage, tenant: NewTenant, until: str) -> None:
    hostile = tenant()
    admit(stage, hostile.namespace)
    hostile.apply(stage, "eve", activeUntil=until)
    hostile.wait_reason("eve", "Available")
    hostile.apply(stage, "later", activeFrom=until)
    hostile.wait_reason("later", "Scheduled")
    assert stage.usernames() == ["eve"]


@pytest.mark.parametrize("name", ["\u212aate", "\uff4bate", "kate\u200b", " kate", "k\u0430te"])
def test_a_name_that_only_looks_like_anothers_is_none(stage: Stage, tenant: NewTenant, name: str) -> None:
    hostile = tenant()
    admit(stage, hostile.namespace)
    hostile.apply(stage, "lookalike", username=name)
    hostile.wait_reason("lookalike", "InvalidSpec")
    stage.apply_user("kate")
    stage.wait_ready("kate")
    hostile.apply(stage, "watcher", username=name, managementPolicy="Observe", adoptionPolicy="Always")
    hostile.wait_reason("watcher", "ReferenceNotFound")
    assert stage.usernames() == ["kate"]


def test_no_secret_of_others_is_written_deleted_or_told(stage: Stage, tenant: NewTenant, admin: ApiClient) -> None:
    """Not one of another type, nor one that cannot change, nor one that was made for another object."""
    hostile = tenant()
    admit(stage, hostile.namespace)
    let_generate_secrets(admin, hostile.namespace)
    core = CoreV1Api(admin)
    core.create_namespaced_service_account(hostile.namespace, {"metadata": {"name": "boss"}})
    token = {"name": "boss", "annotations": {"kubernetes.io/service-account.name": "boss"}}
    for body in (
        {"metadata": token, "type": "kubernetes.io/service-account-token"},
        {"metadata": {"name": "fixed"}, "immutable": True, "stringData": {"stripeKey": "sk"}},
    ):
        core.create_namespaced_secret(hostile.namespace, body)
    hostile.apply(stage, "first", passwordSecretRef={"name": "made", "generate": True})
    hostile.wait_reason("first", "Available")
    before = secrets(core, hostile.namespace)
    for name in ("boss", "fixed", "made"):
        hostile.apply(stage, f"of-{name}", passwordSecretRef={"name": name, "generate": True, "deleteAfter": "1s"})
        assert "stripe" not in hostile.wait_reason(f"of-{name}", "ReferenceNotFound")
    wanted = {"name": "fixed", "key": "stripeKey", "generate": True, "deleteAfter": "1s"}
    hostile.objects.patch("ConnectUser", hostile.namespace, "first", {"spec": {"passwordSecretRef": wanted}})
    seen = (hostile.objects.get("ConnectUser", hostile.namespace, "first") or {})["metadata"]["generation"]
    hostile.wait("first", lambda found: condition(found, "Ready").get("observedGeneration") == seen)
    assert secrets(core, hostile.namespace) == before
    assert stage.usernames() == ["first"]


def test_contacts_and_users_of_other_instances_are_out_of_reach(new_stage: NewStage, tenant: NewTenant) -> None:
    hostile, here, closed = tenant(), new_stage(), new_stage()
    admit(here, hostile.namespace, contactAssignments="AnyUser")
    closed.apply_instance(allowedNamespaces=[{"name": closed.namespace}])
    own, other = ContactDesk.at(here), ContactDesk.at(closed)
    contact, foreign = own.queue(), other.queue()
    attempts: dict[str, tuple[dict[str, Any], str]] = {
        "user": ({"contactId": contact, "userId": f"{closed.instance_arn}/agent/{other.agent}"}, "InvalidSpec"),
        "contact": ({"contactId": f"{closed.instance_arn}/contact/{foreign}", "userId": own.agent}, "InvalidSpec"),
        "instance": (
            {"instanceRef": {"name": closed.instance}, "contactId": foreign, "userId": other.agent},
            "PermissionDenied",
        ),
    }
    for name, (spec, reason) in attempts.items():
        metadata = {"namespace": hostile.namespace, "name": name}
        wanted = {"instanceRef": {"name": here.instance}, **spec}
        hostile.objects.apply({"apiVersion": API_VERSION, "kind": ASSIGNMENT, "metadata": metadata, "spec": wanted})
        found = hostile.objects.wait(ASSIGNMENT, hostile.namespace, name, _failed)
        assert condition(found, "Failed")["reason"] == reason
    assert [own.calls(contact), other.calls(foreign), own.calls(foreign)] == [[], [], []]


def secrets(core: CoreV1Api, namespace: str) -> dict[str, str]:
    """The version of each Secret there."""
    return {each.metadata.name: each.metadata.resource_version for each in core.list_namespaced_secret(namespace).items}


def _failed(found: Object | None) -> bool:
    return condition(found, "Failed").get("status") == "True"
