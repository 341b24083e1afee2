"""Somebody may write the status of ConnectUsers in one namespace, and finalizers: it gains them nothing.

Ownership is what the owner tag says, read fresh. Each attempt is made while the operator runs, and again when it starts
after it, with nothing in memory. No admission policy is installed here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from local_stack import OperatorProcess

from .conftest import NewStage, NewTenant
from .running import Operators
from .stage import FINALIZER, OWNER_TAG, Stage, wait_for
from .tenants import Tenant, admit
from .test_hostile_tenants import an_admin

ADDRESS = {"firstName": "Eve", "lastName": "Evil", "email": "eve@evil.example"}
LONG_AGO, AHEAD = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"


class Attempt:
    """The operator and the forger, who forges while it runs or while it is down."""

    def __init__(self, operators: Operators, *, restarted: bool) -> None:
        self.operators, self.restarted = operators, restarted
        self.operator: OperatorProcess = operators.shared()

    def forging(self, forge: Any) -> None:  # noqa: ANN401 - a function without arguments
        if self.restarted:
            self.operators.stop_shared()
        forge()
        self.operator = self.operators.shared()


@pytest.fixture(params=[False, True], ids=["while it runs", "while it is down"])
def attempt(request: pytest.FixtureRequest, operators: Operators) -> Attempt:
    """Both ways."""
    return Attempt(operators, restarted=request.param)


def swept(stage: Stage) -> None:
    """Wait until the operator has read all users of the instance twice more."""
    since = stage.mark()
    wait_for(lambda: len(stage.calls("ListUsers", since)) > 1, "two sweeps")


def claims(user: dict[str, Any], stage: Stage, *, arn: bool = False, created: str | None = None) -> dict[str, Any]:
    """A status that says: this user is mine, and was made just now."""
    return {
        "userId": user["Arn"] if arn else user["Id"],
        "userArn": user["Arn"],
        "instanceArn": stage.instance_arn,
        "createdTime": created or "2026-11-27T00:00:00Z",
        "verified": {"generation": 1, "lastModifiedTime": AHEAD},
    }


def untouched(stage: Stage, user: dict[str, Any], since: int) -> None:
    """That user is as it was, and no call was made to change it."""
    assert stage.truth(user["Username"]) == user
    assert [call.operation for call in stage.writes(since) if user["Id"] in str(call.params)] == []


@pytest.mark.parametrize("policy", ["Delete", "Retain"])
@pytest.mark.parametrize("arn", [False, True], ids=["id", "arn"])
def test_the_user_of_another_object_is_neither_deleted_nor_untagged(
    attempt: Attempt, stage: Stage, tenant: NewTenant, policy: str, *, arn: bool
) -> None:
    forger = tenant(status_too=True)
    stage.apply_instance(driftCheckInterval="10s")
    stage.apply_user("alice")
    stage.wait_ready("alice")
    alice, since = stage.truth("alice"), stage.mark()

    def forge() -> None:
        forger.apply(stage, "forged", held=True, suspend=True, deletionPolicy=policy)
        forger.forge("forged", claims(alice, stage, arn=arn, created=AHEAD))
        forger.objects.patch("ConnectUser", forger.namespace, "forged", {"spec": {"suspend": False}})
        forger.delete("forged")

    attempt.forging(forge)
    forger.wait_gone("forged")
    swept(stage)
    untouched(stage, alice, since)
    assert alice["Tags"][OWNER_TAG] == stage.owner_tag("alice")
    assert stage.conditions("alice")["Ready"] == "True"


def test_an_administrator_without_an_owner_is_neither_changed_nor_deleted(
    attempt: Attempt, empty_stage: Stage, tenant: NewTenant
) -> None:
    stage, forger = empty_stage, tenant(status_too=True)
    admin = an_admin(stage)
    admit(stage, {"name": forger.namespace}, allowedAdoptionPolicies=["Never"], driftCheckInterval="10s")
    stage.apply_user("ada")
    stage.wait_ready("ada")
    since = stage.mark()

    def forge() -> None:
        forger.apply(stage, "forged", held=True, username="root.admin", identityInfo=ADDRESS)
        forger.forge("forged", claims(admin, stage))

    attempt.forging(forge)
    forger.wait_reason("forged", "UsernameTaken")
    swept(stage)
    forger.delete("forged")
    forger.wait_gone("forged")
    untouched(stage, admin, since)


@pytest.mark.parametrize("admitted", [True, False], ids=["admitted here", "admitted nowhere"])
def test_an_administrator_of_another_instance_is_out_of_reach(
    attempt: Attempt, new_stage: NewStage, tenant: NewTenant, *, admitted: bool
) -> None:
    forger, here, there = tenant(status_too=True), new_stage(), new_stage(applied=False)
    admin = an_admin(there)
    admit(here, *([{"name": forger.namespace}] if admitted else []))
    admit(there, driftCheckInterval="10s", allowedAdoptionPolicies=["Never", "IfUnowned", "Always"])
    for stage in (here, there):
        stage.apply_user(f"ada-{stage.sim.instance[:8]}")
        stage.wait_ready(f"ada-{stage.sim.instance[:8]}")
    since = there.mark()

    def forge() -> None:
        forger.apply(here, "forged", held=True, username="root.admin", adoptionPolicy="Always", identityInfo=ADDRESS)
        forger.forge("forged", claims(admin, there))

    attempt.forging(forge)
    forger.wait_reason("forged", "PermissionDenied")
    swept(there)
    forger.delete("forged")
    # The instance is read for longer than a new user needs to show, then the object goes by itself.
    forger.wait_gone("forged")
    untouched(there, admin, since)
    assert here.usernames() == [f"ada-{here.sim.instance[:8]}"]


def own_user(stage: Stage, forger: Tenant) -> dict[str, Any]:
    stage.apply_instance(driftCheckInterval="10s", detailCheckInterval="10s")
    forger.apply(stage, "own")
    forger.wait_reason("own", "Available")
    return stage.truth("own")


@pytest.mark.parametrize("created", [LONG_AGO, AHEAD])
def test_a_forged_time_of_creation_keeps_nobody_from_being_deleted(
    attempt: Attempt, stage: Stage, tenant: NewTenant, created: str
) -> None:
    forger = tenant(status_too=True)
    own = own_user(stage, forger)
    attempt.forging(lambda: forger.forge("own", {**claims(own, stage), "createdTime": created}))
    stage.sim.delete_user(own["Id"])
    forger.delete("own")
    forger.wait_gone("own")
    assert stage.usernames() == []


def test_forged_users_that_no_list_shows_fill_no_deletion_guard(
    stage: Stage, tenant: NewTenant, operators: Operators
) -> None:
    """One that was made within the window need not show yet, so its object waits; no other has to."""
    operators.stop_shared()
    forger = tenant(status_too=True)
    stage.apply_instance(driftCheckInterval="10s", deletionGuard={"maxPending": "0%", "minPending": 2})
    with operators.own(forger.namespace, {"CONNECT_OPERATOR_CONSISTENCY_WINDOW": "10m"}):
        for name in ("alice", "bob", "carol"):
            forger.apply(stage, name)
            forger.wait_reason(name, "Available")
        for number in range(6):
            name, made = f"forged-{number}", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            forger.apply(stage, name, held=True, suspend=True)
            forger.forge(name, {"userId": f"none-{number}", "instanceArn": stage.instance_arn, "createdTime": made})
            forger.objects.patch("ConnectUser", forger.namespace, name, {"spec": {"suspend": False}})
            forger.delete(name)
        forger.wait("forged-5", is_deleting)
        forger.delete("bob")
        forger.wait_gone("bob", timeout=180)
    assert stage.usernames() == ["alice", "carol"]


def is_deleting(found: dict[str, Any] | None) -> bool:
    """Whether the operator has looked at the object's deletion."""
    conditions = (found or {}).get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["reason"] in ("Deleting", "DeletionsPaused") for each in conditions)


def test_what_is_said_to_be_verified_is_read_all_the_same(attempt: Attempt, stage: Stage, tenant: NewTenant) -> None:
    """A restart believes it at first, which saves calls; the next reading of details finds the truth."""
    forger = tenant(status_too=True)
    own = own_user(stage, forger)

    def forge() -> None:
        stage.sim.edit_user(own["Id"], moves_last_modified=False, IdentityInfo={"Email": "eve@evil.example"})
        forger.forge("own", {**claims(own, stage), "verified": {"generation": 1, "lastModifiedTime": AHEAD}})

    attempt.forging(forge)
    wait_for(lambda: stage.truth("own")["IdentityInfo"] == own["IdentityInfo"], "the e-mail address to be put back")


def test_a_request_said_to_be_answered_is_answered(attempt: Attempt, stage: Stage, tenant: NewTenant) -> None:
    """Of its own object a forger can have one request passed over, across a restart; nobody else's."""
    forger = tenant(status_too=True)
    own_user(stage, forger)
    forger.forge("own", {"lastHandledReconcileAt": "two"})
    annotation = "connect-operator.io/reconcile-requested-at"
    for value in ("one", "two"):
        asked = {"metadata": {"annotations": {annotation: value}}}
        attempt.forging(partial(forger.objects.patch, "ConnectUser", forger.namespace, "own", asked))
        forger.wait("own", partial(_has_answered, value))


def _has_answered(value: str, found: dict[str, Any] | None) -> bool:
    return bool((found or {})["status"].get("lastHandledReconcileAt") == value)


@pytest.mark.parametrize("held", [False, True])
def test_a_stripped_status_loses_and_gives_nothing(
    attempt: Attempt, stage: Stage, tenant: NewTenant, *, held: bool
) -> None:
    forger = tenant(status_too=True)
    own = own_user(stage, forger)
    since = stage.mark()

    def strip() -> None:
        forger.forge("own", None)
        if not held:
            forger.objects.patch("ConnectUser", forger.namespace, "own", {"metadata": {"finalizers": None}})

    attempt.forging(strip)
    found = forger.wait("own", lambda found: (found or {})["status"].get("userId") == own["Id"])
    assert found["status"]["userArn"] == own["Arn"]
    forger.wait("own", lambda found: FINALIZER in (found or {})["metadata"].get("finalizers", []))
    untouched(stage, own, since)
    forger.delete("own")
    forger.wait_gone("own")
    assert stage.usernames() == []
