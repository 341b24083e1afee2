"""Tenants with the shipped role, and nothing else, whose objects stand in the way of others' names and deletions.

The test's own namespace is a well-behaved team's; the tenant's is its neighbour. No admission policy is installed here.
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import NewTenant
from .stage import Stage
from .tenants import admit

pytestmark = pytest.mark.usefixtures("operator")


@pytest.mark.parametrize("squatter", ["not admitted", "suspended", "observing"])
def test_a_name_is_not_blocked(stage: Stage, tenant: NewTenant, squatter: str) -> None:
    hostile = tenant()
    admit(stage, *([] if squatter == "not admitted" else [{"name": hostile.namespace}]))
    members: dict[str, Any] = {
        "not admitted": {},
        "suspended": {"suspend": True},
        "observing": {"managementPolicy": "Observe"},
    }
    hostile.apply(stage, "squat", username="ceo", **members[squatter])
    hostile.wait("squat", lambda found: bool((found or {}).get("status", {}).get("conditions")))
    stage.apply_user("ceo")
    assert stage.wait_ready("ceo")["status"]["userId"] == stage.truth("ceo")["Id"]


def test_deletions_are_not_held_up_by_objects_that_are_not_admitted(stage: Stage, tenant: NewTenant) -> None:
    hostile = tenant()
    admit(stage, deletionGuard={"maxPending": "0%", "minPending": 2})
    stage.apply_users(["alice", "bob", "carol", "dave"])
    stage.wait_ready("alice", "bob", "carol", "dave")
    for number in range(6):
        hostile.apply(stage, f"fake-{number}", held=True, username="alice")
        hostile.delete(f"fake-{number}")
    stage.delete_user("bob")
    stage.wait_gone("bob")
    for number in range(6):
        hostile.wait_gone(f"fake-{number}")
    assert stage.usernames() == ["alice", "carol", "dave"]


def test_a_connect_instance_goes_though_others_refer_to_it(stage: Stage, tenant: NewTenant) -> None:
    hostile = tenant()
    admit(stage)
    stage.apply_user("ada", deletionPolicy="Retain")
    stage.wait_ready("ada")
    hostile.apply(stage, "anchor", held=True, username="ada")
    hostile.wait_reason("anchor", "PermissionDenied")
    stage.delete_user("ada")
    stage.objects.delete("ConnectInstance", None, stage.instance)
    stage.wait_instance(lambda found: found is None)
