"""A write that Connect acknowledges without effect: tried twice, then told with both values, and left alone.

An edit of the ConnectInstance would give each object new tries, so these tests wait for the sweeps as they come.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connect_sim.process import SimProcess

from .conftest import NewScene
from .manifests import an_identity
from .scene import Scene, wait_for

OPERATOR = {"consistency_window": "2s", "slow_retry": "60s"}

# Longer than any window of this module: what is written does not show.
NEVER = 3600.0
# Two sweeps of 10 s until a write has been found twice to be without effect.
LONG = 30.0


@pytest.fixture(autouse=True)
def default_settings() -> None:
    """This module's tests look at one state; it is not switched back between them."""


@pytest.fixture(scope="module")
def ineffective(new_scene: NewScene, simulator: SimProcess) -> Iterator[Scene]:
    """A user whose edit does not show, and one beside him who was not edited; observed until that is told."""
    scene = new_scene()
    for name in ("ada", "bob"):
        scene.apply(name)
    scene.wait_ready("ada", "bob")
    simulator.control.settings(contentLag={"describe": NEVER, "list": NEVER, "search": NEVER})
    scene.apply("ada", securityProfileNames=["Admin"], identityInfo=an_identity("ada", firstName="Augusta"))
    scene.wait_reason("ada", "NotConverging", timeout=LONG)
    yield scene
    simulator.control.settings(contentLag=0)


def test_both_values_are_told(ineffective: Scene) -> None:
    scene = ineffective
    message = scene.message("ada")
    profiles = scene.ids("security-profiles")
    assert f"securityProfileIds: written {profiles['Admin']}, Connect shows {profiles['Agent']}" in message
    assert "identityInfo.firstName: written Augusta, Connect shows Ada" in message
    told = scene.conditions("ada")
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    assert "Reconciling" not in told
    scene.wait_event("ada", "NotConverging")
    assert sorted(line.partition(":")[0] for line in scene.plan("ada")) == [
        "identityInfo.firstName",
        "securityProfileIds",
    ]


def test_two_tries_and_no_more(ineffective: Scene) -> None:
    scene = ineffective
    since = scene.mark()
    wait_for(lambda: scene.calls("ListUsers", since), "one more sweep", LONG)
    assert sorted(scene.operations()) == [
        *["CreateUser"] * 2,
        *["UpdateUserIdentityInfo"] * 2,
        *["UpdateUserSecurityProfiles"] * 2,
    ]
    assert scene.conditions("ada")["Ready"] == "False"
    assert scene.conditions("bob")["Ready"] == "True"


def test_what_shows_after_all_is_believed(ineffective: Scene) -> None:
    scene = ineffective
    since = scene.mark()
    scene.sim.settings(contentLag=0)
    scene.wait_ready("ada")
    assert scene.writes(since) == []
    assert scene.plan("ada") == []
