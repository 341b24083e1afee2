"""`diff`: the people of two instances by username, profiles by name."""

from __future__ import annotations

import json

import pytest
import yaml

from connect_sim.control_client import OTHER_ACCOUNT_INSTANCE, SimControl

from .commands import FAST, Cli, Ended

PERSON = {
    "IdentityInfo": {"FirstName": "Ann", "LastName": "Lee", "Email": "a@example.com"},
    "PhoneConfig": {"PhoneType": "SOFT_PHONE", "AutoAccept": True, "AfterContactWorkTimeLimit": 30},
    "hierarchyGroupPath": "EMEA/Berlin",
    "Tags": {"team": "a", "connect-operator.io/owner": "c/u/n/o"},
}
HIERARCHY = [{"name": "EMEA", "children": [{"name": "Berlin"}, {"name": "London"}]}]
ROUTING = [{"name": "Basic Routing Profile", "isDefault": True}, {"name": "Priority Routing Profile"}]


@pytest.fixture
def other(sim: SimControl) -> str:
    """Another instance, whose profiles and groups are called the same and have other ids."""
    made = sim.add_instance(hierarchy=HIERARCHY, routingProfiles=ROUTING, predefinedAttributes={"Language": ["German"]})
    return str(made["id"])


def diff(cli: Cli, one: str, two: str, *options: str) -> Ended:
    return cli("diff", one, two, *FAST, *options)


def test_the_same_people_are_equal_whatever_the_ids_and_owners(cli: Cli, sim: SimControl, other: str) -> None:
    sim.add_users([{"Username": "ann", **PERSON}])
    sim.add_users([{"Username": "ann", **PERSON, "Tags": {"team": "a"}}], other)
    ended = diff(cli, sim.instance, other)
    assert ended.code == 0, ended.err + ended.out
    assert ended.out.splitlines()[-1] == "Diff: 0 only in the first, 0 only in the second, 0 different, 1 equal"
    assert "--details" in ended.err


def test_what_differs_is_told_by_name(cli: Cli, sim: SimControl, other: str) -> None:
    sim.add_users([{"Username": "ann", **PERSON}, {"Username": "bea"}])
    changed = {
        **PERSON,
        "IdentityInfo": {"FirstName": "Ann", "LastName": "Lee-Roe", "Email": "other@example.com"},
        "routingProfileName": "Priority Routing Profile",
        "securityProfileNames": ["Admin", "Agent"],
        "hierarchyGroupPath": "EMEA/London",
        "Tags": {"team": "b"},
        "PhoneConfig": {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+4930", "AfterContactWorkTimeLimit": 60},
    }
    sim.add_users([{"Username": "ann", **changed}, {"Username": "cat"}], other)
    ended = diff(cli, sim.instance, other)
    assert ended.code == 2, ended.err
    lines = ended.out.splitlines()
    assert lines[0].startswith(f"--- {sim.instance} (arn:aws:connect:")
    assert lines[2:5] == ["- bea", "+ cat", "~ ann"]
    told = {line.strip() for line in lines[5:-1]}
    assert {
        "identityInfo.lastName: Lee -> Lee-Roe",
        "routingProfileName: Basic Routing Profile -> Priority Routing Profile",
        "securityProfileNames: Agent -> Admin, Agent",
        "hierarchyGroupPath: EMEA/Berlin -> EMEA/London",
        "tags[team]: a -> b",
    } <= told
    assert not any("email" in line for line in told)
    assert lines[-1] == "Diff: 1 only in the first, 1 only in the second, 1 different, 0 equal"


def test_details_are_compared_when_asked_for(cli: Cli, sim: SimControl, other: str) -> None:
    german = [{"AttributeName": "Language", "AttributeValue": "German", "Level": 4}]
    sim.add_users([{"Username": "ann", **PERSON, "proficiencies": german}])
    identity = {"FirstName": "Ann", "LastName": "Lee", "Email": "b@example.com"}
    sim.add_users([{"Username": "ann", **PERSON, "IdentityInfo": identity}], other)
    assert diff(cli, sim.instance, other).code == 0
    ended = diff(cli, sim.instance, other, "--details")
    assert ended.code == 2
    assert "identityInfo.email: a@example.com -> b@example.com" in ended.out
    assert "proficiencies[Language=German].level: 4 -> (none)" in ended.out


def test_json_for_programs(cli: Cli, sim: SimControl, other: str) -> None:
    sim.add_users([{"Username": "ann", **PERSON}, {"Username": "bea"}])
    sim.add_users([{"Username": "ann", **PERSON, "hierarchyGroupPath": "EMEA/London"}], other)
    document = json.loads(diff(cli, sim.instance, other, "-o", "json").out)
    assert yaml.safe_load(diff(cli, sim.instance, other, "-o", "yaml").out) == document
    assert document["onlyBefore"] == ["bea"]
    assert document["changed"] == {
        "ann": [{"field": "hierarchyGroupPath", "before": "EMEA/Berlin", "after": "EMEA/London"}]
    }


def test_the_second_instance_may_be_in_another_account(cli: Cli, sim: SimControl) -> None:
    role = ("--other-role-arn", "arn:aws:iam::444455556666:role/connect-operator")
    options = ("--other-region", "eu-central-1", *role, "--other-external-id", "simulated-external-id")
    ended = diff(cli, sim.instance, OTHER_ACCOUNT_INSTANCE, *options)
    assert ended.code == 0, ended.err


@pytest.mark.parametrize(
    ("one", "two", "text"),
    [("same", "same", "same instance"), ("same", "none", "could not be read"), ("same", "arn", "same instance")],
)
def test_what_cannot_be_compared_ends_with_1(one: str, two: str, text: str, cli: Cli, sim: SimControl) -> None:
    known = {
        "same": sim.instance,
        "none": "0f1e2d3c-0000-4000-8000-000000000000",
        "arn": f"arn:aws:connect:us-east-1:111122223333:instance/{sim.instance}",
    }
    ended = diff(cli, known[one], known[two])
    assert ended.code == 1
    assert text in ended.err


def test_a_remedy_speaks_of_the_options_that_there_are(cli: Cli, sim: SimControl) -> None:
    first = cli("diff", OTHER_ACCOUNT_INSTANCE, sim.instance, *FAST)
    assert "correct the first instance's ID, --region, or the account of the credentials" in first.err
    second = cli("diff", sim.instance, OTHER_ACCOUNT_INSTANCE, *FAST)
    assert "correct the second instance's ID, --other-region, or the account of the credentials" in second.err
