"""A tenant keeps a deleted object with a finalizer of its own: the object is not to pass for one that has a user."""

from __future__ import annotations

import pytest

from local_stack.objects import condition, has_reason

from .conftest import NewTenant
from .manifests import a_connect_user
from .stage import Stage

pytestmark = pytest.mark.usefixtures("operator")

HOLD = "example.com/hold"


@pytest.mark.parametrize(("policy", "left"), [("Delete", []), ("Retain", ["undead"])])
def test_it_says_that_it_stands_for_no_user_and_counts_for_nothing(
    stage: Stage, tenant: NewTenant, policy: str, left: list[str]
) -> None:
    hostile = tenant()
    stage.apply_instance(
        allowedNamespaces=[{"name": stage.namespace}, {"name": hostile.namespace}], driftCheckInterval="10s"
    )
    manifest = a_connect_user(hostile.namespace, "undead", stage.instance, deletionPolicy=policy)
    manifest["metadata"]["finalizers"] = [HOLD]
    hostile.objects.apply(manifest)
    hostile.wait_reason("undead", "Available")
    hostile.delete("undead")
    found = hostile.wait("undead", lambda found: HOLD in condition(found, "Ready")["message"])
    assert found["metadata"]["finalizers"] == [HOLD]
    assert {condition(found, each)["status"] for each in ("Ready", "Synced")} == {"False"}
    assert stage.usernames() == left
    told = stage.wait_instance(lambda found: ((found or {})["status"].get("objects") or {}).get("total") == 0)
    assert told["status"]["users"]["ready"] == 0
    # An edit changes nothing of that.
    edit = {"spec": {"tags": {"team": "b"}, "deletionPolicy": "Delete"}}
    seen = hostile.objects.patch("ConnectUser", hostile.namespace, "undead", edit)["metadata"]["generation"]
    found = hostile.wait("undead", lambda found: condition(found, "Ready").get("observedGeneration") == seen)
    assert has_reason("Deleting")(found)
    assert stage.usernames() == left
