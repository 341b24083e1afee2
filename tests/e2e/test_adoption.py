"""A username that exists already: taken, adopted by the policy, or found again; never stolen."""

from __future__ import annotations

import pytest

from .conftest import StartOperator
from .running import CLUSTER_ID
from .stage import OWNER_TAG, Stage

EVERY_POLICY = ["Never", "IfUnowned", "Always"]
OTHER_CLUSTER = "elsewhere/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0/team-x/ada"
FORMER_OBJECT = f"{CLUSTER_ID}/0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0/team-x/ada"


def prepare(stage: Stage, owner: str | None) -> str:
    """Ada exists in Connect before anybody looks; returns her ID."""
    tags = {"team": "theirs", **({OWNER_TAG: owner} if owner else {})}
    [added] = stage.sim.add_users([{"Username": "ada", "Tags": tags}])
    stage.apply_instance(allowedAdoptionPolicies=EVERY_POLICY)
    return str(added["Id"])


REFUSED = {
    "unowned, Never": (None, "Never", "IfUnowned"),
    "another cluster's, IfUnowned": (OTHER_CLUSTER, "IfUnowned", "another cluster"),
    "a former object's, IfUnowned": (FORMER_OBJECT, "IfUnowned", "the former ConnectUser of another namespace"),
    "another cluster's, Never": (OTHER_CLUSTER, "Never", "another cluster"),
}
TAKEN = {
    "unowned, IfUnowned": (None, "IfUnowned"),
    "unowned, Always": (None, "Always"),
    "another cluster's, Always": (OTHER_CLUSTER, "Always"),
    "a former object's, Always": (FORMER_OBJECT, "Always"),
}


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(("owner", "policy", "says"), REFUSED.values(), ids=REFUSED)
def test_user_is_left_alone(empty_stage: Stage, owner: str | None, policy: str, says: str) -> None:
    stage = empty_stage
    user_id = prepare(stage, owner)
    before = stage.truth("ada")
    stage.apply_user("ada", adoptionPolicy=policy)
    message = stage.wait_reason("ada", "UsernameTaken")
    conditions = stage.conditions("ada")
    assert (conditions["Ready"], conditions["Synced"], conditions["Stalled"]) == ("False", "False", "True")
    assert user_id in message
    assert says in message
    assert stage.writes() == []

    stage.delete_user("ada")
    stage.wait_gone("ada")
    assert stage.writes() == []
    assert stage.truth("ada") == before


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(("owner", "policy"), TAKEN.values(), ids=TAKEN)
def test_user_is_adopted_and_made_as_the_manifest_says(empty_stage: Stage, owner: str | None, policy: str) -> None:
    stage = empty_stage
    user_id = prepare(stage, owner)
    stage.apply_user("ada", adoptionPolicy=policy)
    found = stage.wait_ready("ada")
    user = stage.truth("ada")
    assert found["status"]["userId"] == user["Id"] == user_id
    assert user["Tags"] == {"team": "theirs", OWNER_TAG: stage.owner_tag("ada")}
    assert user["IdentityInfo"] == {"FirstName": "Ada", "LastName": "Lovelace", "Email": "ada@example.com"}
    # First whose it is, then what it should be; tags that the manifest does not mention stay.
    assert stage.write_names() == ["TagResource", "UpdateUserIdentityInfo"]
    stage.wait_event("ada", "Adopted")


@pytest.mark.usefixtures("operator")
def test_default_policy_comes_from_the_instance(empty_stage: Stage) -> None:
    stage = empty_stage
    stage.sim.add_users([{"Username": "ada"}])
    stage.apply_instance(defaultAdoptionPolicy="IfUnowned")
    stage.apply_user("ada")
    stage.wait_ready("ada")


@pytest.mark.usefixtures("operator")
def test_user_of_another_live_object_is_told_by_name_and_never_taken(stage: Stage) -> None:
    stage.apply_instance(allowedAdoptionPolicies=EVERY_POLICY)
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.apply_user("rival", username="ada", adoptionPolicy="Always")
    message = stage.wait_reason("rival", "UsernameTaken")
    assert f"{stage.namespace}/ada" in message
    assert stage.truth("ada")["Tags"][OWNER_TAG] == stage.owner_tag("ada")

    stage.delete_user("rival")
    stage.wait_gone("rival")
    assert stage.write_names() == ["CreateUser"]
    stage.wait_ready("ada")


@pytest.mark.usefixtures("operator")
def test_rival_takes_the_name_when_it_is_free(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.apply_user("rival", username="ada")
    stage.wait_reason("rival", "UsernameTaken")
    stage.delete_user("ada")
    stage.wait_gone("ada")
    stage.wait_ready("rival")
    assert stage.truth("ada")["Tags"][OWNER_TAG] == stage.owner_tag("rival")
    assert stage.write_names() == ["CreateUser", "DeleteAllEntitySessions", "DeleteUser", "CreateUser"]


@pytest.mark.usefixtures("operator")
def test_foreign_user_that_goes_away_frees_the_name(empty_stage: Stage) -> None:
    stage = empty_stage
    stage.sim.add_users([{"Username": "ada", "Id": "5eed0000-0000-4000-8000-0000000000aa"}])
    stage.apply_instance(driftCheckInterval="10s")
    stage.apply_user("ada")
    stage.wait_reason("ada", "UsernameTaken")
    stage.sim.delete_user(stage.truth("ada")["Id"])
    stage.wait_ready("ada")
    assert stage.write_names() == ["CreateUser"]


@pytest.mark.parametrize(("policy", "reason"), [("IfUnowned", "Available"), ("Never", "UsernameTaken")])
def test_object_rebuilt_from_git_finds_its_user_by_the_policy(
    run_operator: StartOperator, stage: Stage, policy: str, reason: str
) -> None:
    operator = run_operator()
    stage.apply_user("ada", adoptionPolicy=policy)
    user_id = stage.wait_ready("ada")["status"]["userId"]
    former_tag = stage.owner_tag("ada")
    assert operator.stop() == 0
    stage.abandon("ConnectUser", "ada")
    stage.apply_user("ada", adoptionPolicy=policy)
    assert stage.owner_tag("ada") != former_tag

    operator.start()
    stage.wait_reason("ada", reason)
    user = stage.truth("ada")
    assert user["Id"] == user_id
    if policy == "IfUnowned":
        assert user["Tags"][OWNER_TAG] == stage.owner_tag("ada")
        assert stage.write_names() == ["CreateUser", "TagResource"]
    else:
        assert user["Tags"][OWNER_TAG] == former_tag
        assert stage.write_names() == ["CreateUser"]
