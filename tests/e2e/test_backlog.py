"""Policies switched while a backlog waits for quota: they take effect at once, and so does switching them back."""

from __future__ import annotations

import pytest

from .conftest import NewScene
from .manifests import UNLIMITED, an_identity
from .scene import Scene, wait_for

# A call every fifty seconds: what is to happen at once cannot have happened by itself.
SLOWLY = {"rate": 0.02, "burst": 1}
AT_ONCE = 30.0
NAMES = [f"user-{number}" for number in range(8)]


def _limited(operation: str) -> dict[str, object]:
    return {"apiRates": {**UNLIMITED, operation: SLOWLY}}


def _converged(new_scene: NewScene, operation: str) -> Scene:
    scene = new_scene(instance=_limited(operation))
    for name in NAMES:
        scene.apply(name)
    scene.wait_ready(*NAMES)
    return scene


def _raise_quota(scene: Scene) -> None:
    """Let the rest of the backlog go."""
    scene.apply_instance(apiRates=UNLIMITED)


def _wait_started(scene: Scene, operation: str, since: int) -> None:
    wait_for(lambda: scene.operations(since).count(operation) >= 1, f"the first {operation}")


LAST = NAMES[-1]


@pytest.mark.parametrize("change", [{"suspend": True}, {"managementPolicy": "Observe"}], ids=["suspend", "observe"])
def test_creation_that_is_called_off_is_not_made(new_scene: NewScene, change: dict[str, object]) -> None:
    scene = new_scene(instance=_limited("CreateUser"))
    for name in NAMES:
        scene.apply(name)
    _wait_started(scene, "CreateUser", 0)
    scene.patch(LAST, **change)
    scene.wait_reason(LAST, "Suspended" if "suspend" in change else "ReferenceNotFound", timeout=AT_ONCE)
    _raise_quota(scene)
    scene.wait_ready(*NAMES[:-1])
    assert scene.usernames() == NAMES[:-1]

    back = {"suspend": False, "managementPolicy": "Manage"}
    scene.patch(LAST, **{name: back[name] for name in change})
    scene.wait_ready(LAST, timeout=AT_ONCE)
    assert scene.operations() == ["CreateUser"] * len(NAMES)


def test_object_that_is_deleted_in_the_line_is_gone_at_once(new_scene: NewScene) -> None:
    scene = new_scene(instance=_limited("CreateUser"))
    for name in NAMES:
        scene.apply(name)
    _wait_started(scene, "CreateUser", 0)
    scene.delete(LAST)
    scene.wait_gone(LAST, timeout=AT_ONCE)
    _raise_quota(scene)
    scene.wait_ready(*NAMES[:-1])
    assert scene.usernames() == NAMES[:-1]
    assert scene.operations() == ["CreateUser"] * (len(NAMES) - 1)


@pytest.mark.parametrize(
    ("change", "reason"), [({"suspend": True}, "Suspended"), ({"managementPolicy": "Observe"}, "Observing")]
)
def test_update_that_is_called_off_is_not_made(new_scene: NewScene, change: dict[str, object], reason: str) -> None:
    scene = _converged(new_scene, "UpdateUserIdentityInfo")
    since = scene.mark()
    for name in NAMES:
        scene.patch(name, identityInfo=an_identity(name, firstName="Augusta"))
    _wait_started(scene, "UpdateUserIdentityInfo", since)
    scene.patch(LAST, **change)
    scene.wait_reason(LAST, reason, timeout=AT_ONCE)
    if reason == "Observing":
        assert scene.plan(LAST) == ["identityInfo.firstName: Ada -> Augusta"]
        assert scene.conditions(LAST) == {"Ready": "True", "Synced": "False", "ReferencesResolved": "True"}
    _raise_quota(scene)
    scene.wait_ready(*NAMES[:-1])
    assert scene.truth(LAST)["IdentityInfo"]["FirstName"] == "Ada"

    back = {"suspend": False, "managementPolicy": "Manage"}
    scene.patch(LAST, **{name: back[name] for name in change})
    scene.wait_ready(LAST, timeout=AT_ONCE)
    assert scene.truth(LAST)["IdentityInfo"]["FirstName"] == "Augusta"
    assert scene.operations(since) == ["UpdateUserIdentityInfo"] * len(NAMES)


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        ({"deletionPolicy": "Retain"}, ["UntagResource"]),
        ({"suspend": True}, []),
        ({"managementPolicy": "Observe"}, []),
    ],
    ids=["retain", "suspend", "observe"],
)
def test_deletion_that_is_called_off_is_not_made(
    new_scene: NewScene, change: dict[str, object], calls: list[str]
) -> None:
    scene = _converged(new_scene, "DeleteUser")
    users = {name: scene.truth(name) for name in NAMES}
    since = scene.mark()
    scene.delete(*NAMES)
    _wait_started(scene, "DeleteUser", since)
    # They are judged together, so whose turn comes first is not said; but it is not this one's.
    first = scene.calls("DeleteUser", since)[0].params["UserId"]
    spared, user = next((name, user) for name, user in users.items() if user["Id"] != first)
    scene.patch(spared, **change)
    scene.wait_gone(spared, timeout=AT_ONCE)
    _raise_quota(scene)
    scene.wait_gone(*NAMES)
    assert scene.usernames() == [spared]
    assert scene.operations(since, user_id=user["Id"]) == calls
    assert scene.operations(since).count("DeleteUser") == len(NAMES) - 1
