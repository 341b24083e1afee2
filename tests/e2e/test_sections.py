"""One section of a user that cannot be written: the others are, the rest is told, and nothing is done twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from local_stack.objects import condition

from .conftest import NewScene
from .manifests import an_identity
from .scene import Scene, wait_for
from .side_by_side import Played, Scenario, named, play

OPERATOR = {"slow_retry": "1s"}

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


def _with_a_user(new_scene: NewScene) -> Scene:
    """A scene with one converged user."""
    scene = new_scene()
    scene.apply("ada", identityInfo=an_identity("ada"))
    scene.wait_ready("ada")
    return scene


def section_that_is_denied_does_not_stop_the_others(operation: str, new_scene: NewScene) -> None:
    scene = _with_a_user(new_scene)
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


def update_that_fails_is_resumed_and_nothing_repeated(operation: str, kind: str, new_scene: NewScene) -> None:
    scene = _with_a_user(new_scene)
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


def conflict_is_answered_by_reading_again(new_scene: NewScene) -> None:
    scene = _with_a_user(new_scene)
    since = scene.mark()
    fault = scene.fault("error", "UpdateUserConfig", code="ConditionalOperationFailedException", status=409)
    scene.apply("ada", autoAcceptConfigs=[{"channel": "VOICE", "autoAccept": True}])
    scene.wait_ready("ada")
    assert fault.hits == 1
    made = [
        each.operation for each in scene.calls(since=since) if each.operation in ("UpdateUserConfig", "DescribeUser")
    ]
    # It may be read before the first and after the last as well.
    first, last = (at for at, operation in enumerate(made) if operation == "UpdateUserConfig")
    assert "DescribeUser" in made[first:last]
    assert scene.truth("ada")["AutoAcceptConfigs"] == [{"Channel": "VOICE", "AutoAccept": True}]


def refused_value_is_not_sent_again_until_it_is_edited(new_scene: NewScene) -> None:
    scene = _with_a_user(new_scene)
    since = scene.mark()
    fault = scene.fault("error", "UpdateUserIdentityInfo", code="InvalidParameterException", status=400, times=None)
    scene.apply("ada", identityInfo=an_identity("ada", firstName="Augusta"), securityProfileNames=["Admin"])
    message = condition(scene.wait_reason("ada", "InvalidSpec"), "Ready")["message"]
    assert "InvalidParameterException" in message
    assert scene.truth("ada")["SecurityProfileIds"] == [scene.ids("security-profiles")["Admin"]]
    # Another section that needs a call is no reason to try this one again. What is edited in the console counts from
    # the second after our own write on: server times are known to the second only.
    written = scene.sim.now()
    wait_for(lambda: scene.sim.now() > written + 2, "the next second")
    scene.sim.edit_user(scene.truth("ada")["Id"], RoutingProfileName="Priority")
    wait_for(lambda: "UpdateUserRoutingProfile" in scene.operations(since), "the repair of another section")
    scene.wait_reason("ada", "InvalidSpec")
    assert fault.hits == 1

    fault.remove()
    scene.apply("ada", identityInfo=an_identity("ada", firstName="Grace"), securityProfileNames=["Admin"])
    scene.wait_ready("ada")
    assert scene.operations(since).count("UpdateUserIdentityInfo") == 2


SCENARIOS: dict[str, Scenario] = {
    **named(conflict_is_answered_by_reading_again, refused_value_is_not_sent_again_until_it_is_edited),
    **{
        f"{operation} denied": partial(section_that_is_denied_does_not_stop_the_others, operation)
        for operation in CALLS
    },
    **{
        f"{operation} {kind}": partial(update_that_fails_is_resumed_and_nothing_repeated, operation, kind)
        for operation in CALLS
        for kind in ("500-before", "500-after-commit", "drop-after-commit")
    },
}


@pytest.fixture(scope="module")
def played(new_scene: NewScene) -> Played:
    return play(SCENARIOS, new_scene)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(played: Played, name: str) -> None:
    played[name].result()
