"""One section of a user that cannot be written: the others are, the rest is told, and nothing is done twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from .conftest import NewStage
from .manifests import an_identity
from .side_by_side import Played, Scenario, named, play
from .stage import Stage, wait_for

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


def _with_a_user(new_stage: NewStage) -> Stage:
    """A stage with one converged user."""
    stage = new_stage()
    stage.apply_user("ada", identityInfo=an_identity("ada"))
    stage.wait_ready("ada")
    return stage


def section_that_is_denied_does_not_stop_the_others(operation: str, new_stage: NewStage) -> None:
    stage = _with_a_user(new_stage)
    since = stage.mark()
    denied = stage.fault("deny", operation, times=None)
    stage.apply_user("ada", **EVERYTHING)
    message = stage.wait_reason("ada", "PermissionDenied")
    assert operation in message
    assert "AccessDeniedException" in message
    assert "request " in message
    (line,) = stage.plan("ada")
    assert line.startswith(CALLS[operation])
    told = stage.conditions("ada")
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    done = [each.operation for each in stage.calls(since=since) if each.committed and each.operation in CALLS]
    assert done == [each for each in CALLS if each != operation]

    denied.remove()
    stage.wait_ready("ada")
    committed = [each.operation for each in stage.calls(since=since) if each.committed and each.operation in CALLS]
    assert committed == [*done, operation]
    assert stage.plan("ada") == []


def update_that_fails_is_resumed_and_nothing_repeated(operation: str, kind: str, new_stage: NewStage) -> None:
    stage = _with_a_user(new_stage)
    since = stage.mark()
    stage.fault(kind, operation)
    stage.apply_user("ada", **EVERYTHING)
    stage.wait_ready("ada")
    others = [each for each in stage.write_names(since) if each != operation]
    assert others == [each for each in CALLS if each != operation]
    # The one that failed once more; none of these calls does harm when made twice.
    assert stage.write_names(since).count(operation) <= 3
    user = stage.truth("ada")
    assert user["IdentityInfo"]["FirstName"] == "Augusta"
    assert user["PhoneConfig"]["AutoAccept"] is True
    assert user["Tags"]["team"] == "red"
    assert len(user["Proficiencies"]) == 1


def conflict_is_answered_by_reading_again(new_stage: NewStage) -> None:
    stage = _with_a_user(new_stage)
    since = stage.mark()
    fault = stage.fault("error", "UpdateUserConfig", code="ConditionalOperationFailedException", status=409)
    stage.apply_user("ada", autoAcceptConfigs=[{"channel": "VOICE", "autoAccept": True}])
    stage.wait_ready("ada")
    assert fault.hits == 1
    made = [
        each.operation for each in stage.calls(since=since) if each.operation in ("UpdateUserConfig", "DescribeUser")
    ]
    # It may be read before the first and after the last as well.
    first, last = (at for at, operation in enumerate(made) if operation == "UpdateUserConfig")
    assert "DescribeUser" in made[first:last]
    assert stage.truth("ada")["AutoAcceptConfigs"] == [{"Channel": "VOICE", "AutoAccept": True}]


def refused_value_is_not_sent_again_until_it_is_edited(new_stage: NewStage) -> None:
    stage = _with_a_user(new_stage)
    since = stage.mark()
    fault = stage.fault("error", "UpdateUserIdentityInfo", code="InvalidParameterException", status=400, times=None)
    stage.apply_user("ada", identityInfo=an_identity("ada", firstName="Augusta"), securityProfileNames=["Admin"])
    message = stage.wait_reason("ada", "InvalidSpec")
    assert "InvalidParameterException" in message
    assert stage.truth("ada")["SecurityProfileIds"] == [stage.ids("security-profiles")["Admin"]]
    # Another section that needs a call is no reason to try this one again. What is edited in the console counts from
    # the second after our own write on: server times are known to the second only.
    written = stage.sim.now()
    wait_for(lambda: stage.sim.now() > written + 2, "the next second")
    stage.sim.edit_user(stage.truth("ada")["Id"], RoutingProfileName="Priority")
    wait_for(lambda: "UpdateUserRoutingProfile" in stage.write_names(since), "the repair of another section")
    stage.wait_reason("ada", "InvalidSpec")
    assert fault.hits == 1

    fault.remove()
    stage.apply_user("ada", identityInfo=an_identity("ada", firstName="Grace"), securityProfileNames=["Admin"])
    stage.wait_ready("ada")
    assert stage.write_names(since).count("UpdateUserIdentityInfo") == 2


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
def played(new_module_stage: NewStage) -> Played:
    return play(SCENARIOS, new_module_stage)


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(played: Played, name: str) -> None:
    played[name].result()
