"""A write that Connect acknowledges without effect: tried twice, then told with both values, and left alone.

An edit of the ConnectInstance would give each object new tries, so these tests wait for the sweeps as they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from connect_sim.process import SimProcess

from .conftest import NewStage
from .manifests import an_identity
from .stage import Stage, wait_for

OPERATOR = {"consistency_window": "2s", "slow_retry": "60s"}

# Two sweeps of 10 s, or two rounds of the full sweep, until a write has been found twice to be without effect.
LONG = 180.0

WRITES = ["UpdateUserIdentityInfo", "UpdateUserSecurityProfiles"]
EVERY_WRITE = sorted(["CreateUser"] * 2 + WRITES * 2)
FORMER: dict[str, Any] = {"SecurityProfileNames": ["Agent"], "IdentityInfo": {"FirstName": "Ada"}}
WANTED: dict[str, Any] = {"SecurityProfileNames": ["Admin"], "IdentityInfo": {"FirstName": "Augusta"}}


@dataclass(frozen=True)
class Tried:
    """A stage whose user's edit had no effect, and one where an address was emptied while blocks are merged."""

    ineffective: Stage
    merged: Stage


@pytest.fixture(scope="module")
def tried(new_module_stage: NewStage, simulator: SimProcess) -> Tried:
    ineffective, merged = new_module_stage(), new_module_stage()
    simulator.control.settings(identityInfoUpdate="merge")
    identity = an_identity("ada", secondaryEmail="home@example.com")
    merged.apply_user("ada", identityInfo=identity)
    for name in ("ada", "bob"):
        ineffective.apply_user(name)
    merged.wait_ready("ada")
    ineffective.wait_ready("ada", "bob")
    merged.apply_user("ada", identityInfo={**identity, "secondaryEmail": ""})
    augusta = an_identity("ada", firstName="Augusta")
    ineffective.apply_user("ada", securityProfileNames=["Admin"], identityInfo=augusta)
    for times in (1, 2):
        _undo(ineffective, times)
    ineffective.wait_reason("ada", "NotConverging", timeout=LONG)
    wait_for(lambda: "SecondaryEmail" not in merged.truth("ada")["IdentityInfo"], "the address to be gone", LONG)
    merged.wait_ready("ada")
    return Tried(ineffective, merged)


def _undo(stage: Stage, times: int) -> None:
    """Make that many writes to the user have been without effect, before they can be seen."""
    user_id = stage.truth("ada")["Id"]
    wait_for(lambda: stage.write_names(user_id=user_id) == WRITES * times, f"{times} tries", LONG)
    stage.sim.edit_user(user_id, moves_last_modified=False, **FORMER)


def test_both_values_are_told(tried: Tried) -> None:
    stage = tried.ineffective
    message = stage.message("ada")
    profiles = stage.ids("security-profiles")
    admin, agent = (f"{profiles[name]} ({name})" for name in ("Admin", "Agent"))
    assert f"securityProfileIds: written {admin}, Connect shows {agent}" in message
    assert "identityInfo.firstName: written Augusta, Connect shows Ada" in message
    assert message.endswith("; stop what sets it back in Connect, or write what Connect shows into the manifest")
    told = stage.conditions("ada")
    assert (told["Ready"], told["Synced"], told["Stalled"]) == ("False", "False", "True")
    assert "Reconciling" not in told
    stage.wait_event("ada", "NotConverging")
    assert sorted(line.partition(":")[0] for line in stage.plan("ada")) == [
        "identityInfo.firstName",
        "securityProfileIds",
    ]


def test_two_tries_and_no_more(tried: Tried) -> None:
    stage = tried.ineffective
    since = stage.mark()
    wait_for(lambda: stage.calls("ListUsers", since), "one more sweep", LONG)
    assert sorted(stage.write_names()) == EVERY_WRITE
    assert stage.conditions("ada")["Ready"] == "False"
    assert stage.conditions("bob")["Ready"] == "True"


def test_what_shows_after_all_is_believed(tried: Tried) -> None:
    stage = tried.ineffective
    stage.sim.edit_user(stage.truth("ada")["Id"], moves_last_modified=False, **WANTED)
    stage.wait_ready("ada")
    assert sorted(stage.write_names()) == EVERY_WRITE
    assert stage.plan("ada") == []


def test_emptied_member_is_said_explicitly_the_second_time(tried: Tried) -> None:
    """Whether UpdateUserIdentityInfo replaces the block or merges into it is not documented."""
    stage = tried.merged
    first, second = (each.parameters["IdentityInfo"] for each in stage.changes()[1:])
    assert "SecondaryEmail" not in first
    assert second == {**first, "SecondaryEmail": ""}
    assert "NotConverging" not in stage.event_reasons("ada")
