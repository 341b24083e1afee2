"""`who`: who holds what, from the lists alone."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import Any

import pytest
import yaml

from connect_sim.control_client import OTHER_ACCOUNT_INSTANCE, SimControl

from .commands import FAST, Cli, Ended
from .in_cluster import InCluster
from .manifests import OWNER, a_user, an_instance

OWNED = {"connect-operator.io/owner": "cluster-1/uid-1/team-a/ann"}
PEOPLE: list[dict[str, Any]] = [
    {
        "Username": "ann",
        "IdentityInfo": {"FirstName": "Ann", "LastName": "Lee"},
        "securityProfileNames": ["Admin", "Agent"],
        "hierarchyGroupPath": "EMEA/Berlin/Team A",
        "Tags": OWNED,
    },
    {"Username": "bea", "securityProfileNames": ["Admin"], "routingProfileName": "Priority Routing Profile"},
    {"Username": "cat", "hierarchyGroupPath": "EMEA", "Tags": {**OWNED, "connect-operator.io/deactivated": "true"}},
    {"Username": "dan", "Tags": {"connect-operator.io/owner": "somebody's own tag"}},
]


@pytest.fixture
def people(sim: SimControl) -> SimControl:
    sim.add_users(PEOPLE)
    return sim


def who(cli: Cli, sim: SimControl, *options: str) -> Ended:
    ended = cli("who", "--instance", sim.instance, *FAST, *options)
    assert ended.code == 0, ended.err
    return ended


def names(cli: Cli, sim: SimControl, *options: str) -> list[str]:
    return [user["username"] for user in json.loads(who(cli, sim, *options, "-o", "json").out)["users"]]


CHOICES: list[tuple[tuple[str, ...], list[str]]] = [
    ((), ["ann", "bea", "cat", "dan"]),
    (("--security-profile", "Admin"), ["ann", "bea"]),
    (("--security-profile", "Admin", "--security-profile", "Agent"), ["ann", "bea", "cat", "dan"]),
    (("--security-profile", "Admin", "--unmanaged"), ["bea"]),
    (("--routing-profile", "Priority Routing Profile"), ["bea"]),
    (("--group", "EMEA"), ["ann", "cat"]),
    (("--group", "EMEA/Berlin"), ["ann"]),
    (("--unmanaged",), ["bea", "dan"]),
    (("--inactive",), ["cat"]),
]


@pytest.mark.parametrize(("options", "found"), CHOICES, ids=[" ".join(each[0]) or "all" for each in CHOICES])
def test_who_is_shown(options: tuple[str, ...], found: list[str], cli: Cli, people: SimControl) -> None:
    assert names(cli, people, *options) == found


def test_a_profile_can_be_named_by_its_id(cli: Cli, people: SimControl) -> None:
    admin = next(each for each in people.records("security-profiles") if each["name"] == "Admin")
    assert names(cli, people, "--security-profile", admin["id"]) == ["ann", "bea"]
    assert names(cli, people, "--security-profile", admin["arn"]) == ["ann", "bea"]


def test_a_table_for_people(cli: Cli, people: SimControl) -> None:
    ended = who(cli, people, "--security-profile", "Admin")
    lines = [line.split("  ") for line in ended.out.splitlines()]
    assert [cell.strip() for cell in lines[0] if cell.strip()] == [
        "INSTANCE",
        "USERNAME",
        "NAME",
        "ROUTING PROFILE",
        "SECURITY PROFILES",
        "GROUP",
        "STATE",
        "MANAGED BY",
    ]
    assert "Admin, Agent" in ended.out
    assert "EMEA/Berlin/Team A" in ended.out
    assert "team-a/ann (cluster cluster-1)" in ended.out
    assert "nobody" in ended.out
    assert "2 of 4 users" in ended.err


def test_csv_runs_no_formula(cli: Cli, people: SimControl) -> None:
    people.add_users([{"Username": "eve", "IdentityInfo": {"FirstName": "=1+1", "LastName": "x"}}])
    rows = list(csv.DictReader(io.StringIO(who(cli, people, "-o", "csv").out)))
    assert [row["username"] for row in rows] == ["ann", "bea", "cat", "dan", "eve"]
    assert rows[0]["security profiles"] == "Admin|Agent"
    assert rows[4]["name"] == "'=1+1 x"


def test_a_name_that_nobody_has_is_an_error(cli: Cli, people: SimControl) -> None:
    ended = cli("who", "--instance", people.instance, *FAST, "--security-profile", "admin", "--group", "EMEA/Berln")
    assert ended.code == 1
    assert "--security-profile 'admin': no instance has that security profile; did you mean 'Admin'" in ended.err
    assert "--group 'EMEA/Berln': no instance has that hierarchy group; did you mean 'EMEA/Berlin'" in ended.err
    assert ended.out == ""


def test_a_group_whose_name_has_a_slash_is_offered_as_it_has_to_be_written(cli: Cli, sim: SimControl) -> None:
    berlin = next(each["id"] for each in sim.records("hierarchy-groups") if each["name"] == "Berlin")
    sim.add_record("hierarchy-groups", name="Early/Late", parentId=berlin)
    wrong = cli("who", "--instance", sim.instance, *FAST, "--group", "EMEA/Berlin/Early/Late")
    assert r"did you mean 'EMEA/Berlin/Early\/Late'" in wrong.err
    right = cli("who", "--instance", sim.instance, *FAST, "--group", r"EMEA/Berlin/Early\/Late")
    assert right.code == 0
    assert right.err.endswith("0 of 0 users\n")  # after a line of progress, on a busy machine


def test_lists_are_all_that_is_read(cli: Cli, sim: SimControl) -> None:
    """30 calls for 10 000 users."""
    sim.edit_instance(userQuota=20_000)
    sim.add_users({"Username": f"user{number}"} for number in range(10_000))
    mark = sim.journal_position()
    assert "10000 of 10000 users" in who(cli, sim, "-o", "csv").err
    calls = Counter(call.operation for call in sim.journal(mark))
    assert calls == {
        "ListUsers": 10,
        "SearchUsers": 20,
        "DescribeInstance": 1,
        "ListRoutingProfiles": 1,
        "ListSecurityProfiles": 1,
        "SearchUserHierarchyGroups": 1,
    }


def test_an_instance_that_cannot_be_read_is_told_beside_the_others(cli: Cli, people: SimControl) -> None:
    ended = cli("who", "--instance", people.instance, "--instance", OTHER_ACCOUNT_INSTANCE, *FAST)
    assert ended.code == 1
    assert "team-a/ann" in ended.out
    assert f"{OTHER_ACCOUNT_INSTANCE} could not be read:" in ended.err


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--inactive", "no ConnectInstance was read for it, so who holds its inactive profiles is not known"),
        ("--unmanaged", "whether the objects that owner tags name still exist is not known"),
    ],
)
def test_what_only_a_cluster_knows_is_told_as_not_known(option: str, told: str, cli: Cli, people: SimControl) -> None:
    ended = who(cli, people, option)
    assert told in ended.err
    assert "KUBECONFIG" in ended.err
    assert "not known" not in who(cli, people, "--group", "EMEA").err


def test_without_a_cluster_an_instance_has_to_be_named(cli: Cli) -> None:
    ended = cli("who")
    assert ended.code == 1
    assert "--instance" in ended.err
    assert "KUBECONFIG" in ended.err


@pytest.mark.cluster
def test_the_clusters_instances_lend_names_and_roles(cluster_cli: Cli, people: SimControl, held: InCluster) -> None:
    role = {"roleArn": "arn:aws:iam::444455556666:role/connect-operator", "externalId": "simulated-external-id"}
    held.apply(an_instance(people.instance, "support"))
    held.apply(an_instance(OTHER_ACCOUNT_INSTANCE, "far", region="eu-central-1", assumeRole=role))
    people.add_users([{"Username": "zoe"}], OTHER_ACCOUNT_INSTANCE)
    everybody = cluster_cli("who", "-o", "json")
    assert yaml.safe_load(cluster_cli("who", "-o", "yaml").out) == json.loads(everybody.out)
    assert everybody.code == 0, everybody.err
    found = [(user["instance"], user["username"]) for user in json.loads(everybody.out)["users"]]
    assert sorted(found) == [("far", "zoe"), *(("support", name) for name in ("ann", "bea", "cat", "dan"))]
    for named in ("far", OTHER_ACCOUNT_INSTANCE):
        one = cluster_cli("who", "--instance", named, "-o", "json")
        assert [user["username"] for user in json.loads(one.out)["users"]] == ["zoe"], one.err


@pytest.mark.cluster
def test_whose_object_is_gone_is_nobodys(cluster_cli: Cli, sim: SimControl, held: InCluster) -> None:
    """Such a user keeps its access, and nobody manages it: an access review has to find it."""
    held.apply(an_instance(sim.instance, "support"))
    kept = held.owner(held.apply(a_user("kept")))
    ghost = f"{held.cluster_id}/7b1c9a52-0000-4000-8000-000000000001/{held.namespace}/ghost"
    elsewhere = "another-cluster/7b1c9a52-0000-4000-8000-000000000001/team-b/far"
    owners = {"kept": kept, "ghost": ghost, "far": elsewhere}
    sim.add_users([{"Username": name, "Tags": {OWNER: tag}} for name, tag in owners.items()])
    ended = cluster_cli("who", "--unmanaged")
    assert f"nobody: {held.namespace}/ghost is gone (cluster {held.cluster_id})" in ended.out
    assert "1 of 3 users" in ended.err
    [found] = json.loads(cluster_cli("who", "--unmanaged", "-o", "json").out)["users"]
    assert (found["username"], found["managed"]) == ("ghost", False)
    assert found["owner"]["object"] == f"{held.namespace}/ghost"


@pytest.mark.cluster
@pytest.mark.parametrize("command", [("who", "--instance", "suport"), ("diff", "suport", "support")])
def test_a_slip_in_the_name_of_a_connectinstance_is_told(
    command: tuple[str, ...], cluster_cli: Cli, people: SimControl, held: InCluster
) -> None:
    held.apply(an_instance(people.instance, "support"))
    ended = cluster_cli(*command)
    assert ended.code == 1
    assert "there is no ConnectInstance 'suport', and it is no ID or ARN of an instance; did you mean 'support'?" in (
        " ".join(ended.err.split())
    )
