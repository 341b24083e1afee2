"""ConnectInstances: who may use them, with which credentials and quotas, and how they come, count and go."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from local_stack.objects import Object, condition, has_reason, is_ready

from .conftest import NewScene
from .manifests import UNLIMITED
from .scene import OWNER_TAG, wait_for
from .side_by_side import Played, named, play

OTHER_ACCOUNT, OTHER_REGION = "444455556666", "eu-central-1"
OTHER_ROLE = f"arn:aws:iam::{OTHER_ACCOUNT}:role/connect-operator"
EXTERNAL_ID = "simulated-external-id"
AT_ONCE = 60.0


def _counts(found: Object | None) -> dict[str, int]:
    counts: dict[str, int] = (found or {}).get("status", {}).get("users", {})
    return counts


def namespace_that_is_shut_out_loses_nothing_and_is_let_in_again(new_scene: NewScene) -> None:
    scene = new_scene()
    scene.apply("ada")
    scene.wait_ready("ada")
    since = scene.mark()
    scene.apply_instance(allowedNamespaces=[{"name": "somebody-else"}])
    told = condition(scene.wait_reason("ada", "PermissionDenied", timeout=AT_ONCE), "Ready")
    assert scene.namespace in told["message"]
    scene.apply("ada", securityProfileNames=["Admin"])
    scene.wait_reason("ada", "PermissionDenied", timeout=AT_ONCE)
    assert scene.writes(since) == []

    scene.apply_instance(allowedNamespaces=[{"name": "somebody-else"}, {"name": scene.namespace}])
    scene.wait_ready("ada", timeout=AT_ONCE)
    assert scene.operations(since) == ["UpdateUserSecurityProfiles"]


def raised_rate_is_used_at_once_and_the_backlog_is_told(new_scene: NewScene) -> None:
    scene = new_scene(instance={"apiRates": {**UNLIMITED, "CreateUser": {"rate": 0.1, "burst": 1}}})
    names = [f"user-{number:02}" for number in range(12)]
    for name in names:
        scene.apply(name)
    waiting = scene.wait_instance(
        lambda found: (found or {}).get("status", {}).get("backlog", {}).get("pending", 0) >= 10
    )
    backlog = waiting["status"]["backlog"]
    ends = datetime.fromisoformat(backlog["estimatedCompletionTime"])
    seconds = (ends - datetime.now(UTC)).total_seconds()
    # At 0.1 calls a second, and no second call before the token after it.
    assert 0.8 * (backlog["pending"] - 2) * 10 <= seconds <= 1.2 * (backlog["pending"] + 2) * 10
    # Whose first pass comes first takes the token that is there, and a slow machine sees the next one, too.
    last = [name for name in names if not is_ready(scene.user(name))][-1]
    assert "CreateUser" in condition(scene.wait_reason(last, "WaitingForQuota"), "Ready")["message"]

    scene.apply_instance(apiRates=UNLIMITED)
    scene.wait_ready(*names, timeout=AT_ONCE)
    assert scene.operations() == ["CreateUser"] * len(names)
    done = scene.wait_instance(lambda found: _counts(found).get("ready") == len(names))
    assert done["status"].get("backlog", {}).get("pending", 0) == 0


def lowered_rate_holds_back_what_comes_next(new_scene: NewScene) -> None:
    scene = new_scene()
    scene.apply("ada")
    scene.wait_ready("ada")
    scene.apply_instance(apiRates={**UNLIMITED, "UpdateUserSecurityProfiles": {"rate": 0.002, "burst": 1}})
    scene.wait_instance(_is_taken_in)
    for profile in ("Admin", "QualityAnalyst"):
        scene.apply("ada", securityProfileNames=[profile])
        if profile == "Admin":
            scene.wait_ready("ada")
    scene.wait_reason("ada", "WaitingForQuota")
    assert scene.operations() == ["CreateUser", "UpdateUserSecurityProfiles"]


def _is_taken_in(found: Object | None) -> bool:
    """Whether the status is that of the newest manifest."""
    return bool(found) and (found or {})["status"].get("observedGeneration") == (found or {})["metadata"]["generation"]


def two_accounts_and_regions_at_once(new_scene: NewScene) -> None:
    role = {"assumeRole": {"roleArn": OTHER_ROLE, "externalId": EXTERNAL_ID}}
    here = new_scene(region="us-east-1")
    there = new_scene(account=OTHER_ACCOUNT, region=OTHER_REGION, instance=role)
    for scene in (here, there):
        for name in ("ada", "grace"):
            scene.apply(name)
    for scene, account, region in ((here, "111122223333", "us-east-1"), (there, OTHER_ACCOUNT, OTHER_REGION)):
        found = scene.wait_ready("ada", "grace")
        assert found["status"]["instanceArn"] == f"arn:aws:connect:{region}:{account}:instance/{scene.sim.instance}"
        assert scene.usernames() == ["ada", "grace"]
        assert {(each.account, each.region) for each in scene.calls()} == {(account, region)}


def role_that_cannot_be_assumed_is_told_and_heals(new_scene: NewScene) -> None:
    scene = new_scene(applied=False, account=OTHER_ACCOUNT, region=OTHER_REGION)
    scene.apply_instance(assumeRole={"roleArn": OTHER_ROLE, "externalId": "wrong"})
    told = condition(scene.wait_instance(has_reason("PermissionDenied")), "Ready")
    for part in (f"assuming the role {OTHER_ROLE}: AccessDenied", "sts:AssumeRole", "trust policy", "spec.assumeRole"):
        assert part in told["message"]
    assert "connect:" not in told["message"]
    scene.apply("ada")
    assert scene.instance in condition(scene.wait_reason("ada", "PermissionDenied"), "Ready")["message"]
    scene.apply_instance(assumeRole={"roleArn": OTHER_ROLE, "externalId": EXTERNAL_ID})
    scene.wait_ready("ada", timeout=AT_ONCE)


def instance_that_appears_later_is_waited_for(new_scene: NewScene) -> None:
    scene = new_scene(applied=False)
    scene.apply("by-name")
    scene.apply("by-id", instanceRef=None, instanceId=scene.sim.instance)
    scene.apply("by-arn", instanceRef=None, instanceId=scene.instance_arn)
    for name, part in (("by-name", scene.instance), ("by-id", scene.sim.instance), ("by-arn", scene.instance_arn)):
        assert part in condition(scene.wait_reason(name, "ReferenceNotFound"), "Ready")["message"]
    scene.apply_instance()
    scene.wait_ready("by-name", "by-id", "by-arn", timeout=AT_ONCE)
    assert scene.usernames() == ["by-arn", "by-id", "by-name"]


def instance_in_use_stays_until_its_users_are_gone(new_scene: NewScene) -> None:
    scene = new_scene()
    for name in ("deleted", "retained"):
        scene.apply(name)
    scene.wait_ready("deleted", "retained")
    scene.objects.delete("ConnectInstance", None, scene.instance)
    told = condition(scene.wait_instance(has_reason("Deleting")), "Ready")
    assert f"{scene.namespace}/deleted" in told["message"]
    assert f"{scene.namespace}/retained" in told["message"]
    assert "2 ConnectUsers" in told["message"]

    since = scene.mark()
    scene.patch("retained", deletionPolicy="Retain")
    scene.delete("retained")
    scene.wait_gone("retained")
    assert scene.connect_instance()["metadata"]["deletionTimestamp"]
    scene.delete("deleted")
    # Somebody may be uninstalling everything, so no user is deleted with the ConnectInstance unconfirmed.
    assert "is being deleted" in condition(scene.wait_reason("deleted", "DeletionsPaused"), "Ready")["message"]
    confirmed = {"metadata": {"annotations": {"connect-operator.io/confirm-deletions": "true"}}}
    scene.objects.patch("ConnectInstance", None, scene.instance, confirmed)
    scene.wait_gone("deleted")
    scene.wait_instance(lambda found: found is None)
    assert scene.operations(since) == ["UntagResource", "DeleteAllEntitySessions", "DeleteUser"]
    assert OWNER_TAG not in scene.truth("retained")["Tags"]
    assert scene.usernames() == ["retained"]


def instance_that_nobody_uses_goes_at_once(new_scene: NewScene) -> None:
    scene = new_scene()
    scene.wait_instance(has_reason("Available"))
    scene.objects.delete("ConnectInstance", None, scene.instance)
    scene.wait_instance(lambda found: found is None, timeout=AT_ONCE)


def counts_say_how_many_there_are_and_how_they_fare(new_scene: NewScene) -> None:
    scene = new_scene(applied=False)
    scene.sim.add_users([{"Username": "console-1"}, {"Username": "console-2"}, {"Username": "watched"}])
    scene.apply_instance()
    scene.apply("ada")
    scene.apply("grace")
    scene.apply("broken", routingProfileName="Nowhere")
    scene.apply("watched", managementPolicy="Observe")
    expected = {"total": 5, "managed": 2, "ready": 3, "unmanaged": 3, "drifted": 1}
    scene.wait_instance(lambda found: _counts(found) == expected)
    status = scene.connect_instance()["status"]
    assert status["instanceArn"] == scene.instance_arn
    assert status["identityManagementType"] == "CONNECT_MANAGED"
    assert status["observedGeneration"] == scene.connect_instance()["metadata"]["generation"]

    scene.delete("grace")
    expected = {"total": 4, "managed": 1, "ready": 2, "unmanaged": 3, "drifted": 1}
    scene.wait_instance(lambda found: _counts(found) == expected)


def default_tags_are_kept_on_every_user(new_scene: NewScene) -> None:
    scene = new_scene(instance={"defaultTags": {"cost": "1"}})
    scene.apply("ada")
    scene.apply("grace", tags={"cost": "2", "team": "red"})
    scene.wait_ready("ada", "grace")
    assert scene.operations() == ["CreateUser", "CreateUser"]
    assert scene.truth("ada")["Tags"] == {OWNER_TAG: scene.owner_tag("ada"), "cost": "1"}
    assert scene.truth("grace")["Tags"] == {OWNER_TAG: scene.owner_tag("grace"), "cost": "2", "team": "red"}

    since = scene.mark()
    scene.apply_instance(defaultTags={"cost": "3"})
    wait_for(lambda: scene.truth("ada")["Tags"].get("cost") == "3", "the new default tag")
    scene.wait_ready("ada", "grace")
    assert scene.operations(since) == ["TagResource"]
    assert scene.truth("grace")["Tags"]["cost"] == "2"


def instance_that_connect_does_not_have_is_told(new_scene: NewScene) -> None:
    scene = new_scene(applied=False)
    scene.apply_instance(instanceId="0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0", region="us-east-1")
    told = condition(scene.wait_instance(has_reason("ReferenceNotFound")), "Ready")
    assert "spec.instanceId" in told["message"]
    scene.apply("ada")
    assert scene.instance in condition(scene.wait_reason("ada", "ReferenceNotFound"), "Ready")["message"]


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
def played(new_scene: NewScene) -> Played:
    return play(SCENARIOS, new_scene)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(played: Played, name: str) -> None:
    played[name].result()
