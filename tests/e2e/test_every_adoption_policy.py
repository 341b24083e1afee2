"""Taking over a user who exists: by the adoption policy, never from a live object, and never twice.

Every policy meets every owner: a Connect instance is filled first, then all manifests are applied with Observe, then
all are switched to Manage.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from local_stack.objects import Object

from .conftest import NewScene
from .scene import OWNER_TAG, Call, Scene, look_again, wait_for

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


def _tags(scene: Scene, owner: str, name: str) -> dict[str, str]:
    values = {
        "former self": f"{scene.cluster_id}/{UID}/{scene.namespace}/{name}",
        "former other": f"{scene.cluster_id}/{UID}/{scene.namespace}/somebody-else",
        "other cluster": f"elsewhere/{UID}/{scene.namespace}/{name}",
        "other tool": "owned by hand",
    }
    return {OWNER_TAG: values[owner]} if owner in values else {}


@dataclass(frozen=True)
class Met:
    """The scenes after all have met and were looked at twice more; what the plans said before Manage began."""

    scene: Scene
    claims: Scene
    late: Scene
    plans: dict[str, list[str]]
    writes_while_observing: list[Call]


def _apply_younger(scene: Scene, name: str, older: Object, **spec: object) -> None:
    """Apply an object of a later second than the other: Kubernetes knows ages in seconds."""
    born = older["metadata"]["creationTimestamp"]

    def is_younger() -> bool:
        # With Observe and no user there is nothing to hold the object, so it goes at once.
        made = scene.apply(name, **{**spec, "managementPolicy": "Observe"})
        if made["metadata"]["creationTimestamp"] > born:
            return True
        scene.delete(name)
        scene.wait_gone(name)
        return False

    wait_for(is_younger, "the next second")
    scene.apply(name, **spec)


def _two_live_claims(new_scene: NewScene) -> Scene:
    """On a user whom nobody owns; both exist before either can act, so that only their ages decide."""
    scene = new_scene(applied=False)
    scene.sim.add_users([{"Username": "ada"}])
    older = scene.apply("older", username="ada", adoptionPolicy="IfUnowned")
    _apply_younger(scene, "newer", older, username="ada", adoptionPolicy="IfUnowned")
    scene.apply_instance()
    scene.wait_ready("older")
    scene.wait_reason("newer", "UsernameTaken")
    return scene


def _late_claim(new_scene: NewScene) -> Scene:
    """On the user of a younger object that lives."""
    scene = new_scene(instance={"allowedAdoptionPolicies": [*POLICIES]})
    older = scene.apply("older", username="ada", adoptionPolicy="Always", managementPolicy="Observe")
    _apply_younger(scene, "newer", older, username="ada")
    scene.wait_ready("newer")
    scene.patch("older", managementPolicy="Manage")
    scene.wait_reason("older", "UsernameTaken")
    return scene


@pytest.fixture(scope="module")
def met(new_scene: NewScene) -> Met:
    scene = new_scene(applied=False)
    people = [(owner, policy, _object_name(owner, policy)) for owner, policy in CASES]
    scene.sim.add_users(
        {
            "Username": _username(owner, policy),
            "IdentityInfo": {"FirstName": "Eve", "LastName": "Lovelace", "Email": f"{name}@example.com"},
            "Tags": {"kept": "yes", **_tags(scene, owner, name)},
        }
        for owner, policy, name in people
        if owner != "live object"
    )
    scene.apply_instance(allowedAdoptionPolicies=[*POLICIES])
    for policy in POLICIES:
        username = _username("live object", policy)
        scene.apply(f"owner-of-{username}", username=username)
        scene.wait_ready(f"owner-of-{username}")
    since = scene.mark()
    for owner, policy, name in people:
        username = _username(owner, policy)
        scene.apply(name, username=username, adoptionPolicy=policy, managementPolicy="Observe")
    for owner, _, name in people:
        scene.wait_reason(name, "UsernameTaken" if owner == "live object" else "Observing")
    plans, writes = {name: scene.plan(name) for _, _, name in people}, scene.writes(since)
    for _, _, name in people:
        scene.patch(name, managementPolicy="Manage")
    for owner, policy, name in people:
        scene.wait_reason(name, "Available" if policy in OWNERS[owner] else "UsernameTaken")
    claims, late = _two_live_claims(new_scene), _late_claim(new_scene)
    look_again(scene, claims, late)
    return Met(scene, claims, late, plans, writes)


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
    scene, name = met.scene, _object_name(owner, policy)
    user = scene.truth(_username(owner, policy))
    identity = {"FirstName": "Ada", "LastName": "Lovelace", "Email": f"{name}@example.com"}
    assert scene.writes(user_id=user["Id"]) == [
        Call("TagResource", {"tags": {OWNER_TAG: scene.owner_tag(name)}}),
        Call("UpdateUserIdentityInfo", {"IdentityInfo": identity}),
    ]
    assert user["Tags"] == {"kept": "yes", OWNER_TAG: scene.owner_tag(name)}
    assert user["IdentityInfo"] == identity
    assert (scene.user(name) or {})["status"]["userId"] == user["Id"]
    assert "Adopted" in scene.events(name)


@pytest.mark.parametrize(
    ("owner", "policy"), [(owner, policy) for owner, policy in CASES if policy not in OWNERS[owner]]
)
def test_user_is_left_to_its_owner(met: Met, owner: str, policy: str) -> None:
    scene, name, username = met.scene, _object_name(owner, policy), _username(owner, policy)
    user = scene.truth(username)
    created = ["CreateUser"] if owner == "live object" else []
    assert scene.operations(user_id=f'"{username}"') + scene.operations(user_id=user["Id"]) == created
    message = scene.message(name)
    assert username in message
    assert user["Id"] in message or "older" in message
    if owner == "live object":
        assert f"{scene.namespace}/owner-of-{username}" in message
        assert scene.conditions(f"owner-of-{username}")["Ready"] == "True"
    elif policy == "Never":
        assert "adoptionPolicy" in message
    told = scene.conditions(name)
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    scene.wait_event(name, "UsernameTaken")


@pytest.mark.parametrize("owner", [owner for owner, policies in OWNERS.items() if "Never" not in policies and policies])
def test_object_that_could_not_adopt_leaves_nothing_behind(met: Met, owner: str) -> None:
    scene, name, username = met.scene, _object_name(owner, "Never"), _username(owner, "Never")
    before = scene.truth(username)
    scene.delete(name)
    scene.wait_gone(name)
    assert scene.truth(username) == before


def test_of_two_live_claims_the_older_wins_and_both_are_told(met: Met) -> None:
    scene = met.claims
    user = scene.truth("ada")
    assert f"{scene.namespace}/older" in scene.message("newer")
    assert f"{scene.namespace}/newer" in scene.message("older")
    assert scene.operations(user_id=user["Id"]).count("TagResource") == 1

    scene.patch("older", deletionPolicy="Retain")
    scene.delete("older")
    scene.wait_gone("older")
    scene.wait_ready("newer")
    tags = [each.parameters for each in scene.writes(user_id=user["Id"]) if each.operation == "TagResource"]
    assert tags[-1] == {"tags": {OWNER_TAG: scene.owner_tag("newer")}}
    assert len(tags) == 2


def test_older_object_that_comes_late_never_takes_from_a_live_one(met: Met) -> None:
    scene = met.late
    assert f"{scene.namespace}/newer" in scene.message("older")
    assert scene.operations() == ["CreateUser"]
    assert scene.conditions("newer")["Ready"] == "True"
