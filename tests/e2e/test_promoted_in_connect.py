"""A tenant's user is given the Admin profile in the console, and the tenant writes its manifest so that it may stay."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import NewTenant
from .stage import Stage, wait_for
from .tenants import Tenant, admit

pytestmark = pytest.mark.usefixtures("operator")

MANIFESTS: dict[str, dict[str, Any]] = {
    "as it was": {},
    "a profile that may not be given": {"securityProfileNames": ["Agent", "QualityAnalyst"]},
    "none that may be given": {"securityProfileNames": ["QualityAnalyst"]},
    "inactive, and nobody says what such users have": {"state": "Inactive"},
}


def an_agent(stage: Stage, tenant: NewTenant, **instance: object) -> Tenant:
    """Who may give its users the profile Agent, and has one."""
    if "QualityAnalyst" not in stage.ids("security-profiles"):
        stage.sim.add_record("security-profiles", name="QualityAnalyst")
    eve = tenant()
    admit(stage, {"name": eve.namespace, "securityProfileNames": ["Agent"]}, driftCheckInterval="10s", **instance)
    eve.apply(stage, "eve")
    eve.wait_reason("eve", "Available")
    return eve


def profiles(stage: Stage) -> set[str]:
    names = {profile_id: name for name, profile_id in stage.ids("security-profiles").items()}
    return {names[each] for each in stage.truth("eve")["SecurityProfileIds"]}


def promote(stage: Stage, *, beside: bool = True) -> None:
    names = ["Agent", "Admin"] if beside else ["Admin"]
    stage.sim.edit_user(stage.truth("eve")["Id"], SecurityProfileNames=names)
    assert profiles(stage) == set(names)


@pytest.mark.parametrize("beside", [True, False], ids=["beside its own", "in place of its own"])
@pytest.mark.parametrize("spec", MANIFESTS.values(), ids=MANIFESTS)
def test_no_manifest_keeps_the_profile(
    empty_stage: Stage, tenant: NewTenant, spec: dict[str, Any], *, beside: bool
) -> None:
    eve = an_agent(empty_stage, tenant)
    eve.apply(empty_stage, "eve", **spec)
    promote(empty_stage, beside=beside)
    wait_for(lambda: profiles(empty_stage) == {"Agent"} or None, "the profile to be taken away")


def test_a_profile_that_is_renamed_in_connect_locks_nobody_out(empty_stage: Stage, tenant: NewTenant) -> None:
    """The grant and the manifest go by its name, so the user has by now what neither of them knows."""
    stage = empty_stage
    stage.sim.add_record("security-profiles", name="Team Agent")
    eve = tenant()
    admit(stage, {"name": eve.namespace, "securityProfileNames": ["Team Agent"]}, driftCheckInterval="10s")
    eve.apply(stage, "eve", securityProfileNames=["Team Agent"])
    eve.wait_reason("eve", "Available")
    held = stage.truth("eve")["SecurityProfileIds"]
    stage.sim.delete_record("security-profiles", held[0])
    stage.sim.add_record("security-profiles", name="Team Agent (new)", id=held[0])
    since = stage.mark()
    eve.wait_reason("eve", "ReferenceNotFound")
    wait_for(lambda: len(stage.calls("SearchUsers", since)) > 2, "two sweeps more")
    assert stage.truth("eve")["SecurityProfileIds"] == held


def test_a_call_that_is_let_end_keeps_nobody_promoted(empty_stage: Stage, tenant: NewTenant) -> None:
    stage = empty_stage
    stage.sim.add_record("routing-profiles", name="Nobody")
    stage.sim.add_record("security-profiles", name="No Access")
    inactive = {"securityProfileNames": ["No Access"], "routingProfileName": "Nobody"}
    eve = an_agent(stage, tenant, inactive=inactive, waitForContacts="30m")
    user_id = stage.truth("eve")["Id"]
    stage.sim.sign_in(user_id)
    stage.sim.add_record("contacts", channel="VOICE", state="CONNECTED", agentId=user_id)
    eve.delete("eve")
    eve.wait_reason("eve", "WaitingForContacts")
    promote(stage)
    wait_for(lambda: profiles(stage) == {"Agent"} or None, "the profile to be taken away")
    eve.wait_reason("eve", "WaitingForContacts")
