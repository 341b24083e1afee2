"""Deleting the manifest: the user is deleted or retained, and the object goes once nothing can be left behind."""

from __future__ import annotations

from typing import Any

import pytest

from local_stack.objects import condition

from .conftest import StartOperator
from .stage import FINALIZER, OWNER_TAG, Stage, mentions

SOON = 10.0


@pytest.mark.usefixtures("operator")
def test_user_is_deleted_with_the_object(stage: Stage) -> None:
    stage.apply_users(["ada", "bob"])
    stage.wait_ready("ada", "bob")
    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.usernames() == ["bob"]
    assert stage.write_names() == ["CreateUser", "CreateUser", "DeleteAllEntitySessions", "DeleteUser"]
    stage.wait_event("ada", "Deleted")


@pytest.mark.usefixtures("operator")
def test_retained_user_loses_its_owner_tag_and_nothing_else(stage: Stage) -> None:
    stage.apply_user("ada", deletionPolicy="Retain", tags={"team": "a"})
    stage.wait_ready("ada")
    before = stage.truth("ada")
    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.truth("ada") == {**before, "Tags": {"team": "a"}}
    assert stage.write_names() == ["CreateUser", "UntagResource"]


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(
    "refusal", [{"kind": "deny"}, {"kind": "error", "code": "InvalidRequestException", "status": 400}]
)
def test_retained_object_is_released_even_if_untagging_is_refused(stage: Stage, refusal: dict[str, Any]) -> None:
    stage.apply_user("ada", deletionPolicy="Retain")
    stage.wait_ready("ada")
    stage.fault(operation="UntagResource", times=None, **refusal)
    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.usernames() == ["ada"]


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("spec", [{"managementPolicy": "Observe"}, {"suspend": True}], ids=["Observe", "suspended"])
def test_deletion_of_what_is_left_alone_makes_no_call(stage: Stage, spec: dict[str, Any]) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    generation = stage.apply_user("ada", **spec)["metadata"]["generation"]
    stage.wait("ada", lambda found: (found or {})["status"]["observedGeneration"] == generation)
    before, position = stage.truth("ada"), stage.mark()
    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.writes(since=position) == []
    assert stage.truth("ada") == before


@pytest.mark.usefixtures("operator")
def test_deletion_needs_nothing_that_creation_needed(stage: Stage) -> None:
    stage.sim.add_record("routing-profiles", name="Short-lived")
    stage.apply_user("ada", routingProfileName="Short-lived")
    stage.wait_ready("ada")
    stage.objects.delete("Secret", stage.namespace, "password")
    stage.sim.delete_record("routing-profiles", stage.ids("routing-profiles")["Short-lived"])
    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.usernames() == []


@pytest.mark.usefixtures("operator")
def test_deletion_waits_for_the_connect_instance_that_is_gone(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.abandon("ConnectInstance", stage.instance)
    stage.wait_reason("ada", "ReferenceNotFound")
    stage.delete_user("ada")
    message = str(condition(stage.wait("ada", mentions("delete")), "Ready")["message"])
    assert stage.instance in message
    assert stage.usernames() == ["ada"]

    stage.apply_instance()
    stage.wait_gone("ada")
    assert stage.usernames() == []


@pytest.mark.usefixtures("operator")
def test_connect_instance_stays_until_its_users_are_gone(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.objects.delete("ConnectInstance", None, stage.instance)
    stage.wait_instance(lambda found: "deletionTimestamp" in (found or {})["metadata"])
    stage.delete_user("ada")
    assert "is being deleted" in stage.wait_reason("ada", "DeletionsPaused")
    confirmed = {"metadata": {"annotations": {"connect-operator.io/confirm-deletions": "true"}}}
    stage.objects.patch("ConnectInstance", None, stage.instance, confirmed)
    stage.wait_gone("ada")
    assert stage.usernames() == []
    stage.wait_instance(lambda found: found is None)


@pytest.mark.usefixtures("operator")
def test_object_of_a_user_deleted_in_the_console_goes(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.sim.delete_user(stage.truth("ada")["Id"])
    stage.delete_user("ada")
    stage.wait_gone("ada", timeout=120.0)


@pytest.mark.usefixtures("operator")
def test_object_that_never_had_a_user_goes_at_once(stage: Stage) -> None:
    stage.apply_user("ada", routingProfileName="Nowhere")
    stage.wait_reason("ada", "ReferenceNotFound")
    stage.delete_user("ada")
    stage.wait_gone("ada", timeout=SOON)
    assert stage.writes() == []


def test_object_that_waited_for_quota_only_goes_at_once(run_operator: StartOperator, stage: Stage) -> None:
    stage.apply_instance(apiRates={"default": {"rate": 1000, "burst": 1000}, "CreateUser": {"rate": 0.01, "burst": 2}})
    run_operator(consistency_window="600s")
    stage.apply_user("first")
    stage.wait_ready("first")
    stage.apply_user("ada")
    stage.wait_reason("ada", "WaitingForQuota")
    assert FINALIZER not in (stage.user("ada") or {})["metadata"].get("finalizers", ())
    stage.delete_user("ada")
    stage.wait_gone("ada", timeout=SOON)
    assert stage.write_names() == ["CreateUser"]


def test_deletion_while_the_operator_is_down_is_made_up_for(run_operator: StartOperator, stage: Stage) -> None:
    operator = run_operator()
    stage.apply_users(["ada", "bob"])
    stage.wait_ready("ada", "bob")
    assert operator.stop() == 0
    stage.delete_user("ada")
    assert stage.usernames() == ["ada", "bob"]
    operator.start()
    stage.wait_gone("ada")
    assert stage.usernames() == ["bob"]


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("when", ["before", "after"])
def test_deletion_during_the_create_leaves_no_orphan(stage: Stage, when: str) -> None:
    barrier = stage.fault("barrier", "CreateUser", when=when)
    stage.apply_user("ada")
    barrier.wait_for_waiting()
    stage.delete_user("ada")
    barrier.release()
    stage.wait_gone("ada")
    assert stage.usernames() == []
    assert stage.write_names() == ["CreateUser", "DeleteAllEntitySessions", "DeleteUser"]


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("noticed", [True, False], ids=["noticed before", "not noticed yet"])
def test_user_that_another_owner_has_tagged_is_never_deleted(stage: Stage, *, noticed: bool) -> None:
    stage.apply_instance(driftCheckInterval="10s")
    stage.apply_user("ada")
    user_id = stage.wait_ready("ada")["status"]["userId"]
    theirs = {OWNER_TAG: "elsewhere/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0/team-x/ada"}
    stage.sim.edit_user(user_id, Tags=theirs)
    if noticed:
        message = stage.wait_reason("ada", "OwnershipLost")
        assert "tagged as owned by the ConnectUser of another namespace" in message
        assert stage.conditions("ada")["Stalled"] == "True"
    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.truth("ada")["Tags"] == theirs
    assert stage.write_names() == ["CreateUser"]
