"""One section of a user that cannot be written: the others are, the rest is told, and nothing is done twice."""

from __future__ import annotations

from typing import Any

import pytest

from local_stack.objects import condition

from .conftest import NewScene
from .manifests import an_identity
from .scene import Scene, wait_for

WINDOW = 1.0
# Soon after its creation a user may be refused because it is not known everywhere; these tests are about later.
OPERATOR = {"slow_retry": "3s", "consistency_window": f"{WINDOW:g}s"}

# Everything at once: one call per section, in the order in which they are made.
EVERYTHING: dict[str, Any] = {
    "identityInfo": an_identity("ada", firstName="Augusta"),
    "phoneConfig": {"autoAccept": True},
    "routingProfileName": "Priority",
    "securityProfileNames": ["Admin"],
    "hierarchyGroupPath": "AMER",
    "proficiencies": [{"attributeName": "Language", "attributeValue": "German", "level": 3}],
    "tags": {"team": "red"},
}
CALLS = {
    "UpdateUserIdentityInfo": "identityInfo.firstName: Ada -> Augusta",
    "UpdateUserPhoneConfig": "phoneConfig.autoAccept: ",
    "UpdateUserRoutingProfile": "routingProfileId: ",
    "UpdateUserSecurityProfiles": "securityProfileIds: ",
    "UpdateUserHierarchy": "hierarchyGroupId: ",
    "AssociateUserProficiencies": "proficiencies[Language=German].level: ",
    "TagResource": "tags[team]: ",
}


@pytest.fixture
def scene(new_scene: NewScene) -> Scene:
    """With one converged user."""
    scene = new_scene()
    scene.apply("ada", identityInfo=an_identity("ada"))
    scene.wait_ready("ada")
    created = scene.sim.now()
    wait_for(lambda: scene.sim.now() > created + WINDOW, "the end of the window")
    return scene


@pytest.mark.parametrize("operation", CALLS)
def test_section_that_is_denied_does_not_stop_the_others(scene: Scene, operation: str) -> None:
    since = scene.mark()
    denied = scene.fault("deny", operation, times=None)
    scene.apply("ada", **EVERYTHING)
    message = condition(scene.wait_reason("ada", "PermissionDenied"), "Ready")["message"]
    assert operation in message
    assert "AccessDeniedException" in message
    assert "request " in message
    (line,) = scene.plan("ada")
    assert line.startswith(CALLS[operation])
    told = scene.conditions("ada")
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    done = [each.operation for each in scene.calls(since=since) if each.committed and each.operation in CALLS]
    assert done == [each for each in CALLS if each != operation]

    denied.remove()
    scene.wait_ready("ada")
    committed = [each.operation for each in scene.calls(since=since) if each.committed and each.operation in CALLS]
    assert committed == [*done, operation]
    assert scene.plan("ada") == []


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("kind", ["500-before", "500-after-commit", "drop-after-commit"])
def test_update_that_fails_is_resumed_and_nothing_repeated(scene: Scene, operation: str, kind: str) -> None:
    since = scene.mark()
    scene.fault(kind, operation)
    scene.apply("ada", **EVERYTHING)
    scene.wait_ready("ada")
    others = [each for each in scene.operations(since) if each != operation]
    assert others == [each for each in CALLS if each != operation]
    # The one that failed once more; none of these calls does harm when made twice.
    assert scene.operations(since).count(operation) <= 3
    user = scene.truth("ada")
    assert user["IdentityInfo"]["FirstName"] == "Augusta"
    assert user["PhoneConfig"]["AutoAccept"] is True
    assert user["Tags"]["team"] == "red"
    assert len(user["Proficiencies"]) == 1


def test_conflict_is_answered_by_reading_again(scene: Scene) -> None:
    since = scene.mark()
    fault = scene.fault("error", "UpdateUserConfig", code="ConditionalOperationFailedException", status=409)
    scene.apply("ada", autoAcceptConfigs=[{"channel": "VOICE", "autoAccept": True}])
    scene.wait_ready("ada")
    assert fault.hits == 1
    made = [
        each.operation for each in scene.calls(since=since) if each.operation in ("UpdateUserConfig", "DescribeUser")
    ]
    assert made[-3:] == ["UpdateUserConfig", "DescribeUser", "UpdateUserConfig"]
    assert scene.truth("ada")["AutoAcceptConfigs"] == [{"Channel": "VOICE", "AutoAccept": True}]


def test_refused_value_is_not_sent_again_until_it_is_edited(scene: Scene) -> None:
    since = scene.mark()
    fault = scene.fault("error", "UpdateUserIdentityInfo", code="InvalidParameterException", status=400, times=None)
    scene.apply("ada", identityInfo=an_identity("ada", firstName="Augusta"), securityProfileNames=["Admin"])
    message = condition(scene.wait_reason("ada", "InvalidSpec"), "Ready")["message"]
    assert "InvalidParameterException" in message
    assert scene.truth("ada")["SecurityProfileIds"] == [scene.ids("security-profiles")["Admin"]]
    # Another section that needs a call is no reason to try this one again.
    scene.sim.edit_user(scene.truth("ada")["Id"], RoutingProfileName="Priority")
    wait_for(lambda: "UpdateUserRoutingProfile" in scene.operations(since), "the repair of another section")
    scene.wait_reason("ada", "InvalidSpec")
    assert fault.hits == 1

    fault.remove()
    scene.apply("ada", identityInfo=an_identity("ada", firstName="Grace"), securityProfileNames=["Admin"])
    scene.wait_ready("ada")
    assert scene.operations(since).count("UpdateUserIdentityInfo") == 2
