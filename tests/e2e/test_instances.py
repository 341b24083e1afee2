"""ConnectInstances: who may use them, with which credentials and quotas, and how they come, count and go."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local_stack.objects import Object, condition, has_reason, is_ready

from .conftest import NewStage
from .manifests import UNLIMITED
from .side_by_side import Played, named, play
from .stage import OWNER_TAG, wait_for

OTHER_ACCOUNT, OTHER_REGION = "444455556666", "eu-central-1"
OTHER_ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/connect-operator"
EXTERNAL_ID = "simulated-external-id"
AT_ONCE = 60.0


def _counts(found: Object | None) -> dict[str, int]:
    counts: dict[str, int] = (found or {}).get("status", {}).get("users", {})
    return counts


def namespace_that_is_shut_out_loses_nothing_and_is_let_in_again(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.apply_user("ada")
    stage.wait_ready("ada")
    since = stage.mark()
    stage.apply_instance(allowedNamespaces=[{"name": "somebody-else"}])
    assert stage.namespace in stage.wait_reason("ada", "PermissionDenied", timeout=AT_ONCE)
    stage.apply_user("ada", securityProfileNames=["Admin"])
    stage.wait_reason("ada", "PermissionDenied", timeout=AT_ONCE)
    assert stage.writes(since) == []

    stage.apply_instance(allowedNamespaces=[{"name": "somebody-else"}, {"name": stage.namespace}])
    stage.wait_ready("ada", timeout=AT_ONCE)
    assert stage.write_names(since) == ["UpdateUserSecurityProfiles"]


def raised_rate_is_used_at_once_and_the_backlog_is_told(new_stage: NewStage) -> None:
    stage = new_stage(instance={"apiRates": {**UNLIMITED, "CreateUser": {"rate": 0.1, "burst": 1}}})
    names = [f"user-{number:02}" for number in range(12)]
    for name in names:
        stage.apply_user(name)
    waiting = stage.wait_instance(
        lambda found: (found or {}).get("status", {}).get("backlog", {}).get("pending", 0) >= 10
    )
    backlog = waiting["status"]["backlog"]
    ends = datetime.fromisoformat(backlog["estimatedCompletionTime"])
    seconds = (ends - datetime.now(UTC)).total_seconds()
    # At 0.1 calls a second, and no second call before the token after it.
    assert 0.8 * (backlog["pending"] - 2) * 10 <= seconds <= 1.2 * (backlog["pending"] + 2) * 10
    # Whose first pass comes first takes the token that is there, and a slow machine sees the next one, too.
    last = [name for name in names if not is_ready(stage.user(name))][-1]
    assert "CreateUser" in stage.wait_reason(last, "WaitingForQuota")

    stage.apply_instance(apiRates=UNLIMITED)
    stage.wait_ready(*names, timeout=AT_ONCE)
    assert stage.write_names() == ["CreateUser"] * len(names)
    done = stage.wait_instance(lambda found: _counts(found).get("ready") == len(names))
    assert done["status"].get("backlog", {}).get("pending", 0) == 0


def lowered_rate_holds_back_what_comes_next(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.apply_user("ada")
    stage.wait_ready("ada")
    stage.apply_instance(apiRates={**UNLIMITED, "UpdateUserSecurityProfiles": {"rate": 0.002, "burst": 1}})
    stage.wait_instance(_is_taken_in)
    for profile in ("Admin", "QualityAnalyst"):
        stage.apply_user("ada", securityProfileNames=[profile])
        if profile == "Admin":
            stage.wait_ready("ada")
    stage.wait_reason("ada", "WaitingForQuota")
    assert stage.write_names() == ["CreateUser", "UpdateUserSecurityProfiles"]


def _is_taken_in(found: Object | None) -> bool:
    """Whether the status is that of the newest manifest."""
    return bool(found) and (found or {})["status"].get("observedGeneration") == (found or {})["metadata"]["generation"]


def two_accounts_and_regions_at_once(new_stage: NewStage) -> None:
    role = {"assumeRole": {"roleArn": OTHER_ROLE, "externalId": EXTERNAL_ID}}
    here = new_stage(region="us-east-1")
    there = new_stage(account=OTHER_ACCOUNT, region=OTHER_REGION, instance=role)
    for stage in (here, there):
        for name in ("ada", "grace"):
            stage.apply_user(name)
    for stage, account, region in ((here, "111122223333", "us-east-1"), (there, OTHER_ACCOUNT, OTHER_REGION)):
        found = stage.wait_ready("ada", "grace")
        assert found["status"]["instanceArn"] == f"arn:aws:connect:{region}:{account}:instance/{stage.sim.instance}"
        assert stage.usernames() == ["ada", "grace"]
        assert {(each.account, each.region) for each in stage.calls()} == {(account, region)}


def role_that_cannot_be_assumed_is_told_and_heals(new_stage: NewStage) -> None:
    stage = new_stage(applied=False, account=OTHER_ACCOUNT, region=OTHER_REGION)
    stage.apply_instance(assumeRole={"roleArn": OTHER_ROLE, "externalId": "wrong"})
    told = condition(stage.wait_instance(has_reason("PermissionDenied")), "Ready")
    for part in (f"assuming the role {OTHER_ROLE}: AccessDenied", "sts:AssumeRole", "trust policy", "spec.assumeRole"):
        assert part in told["message"]
    assert "connect:" not in told["message"]
    stage.apply_user("ada")
    assert stage.instance in stage.wait_reason("ada", "PermissionDenied")
    stage.apply_instance(assumeRole={"roleArn": OTHER_ROLE, "externalId": EXTERNAL_ID})
    stage.wait_ready("ada", timeout=AT_ONCE)


def instance_that_appears_later_is_waited_for(new_stage: NewStage) -> None:
    stage = new_stage(applied=False)
    stage.apply_user("by-name")
    stage.apply_user("by-id", instanceRef=None, instanceId=stage.sim.instance)
    stage.apply_user("by-arn", instanceRef=None, instanceId=stage.instance_arn)
    for name, part in (("by-name", stage.instance), ("by-id", stage.sim.instance), ("by-arn", stage.instance_arn)):
        assert part in stage.wait_reason(name, "ReferenceNotFound")
    stage.apply_instance()
    stage.wait_ready("by-name", "by-id", "by-arn", timeout=AT_ONCE)
    assert stage.usernames() == ["by-arn", "by-id", "by-name"]


def instance_in_use_stays_until_its_users_are_gone(new_stage: NewStage) -> None:
    stage = new_stage()
    for name in ("deleted", "retained"):
        stage.apply_user(name)
    stage.wait_ready("deleted", "retained")
    stage.objects.delete("ConnectInstance", None, stage.instance)
    told = condition(stage.wait_instance(has_reason("Deleting")), "Ready")
    assert f"{stage.namespace}/deleted" in told["message"]
    assert f"{stage.namespace}/retained" in told["message"]
    assert "2 ConnectUsers" in told["message"]

    since = stage.mark()
    stage.patch_user("retained", deletionPolicy="Retain")
    stage.delete_user("retained")
    stage.wait_gone("retained")
    assert stage.connect_instance()["metadata"]["deletionTimestamp"]
    stage.delete_user("deleted")
    # Somebody may be uninstalling everything, so no user is deleted with the ConnectInstance unconfirmed.
    assert "is being deleted" in stage.wait_reason("deleted", "DeletionsPaused")
    confirmed = {"metadata": {"annotations": {"connect-operator.io/confirm-deletions": "true"}}}
    stage.objects.patch("ConnectInstance", None, stage.instance, confirmed)
    stage.wait_gone("deleted")
    stage.wait_instance(lambda found: found is None)
    assert stage.write_names(since) == ["UntagResource", "DeleteAllEntitySessions", "DeleteUser"]
    assert OWNER_TAG not in stage.truth("retained")["Tags"]
    assert stage.usernames() == ["retained"]


def instance_that_nobody_uses_goes_at_once(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.wait_instance(has_reason("Available"))
    stage.objects.delete("ConnectInstance", None, stage.instance)
    stage.wait_instance(lambda found: found is None, timeout=AT_ONCE)


def counts_say_how_many_there_are_and_how_they_fare(new_stage: NewStage) -> None:
    stage = new_stage(applied=False)
    stage.sim.add_users([{"Username": "console-1"}, {"Username": "console-2"}, {"Username": "watched"}])
    stage.apply_instance()
    stage.apply_user("ada")
    stage.apply_user("grace")
    stage.apply_user("broken", routingProfileName="Nowhere")
    stage.apply_user("watched", managementPolicy="Observe")
    expected = {"total": 5, "managed": 2, "ready": 3, "unmanaged": 3, "drifted": 1}
    stage.wait_instance(lambda found: _counts(found) == expected)
    status = stage.connect_instance()["status"]
    assert status["instanceArn"] == stage.instance_arn
    assert status["identityManagementType"] == "CONNECT_MANAGED"
    assert status["observedGeneration"] == stage.connect_instance()["metadata"]["generation"]

    stage.delete_user("grace")
    expected = {"total": 4, "managed": 1, "ready": 2, "unmanaged": 3, "drifted": 1}
    stage.wait_instance(lambda found: _counts(found) == expected)


def default_tags_are_kept_on_every_user(new_stage: NewStage) -> None:
    stage = new_stage(instance={"defaultTags": {"cost": "1"}})
    stage.apply_user("ada")
    stage.apply_user("grace", tags={"cost": "2", "team": "red"})
    stage.wait_ready("ada", "grace")
    assert stage.write_names() == ["CreateUser", "CreateUser"]
    assert stage.truth("ada")["Tags"] == {OWNER_TAG: stage.owner_tag("ada"), "cost": "1"}
    assert stage.truth("grace")["Tags"] == {OWNER_TAG: stage.owner_tag("grace"), "cost": "2", "team": "red"}

    since = stage.mark()
    stage.apply_instance(defaultTags={"cost": "3"})
    wait_for(lambda: stage.truth("ada")["Tags"].get("cost") == "3", "the new default tag")
    stage.wait_ready("ada", "grace")
    assert stage.write_names(since) == ["TagResource"]
    assert stage.truth("grace")["Tags"]["cost"] == "2"


def instance_that_connect_does_not_have_is_told(new_stage: NewStage) -> None:
    stage = new_stage(applied=False)
    stage.apply_instance(instanceId="0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", region="us-east-1")
    told = condition(stage.wait_instance(has_reason("ReferenceNotFound")), "Ready")
    assert "spec.instanceId" in told["message"]
    stage.apply_user("ada")
    assert stage.instance in stage.wait_reason("ada", "ReferenceNotFound")


SCENARIOS = named(
    namespace_that_is_shut_out_loses_nothing_and_is_let_in_again,
    raised_rate_is_used_at_once_and_the_backlog_is_told,
    lowered_rate_holds_back_what_comes_next,
    two_accounts_and_regions_at_once,
    role_that_cannot_be_assumed_is_told_and_heals,
    instance_that_appears_later_is_waited_for,
    instance_in_use_stays_until_its_users_are_gone,
    instance_that_nobody_uses_goes_at_once,
    counts_say_how_many_there_are_and_how_they_fare,
    default_tags_are_kept_on_every_user,
    instance_that_connect_does_not_have_is_told,
)


@pytest.fixture(scope="module")
def played(new_module_stage: NewStage) -> Played:
    return play(SCENARIOS, new_module_stage)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(played: Played, name: str) -> None:
    played[name].result()
