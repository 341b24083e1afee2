"""Each way of leaving, as the API server and Connect see it: signed out first, inactive or gone, all tidy."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .conftest import NewStage, StartOperator
from .running import Operators
from .stage import OWNER_TAG, Stage, wait_for

SIGN_OUT, TAG = "DeleteAllEntitySessions", "connect-operator.io/deactivated"
MOVED_CLOCK = str(Path(__file__).with_name("moved_clock.py"))
INACTIVE = {"securityProfileNames": ["No Access"], "routingProfileName": "Nobody"}
OWN = ("Basic Routing Profile", ["Agent"])
NOBODY = ("Nobody", ["No Access"])


@pytest.fixture
def office(empty_stage: Stage) -> Stage:
    """An instance with profiles for inactive users, whose ConnectInstance says so."""
    empty_stage.sim.add_record("routing-profiles", name="Nobody")
    empty_stage.sim.add_record("security-profiles", name="No Access")
    empty_stage.apply_instance(inactive=INACTIVE, waitForContacts="10m", quickConnectsOfDeletedUsers="Delete")
    return empty_stage


def at_work(stage: Stage, **spec: Any) -> str:  # noqa: ANN401 - any member
    """Ada is there and signed in; returns her id."""
    stage.apply_user("ada", **spec)
    stage.wait_ready("ada")
    user_id = str(stage.truth("ada")["Id"])
    stage.sim.sign_in(user_id)
    return user_id


def profiles(stage: Stage) -> tuple[str, list[str]]:
    """The names of what Ada has."""
    truth = stage.truth("ada")
    routing = {each: name for name, each in stage.ids("routing-profiles").items()}
    security = {each: name for name, each in stage.ids("security-profiles").items()}
    return routing[truth["RoutingProfileId"]], sorted(security[each] for each in truth["SecurityProfileIds"])


def before(stage: Stage, first: str, second: str) -> bool:
    names = stage.write_names()
    return names.index(first) < names.index(second)


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds")


@pytest.mark.usefixtures("operator")
def test_who_is_deleted_is_signed_out_first_and_no_quick_connect_leads_there(office: Stage) -> None:
    user_id = at_work(office)
    office.apply_user("bob")
    office.wait_ready("bob")
    office.sim.add_record("quick-connects", name="Call Ada", type="USER", target="ada")
    office.sim.add_record("quick-connects", name="Call Bob", type="USER", target="bob")
    office.delete_user("ada")
    office.wait_gone("ada")
    assert office.usernames() == ["bob"]
    assert office.sim.sessions(user_id) == 0
    assert before(office, SIGN_OUT, "DeleteUser")
    assert [each["name"] for each in office.sim.records("quick-connects")] == ["Call Bob"]
    office.wait_event("ada", "SessionsEnded")


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize(
    "refusal",
    [{"kind": "deny"}, {"kind": "error", "code": "UnknownOperationException", "status": 404}],
    ids=["denied", "unknown"],
)
def test_a_refused_sign_out_is_told_and_holds_nobody_up(office: Stage, refusal: dict[str, Any]) -> None:
    at_work(office)
    office.fault(operation=SIGN_OUT, times=None, **refusal)
    office.delete_user("ada")
    office.wait_gone("ada")
    assert office.usernames() == []
    office.wait_event("ada", "SessionsNotEnded")


@pytest.mark.usefixtures("operator")
def test_a_call_is_let_end_before_its_agent_goes(office: Stage) -> None:
    user_id = at_work(office)
    contact = office.sim.add_record("contacts", channel="VOICE", state="CONNECTED", agentId=user_id)
    office.delete_user("ada")
    message = office.wait_reason("ada", "WaitingForContacts")
    assert "spec.waitForContacts" in message
    assert office.sim.sessions(user_id) == 1
    assert office.usernames() == ["ada"]
    office.sim.move_contact(contact["id"], "ENDED")
    office.wait_gone("ada")
    assert office.usernames() == []


@pytest.mark.usefixtures("operator")
def test_inactive_and_active_again(office: Stage) -> None:
    user_id = at_work(office)
    office.apply_user("ada", state="Inactive")
    office.wait_reason("ada", "Inactive")
    assert office.conditions("ada") == {"Ready": "True", "Synced": "True", "ReferencesResolved": "True"}
    assert (profiles(office), office.sim.sessions(user_id)) == (NOBODY, 0)
    assert before(office, SIGN_OUT, "UpdateUserSecurityProfiles")
    office.apply_user("ada", state="Active")
    office.wait_reason("ada", "Available")
    assert (profiles(office), office.truth("ada")["Id"]) == (OWN, user_id)


@pytest.mark.usefixtures("operator")
def test_a_first_and_a_last_day_by_the_clock(office: Stage) -> None:
    office.apply_user("ada", activeFrom=soon(12), activeUntil=soon(40))
    office.wait_reason("ada", "Scheduled")
    assert office.conditions("ada")["Ready"] == "True"
    assert office.usernames() == []
    office.wait_reason("ada", "Available")
    assert profiles(office) == OWN
    office.wait_reason("ada", "Inactive")
    assert profiles(office) == NOBODY


def test_a_last_day_that_passes_while_the_operator_is_down(run_operator: StartOperator, office: Stage) -> None:
    operator = run_operator()
    office.apply_user("ada", activeUntil=soon(25))
    office.wait_ready("ada")
    operator.kill()
    wait_for(lambda: soon(0) >= office.user("ada")["spec"]["activeUntil"], "the last day to end")  # type: ignore[index]
    operator.start()
    office.wait_reason("ada", "Inactive")
    assert profiles(office) == NOBODY


@pytest.mark.usefixtures("run_operator")
@pytest.mark.parametrize("ahead", [-86_400, 86_400])
def test_the_operators_own_clock_does_not_matter(operators: Operators, office: Stage, ahead: int) -> None:
    moved, program = {"MOVED_CLOCK_SECONDS": str(ahead)}, [sys.executable, MOVED_CLOCK]
    with operators.own(office.namespace, moved, program=program):
        last = soon(45)
        office.apply_user("ada", activeFrom=soon(-5), activeUntil=last)
        office.wait_reason("ada", "Available")
        office.wait_reason("ada", "Inactive")
        assert soon(1) >= last


@pytest.mark.usefixtures("operator")
def test_deactivated_and_taken_over_again(office: Stage) -> None:
    user_id = at_work(office, deletionPolicy="Deactivate")
    office.delete_user("ada")
    office.wait_gone("ada")
    truth = office.truth("ada")
    assert (profiles(office), truth["Id"], office.sim.sessions(user_id)) == (NOBODY, user_id, 0)
    assert TAG in truth["Tags"]
    assert OWNER_TAG not in truth["Tags"]
    office.apply_user("ada", adoptionPolicy="IfUnowned")
    office.wait_ready("ada")
    truth = office.truth("ada")
    assert (profiles(office), truth["Id"]) == (OWN, user_id)
    assert truth["Tags"] == {OWNER_TAG: office.owner_tag("ada")}


@pytest.mark.usefixtures("operator")
def test_without_inactive_profiles_each_object_says_what_to_do(stage: Stage) -> None:
    stage.apply_user("ada")
    stage.apply_user("bob", deletionPolicy="Deactivate")
    stage.wait_ready("ada", "bob")
    stage.apply_user("ada", state="Inactive")
    stage.delete_user("bob")
    assert f"ConnectInstance {stage.instance}" in stage.wait_reason("ada", "InvalidSpec")
    assert stage.conditions("ada")["Stalled"] == "True"
    message = stage.wait_reason("bob", "InvalidSpec")
    assert "spec.inactive" in message
    assert "spec.deletionPolicy: Delete" in message
    stage.sim.add_record("routing-profiles", name="Nobody")
    stage.sim.add_record("security-profiles", name="No Access")
    stage.apply_instance(inactive=INACTIVE)
    stage.wait_reason("ada", "Inactive")
    stage.wait_gone("bob")
    assert TAG in stage.truth("bob")["Tags"]


@pytest.mark.parametrize(
    "operation", [SIGN_OUT, "UpdateUserSecurityProfiles", "UpdateUserRoutingProfile", "TagResource"]
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_in_the_middle_of_a_deactivation(
    run_operator: StartOperator, office: Stage, operation: str, when: str
) -> None:
    operator = run_operator()
    user_id = at_work(office, deletionPolicy="Deactivate")
    barrier = office.fault("barrier", operation, when=when)
    office.delete_user("ada")
    barrier.wait_for_waiting()
    operator.kill()
    barrier.remove()
    operator.start()
    office.wait_gone("ada")
    assert (profiles(office), office.sim.sessions(user_id)) == (NOBODY, 0)
    assert TAG in office.truth("ada")["Tags"]
    assert OWNER_TAG not in office.truth("ada")["Tags"]


def test_a_kill_after_the_deletion_leaves_no_quick_connect(run_operator: StartOperator, office: Stage) -> None:
    operator = run_operator(consistency_window="5s")
    at_work(office)
    office.sim.add_record("quick-connects", name="Call Ada", type="USER", target="ada")
    barrier = office.fault("barrier", "SearchQuickConnects")
    office.delete_user("ada")
    barrier.wait_for_waiting()
    operator.kill()
    barrier.remove()
    operator.start()
    office.wait_gone("ada")
    assert office.sim.records("quick-connects") == []


def test_saml_users_leave_likewise(new_stage: NewStage, operator: object) -> None:
    del operator
    stage = new_stage(applied=False, identityManagementType="SAML")
    stage.sim.add_record("routing-profiles", name="Nobody")
    stage.sim.add_record("security-profiles", name="No Access")
    stage.apply_instance(inactive=INACTIVE)
    saml = {"passwordSecretRef": None, "identityInfo": {"firstName": "Ada", "lastName": "Lovelace"}}
    stage.apply_user("ada", **saml)
    stage.wait_ready("ada")
    stage.apply_user("ada", state="Inactive", **saml)
    stage.wait_reason("ada", "Inactive")
    assert profiles(stage) == NOBODY
