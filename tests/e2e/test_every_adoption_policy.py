"""Taking over a user who exists: by the adoption policy, never from a live object, and never twice.

Every policy meets every owner: a Connect instance is filled first, then all manifests are applied with Observe, then
all are switched to Manage.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from connect_sim.control_client import JournalEntry
from local_stack.objects import Object

from .conftest import NewStage
from .looking import look_again
from .stage import OWNER_TAG, Change, Stage, wait_for

# Whether a rival's tag was put on is news only after the window that follows our own write.
OPERATOR = {"consistency_window": "1s", "slow_retry": "2s"}

POLICIES = ("Never", "IfUnowned", "Always")
UID = "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"
# Whose tag the user carries -> by which policies it is taken over.
OWNERS = {
    "nobody": ("IfUnowned", "Always"),
    "former self": ("IfUnowned", "Always"),  # a cluster rebuilt from Git finds its users again
    "former other": ("Always",),
    "other cluster": ("Always",),
    "other tool": ("Always",),
    "live object": (),
}
CASES = [(owner, policy) for owner in OWNERS for policy in POLICIES]


def _object_name(owner: str, policy: str) -> str:
    return f"{owner} {policy}".lower().replace(" ", "-")


def _username(owner: str, policy: str) -> str:
    return f"u{CASES.index((owner, policy))}"


def _tags(stage: Stage, owner: str, name: str) -> dict[str, str]:
    values = {
        "former self": f"{stage.cluster_id}/{UID}/{stage.namespace}/{name}",
        "former other": f"{stage.cluster_id}/{UID}/{stage.namespace}/somebody-else",
        "other cluster": f"elsewhere/{UID}/{stage.namespace}/{name}",
        "other tool": "owned by hand",
    }
    return {OWNER_TAG: values[owner]} if owner in values else {}


@dataclass(frozen=True)
class Met:
    """The stages after all have met and were looked at twice more; what the plans said before Manage began."""

    stage: Stage
    claims: Stage
    late: Stage
    plans: dict[str, list[str]]
    writes_while_observing: list[JournalEntry]


def _apply_younger(stage: Stage, name: str, older: Object, **spec: object) -> None:
    """Apply an object of a later second than the other: Kubernetes knows ages in seconds."""
    born = older["metadata"]["creationTimestamp"]

    def is_younger() -> bool:
        # With Observe and no user there is nothing to hold the object, so it goes at once.
        made = stage.apply_user(name, **{**spec, "managementPolicy": "Observe"})
        if made["metadata"]["creationTimestamp"] > born:
            return True
        stage.delete_user(name)
        stage.wait_gone(name)
        return False

    wait_for(is_younger, "the next second")
    stage.apply_user(name, **spec)


def _two_live_claims(new_stage: NewStage) -> Stage:
    """On a user whom nobody owns; both exist before either can act, so that only their ages decide."""
    stage = new_stage(applied=False)
    stage.sim.add_users([{"Username": "ada"}])
    older = stage.apply_user("older", username="ada", adoptionPolicy="IfUnowned")
    _apply_younger(stage, "newer", older, username="ada", adoptionPolicy="IfUnowned")
    stage.apply_instance()
    stage.wait_ready("older")
    stage.wait_reason("newer", "UsernameTaken")
    return stage


def _late_claim(new_stage: NewStage) -> Stage:
    """On the user of a younger object that lives."""
    stage = new_stage(instance={"allowedAdoptionPolicies": [*POLICIES]})
    older = stage.apply_user("older", username="ada", adoptionPolicy="Always", managementPolicy="Observe")
    _apply_younger(stage, "newer", older, username="ada")
    stage.wait_ready("newer")
    stage.patch_user("older", managementPolicy="Manage")
    stage.wait_reason("older", "UsernameTaken")
    return stage


@pytest.fixture(scope="module")
def met(new_module_stage: NewStage) -> Met:
    stage = new_module_stage(applied=False)
    people = [(owner, policy, _object_name(owner, policy)) for owner, policy in CASES]
    stage.sim.add_users(
        {
            "Username": _username(owner, policy),
            "IdentityInfo": {"FirstName": "Eve", "LastName": "Lovelace", "Email": f"{name}@example.com"},
            "Tags": {"kept": "yes", **_tags(stage, owner, name)},
        }
        for owner, policy, name in people
        if owner != "live object"
    )
    stage.apply_instance(allowedAdoptionPolicies=[*POLICIES])
    for policy in POLICIES:
        username = _username("live object", policy)
        stage.apply_user(f"owner-of-{username}", username=username)
        stage.wait_ready(f"owner-of-{username}")
    since = stage.mark()
    for owner, policy, name in people:
        username = _username(owner, policy)
        stage.apply_user(name, username=username, adoptionPolicy=policy, managementPolicy="Observe")
    for owner, _, name in people:
        stage.wait_reason(name, "UsernameTaken" if owner == "live object" else "Observing")
    plans, writes = {name: stage.plan(name) for _, _, name in people}, stage.writes(since)
    for _, _, name in people:
        stage.patch_user(name, managementPolicy="Manage")
    for owner, policy, name in people:
        stage.wait_reason(name, "Available" if policy in OWNERS[owner] else "UsernameTaken")
    claims, late = _two_live_claims(new_module_stage), _late_claim(new_module_stage)
    look_again(stage, claims, late)
    return Met(stage, claims, late, plans, writes)


@pytest.mark.parametrize(("owner", "policy"), CASES)
def test_plan_is_seen_before_anything_is_written(met: Met, owner: str, policy: str) -> None:
    assert met.writes_while_observing == []
    name = _object_name(owner, policy)
    if owner == "live object":  # what cannot be taken over is not shown
        assert met.plans[name] == []
    else:
        assert met.plans[name] == ["identityInfo.firstName: Eve -> Ada"]


@pytest.mark.parametrize(("owner", "policy"), [(owner, policy) for owner, policy in CASES if policy in OWNERS[owner]])
def test_user_is_taken_over_tag_first_and_once(met: Met, owner: str, policy: str) -> None:
    stage, name = met.stage, _object_name(owner, policy)
    user = stage.truth(_username(owner, policy))
    identity = {"FirstName": "Ada", "LastName": "Lovelace", "Email": f"{name}@example.com"}
    assert stage.changes(user_id=user["Id"]) == [
        Change("TagResource", {"tags": {OWNER_TAG: stage.owner_tag(name)}}),
        Change("UpdateUserIdentityInfo", {"IdentityInfo": identity}),
    ]
    assert user["Tags"] == {"kept": "yes", OWNER_TAG: stage.owner_tag(name)}
    assert user["IdentityInfo"] == identity
    assert (stage.user(name) or {})["status"]["userId"] == user["Id"]
    assert "Adopted" in stage.event_reasons(name)


@pytest.mark.parametrize(
    ("owner", "policy"), [(owner, policy) for owner, policy in CASES if policy not in OWNERS[owner]]
)
def test_user_is_left_to_its_owner(met: Met, owner: str, policy: str) -> None:
    stage, name, username = met.stage, _object_name(owner, policy), _username(owner, policy)
    user = stage.truth(username)
    created = ["CreateUser"] if owner == "live object" else []
    assert stage.write_names(user_id=f'"{username}"') + stage.write_names(user_id=user["Id"]) == created
    message = stage.message(name)
    assert username in message
    if owner == "live object":
        # Of two that were made in one second either may be the older.
        assert "which is older" in message or "which exists" in message
        assert f"{stage.namespace}/owner-of-{username}" in message
        assert stage.conditions(f"owner-of-{username}")["Ready"] == "True"
    else:
        assert user["Id"] in message
        assert policy != "Never" or "adoptionPolicy" in message
    told = stage.conditions(name)
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    stage.wait_event(name, "UsernameTaken")


@pytest.mark.parametrize("owner", [owner for owner, policies in OWNERS.items() if "Never" not in policies and policies])
def test_object_that_could_not_adopt_leaves_nothing_behind(met: Met, owner: str) -> None:
    stage, name, username = met.stage, _object_name(owner, "Never"), _username(owner, "Never")
    before = stage.truth(username)
    stage.delete_user(name)
    stage.wait_gone(name)
    assert stage.truth(username) == before


def test_of_two_live_claims_the_older_wins_and_both_are_told(met: Met) -> None:
    stage = met.claims
    user = stage.truth("ada")
    assert f"{stage.namespace}/older" in stage.message("newer")
    assert f"{stage.namespace}/newer" in stage.message("older")
    assert stage.write_names(user_id=user["Id"]).count("TagResource") == 1

    stage.patch_user("older", deletionPolicy="Retain")
    stage.delete_user("older")
    stage.wait_gone("older")
    stage.wait_ready("newer")
    tags = [each.parameters for each in stage.changes(user_id=user["Id"]) if each.operation == "TagResource"]
    assert tags[-1] == {"tags": {OWNER_TAG: stage.owner_tag("newer")}}
    assert len(tags) == 2


def test_older_object_that_comes_late_never_takes_from_a_live_one(met: Met) -> None:
    stage = met.late
    assert f"{stage.namespace}/newer" in stage.message("older")
    assert stage.write_names() == ["CreateUser"]
    assert stage.conditions("newer")["Ready"] == "True"
