"""`plan -f` without a cluster: what it says of files, of Connect, and of what it cannot know."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from connect_sim.control_client import SAML_INSTANCE, SimControl

from .commands import FAST, Cli
from .golden import assert_golden
from .manifests import OWNER, a_user, an_instance
from .plans import in_connect, only, plan


def test_a_plan_reads_like_this(cli: Cli, sim: SimControl) -> None:
    in_connect(sim, "same", Tags={OWNER: "c1/u1/team-a/same"})
    in_connect(sim, "changed", Tags={OWNER: "c1/u2/team-a/changed", "team": "a"}, hierarchyGroupPath="EMEA/Berlin")
    in_connect(sim, "adopted")
    in_connect(sim, "Taken_One")
    in_connect(sim, "observed")
    in_connect(sim, "nobodys")
    in_connect(sim, "elsewhere", Tags={OWNER: "c1/u9/team-b/elsewhere"})
    ended = plan(
        cli,
        an_instance(sim.instance),
        a_user("same"),
        a_user(
            "changed",
            identityInfo={"firstName": "Joan", "secondaryEmail": ""},
            routingProfileName="Priority Routing Profile",
            securityProfileNames=["Agent", "CallCenterManager"],
            hierarchyGroupPath="EMEA/London",
            phoneConfig={"afterContactWorkTimeLimit": 60},
            autoAcceptConfigs=[{"channel": "CHAT", "autoAccept": True}],
            proficiencies=[{"attributeName": "Language", "attributeValue": "German", "level": 4}],
            tags={"team": "b"},
        ),
        a_user("adopted", adoptionPolicy="IfUnowned"),
        a_user("new", tags={"team": "a"}),
        a_user("taken", username="Taken_One"),
        a_user("observed", managementPolicy="Observe", identityInfo={"firstName": "Joan"}),
        a_user("left-alone", suspend=True),
        a_user("partly", routingProfileName="No Such Profile", username="adopted2"),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "passed-over"}},
    )
    assert ended.code == 2, ended.err
    taken = sim.user("Taken_One")
    assert taken is not None
    assert_golden(ended.out.replace(taken["Id"], "<id of Taken_One>"), "plan.txt")


def test_no_change_is_exit_code_0(cli: Cli, sim: SimControl) -> None:
    in_connect(sim, "jdoe", Tags={OWNER: "c1/u1/team-a/jdoe"})
    ended = plan(cli, an_instance(sim.instance), a_user("jdoe"), options=("-o", "json"))
    as_yaml = plan(cli, an_instance(sim.instance), a_user("jdoe"), options=("-o", "yaml"))
    assert (as_yaml.code, yaml.safe_load(as_yaml.out)) == (ended.code, json.loads(ended.out))
    assert (ended.code, only(ended)["action"], only(ended)["changes"]) == (0, "none", [])


def test_planning_writes_nothing(cli: Cli, sim: SimControl) -> None:
    in_connect(sim, "jdoe")
    mark = sim.journal_position()
    plan(cli, an_instance(sim.instance), a_user("jdoe", adoptionPolicy="IfUnowned"), a_user("new"))
    assert {call.operation[:4] for call in sim.journal(mark)} == {"Desc", "List", "Sear"}


@pytest.mark.parametrize(
    ("tag", "spec", "expected", "reason"),
    [
        ("c1/u1/team-a/jdoe", {}, ("none", "Available"), "of that namespace and name, in any cluster"),
        ("c1/u1/team-b/jdoe", {"adoptionPolicy": "IfUnowned"}, ("blocked", "UsernameTaken"), "another object"),
        ("c1/u1/team-b/jdoe", {"adoptionPolicy": "Always"}, ("blocked", "PermissionDenied"), "Always must be granted"),
        (None, {}, ("blocked", "UsernameTaken"), "an unowned user is not adopted by default"),
        (None, {"adoptionPolicy": "IfUnowned"}, ("adopt", "Available"), "unless that is asked for"),
    ],
)
def test_whose_a_user_is_without_the_cluster(
    cli: Cli, sim: SimControl, tag: str | None, spec: dict[str, Any], expected: tuple[str, str], reason: str
) -> None:
    in_connect(sim, "jdoe", Tags={} if tag is None else {OWNER: tag})
    ended = plan(cli, an_instance(sim.instance), a_user("jdoe", **spec), options=("-o", "json"))
    user = only(ended)
    assert (user["action"], user["reason"]) == expected, reason
    [assumption] = json.loads(ended.out)["assumptions"]
    assert assumption.startswith("without the cluster, owner tags are compared by namespace and name, not by uid")


def test_a_known_cluster_id_tells_other_clusters_apart(cli: Cli, sim: SimControl) -> None:
    in_connect(sim, "jdoe", Tags={OWNER: "c1/u1/team-a/jdoe"})
    here = cli.with_environment(CONNECT_OPERATOR_CLUSTER_ID="c2")
    user = only(
        plan(here, an_instance(sim.instance), a_user("jdoe", adoptionPolicy="IfUnowned"), options=("-o", "json"))
    )
    assert (user["action"], user["reason"]) == ("blocked", "UsernameTaken")


def test_two_manifests_that_want_one_user(cli: Cli, sim: SimControl) -> None:
    ended = plan(
        cli,
        an_instance(sim.instance),
        a_user("one", username="same"),
        a_user("two", username="same"),
        options=("-o", "json"),
    )
    users = {user["name"]: (user["action"], user["reason"]) for user in json.loads(ended.out)["users"]}
    assert users["one"][0] == "create"
    assert users["two"] == ("blocked", "UsernameTaken")


def test_a_secret_that_will_be_made_is_told_and_not_asked_for(cli: Cli, sim: SimControl) -> None:
    reference = {"name": "first", "generate": True, "deleteAfter": "72h"}
    ended = plan(cli, an_instance(sim.instance), a_user("jdoe", passwordSecretRef=reference))
    assert ended.code == 2
    assert "passwordSecretRef: generated into Secret first, unless there is one; deleted after 72h" in ended.out
    assert "1 to create" in ended.out
    sim.add_users([{"Username": "jdoe"}])
    ended = plan(
        cli, an_instance(sim.instance), a_user("jdoe", passwordSecretRef=reference, adoptionPolicy="IfUnowned")
    )
    assert "generated" not in ended.out


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        (a_user("jdoe", identityInfo={"firstName": "Jane"}), "InvalidSpec"),
        (a_user("jdoe", routingProfileName="Nowhere"), "ReferenceNotFound"),
    ],
)
def test_a_manifest_that_cannot_be_created(cli: Cli, sim: SimControl, manifest: dict[str, Any], reason: str) -> None:
    assert plan(cli, an_instance(sim.instance), manifest).code == 2
    assert plan(cli, an_instance(sim.instance), manifest, options=("--strict",)).code == 1
    assert only(plan(cli, an_instance(sim.instance), manifest, options=("-o", "json")))["reason"] == reason


@pytest.mark.usefixtures("sim")
def test_the_identity_type_counts(cli: Cli) -> None:
    ended = plan(cli, an_instance(SAML_INSTANCE), a_user("jdoe"), options=("-o", "json"))
    assert "a SAML instance has no passwords" in only(ended)["message"]


def test_a_namespace_that_may_not_use_the_instance(cli: Cli, sim: SimControl) -> None:
    instance = an_instance(sim.instance, allowedNamespaces=[{"name": "team-b"}])
    user = only(plan(cli, instance, a_user("jdoe"), options=("-o", "json")))
    assert (user["action"], user["reason"], user["instance"]) == ("blocked", "PermissionDenied", "support")


def test_the_instance_can_be_named_on_the_command_line(cli: Cli, sim: SimControl) -> None:
    options = ("--instance", sim.instance, "--region", "us-east-1", "-o", "json", *FAST)
    assert only(plan(cli, a_user("jdoe"), options=options))["action"] == "create"
    by_id = a_user("jdoe", instanceRef=None, instanceId=sim.instance)
    assert only(plan(cli, by_id, options=options))["action"] == "create"


def test_the_namespace_of_manifests_that_name_none(cli: Cli, sim: SimControl) -> None:
    user = a_user("jdoe")
    del user["metadata"]["namespace"]
    assert only(plan(cli, an_instance(sim.instance), user, options=("-o", "json")))["namespace"] == "default"
    assert only(plan(cli, an_instance(sim.instance), user, options=("-o", "json", "-n", "x")))["namespace"] == "x"


def test_what_costs_calls_can_be_skipped(cli: Cli, sim: SimControl) -> None:
    in_connect(sim, "jdoe", Tags={OWNER: "c1/u1/team-a/jdoe"})
    changed = a_user("jdoe", identityInfo={"firstName": "Joan", "email": "other@example.com"})
    mark = sim.journal_position()
    ended = plan(cli, an_instance(sim.instance), changed, options=("-o", "json", "--skip-details"))
    assert [change["field"] for change in only(ended)["changes"]] == ["identityInfo.firstName"]
    assert "DescribeUser" not in {call.operation for call in sim.journal(mark)}
    assert any("--skip-details" in each for each in json.loads(ended.out)["assumptions"])


def test_the_json_document(cli: Cli, sim: SimControl) -> None:
    in_connect(sim, "nobodys")
    ended = plan(cli, an_instance(sim.instance), a_user("new"), options=("-o", "json"))
    assert_golden(ended.out, "plan.json")


def test_throttling_is_waited_for(cli: Cli, sim: SimControl) -> None:
    sim.fault("throttle", "SearchUsers", times=1)
    sim.fault("throttle", "DescribeUser", times=2)
    in_connect(sim, "jdoe", Tags={OWNER: "c1/u1/team-a/jdoe"})
    assert plan(cli, an_instance(sim.instance), a_user("jdoe")).code == 0


def test_a_name_forges_no_line(cli: Cli, sim: SimControl) -> None:
    forged = "Eve\nPlan: 0 to create, 0 to update, 0 to delete, 0 blocked, 200 unchanged"
    ended = plan(
        cli,
        an_instance(sim.instance),
        a_user("eve", identityInfo={"firstName": forged, "lastName": "E", "email": "e@example.com"}),
    )
    assert [line for line in ended.out.splitlines() if line.startswith("Plan:")] == [
        "Plan: 1 to create, 0 to update, 0 to delete, 0 blocked, 0 unchanged"
    ]


def test_an_endpoint_that_hangs_is_told(cli: Cli, sim: SimControl) -> None:
    sim.fault("delay", "DescribeInstance", seconds=6)
    ended = plan(cli, an_instance(sim.instance), a_user("jdoe"))
    assert ended.code == 2
    assert "support: still waiting for Amazon Connect's answer to DescribeInstance" in ended.err


def test_what_a_manifest_can_refer_to_is_listed(cli: Cli, sim: SimControl) -> None:
    groups = cli("plan", "--list", "groups", "--instance", sim.instance, "--region", "us-east-1", *FAST)
    assert groups.code == 0, groups.err
    assert "  hierarchyGroupPath:\n    AMER\n" in groups.out or "    EMEA/Berlin\n" in groups.out
    profiles = cli("plan", "--list", "profiles", "-f", "-", stdin=json.dumps(an_instance(sim.instance)))
    assert "  routingProfileName:\n    Basic Routing Profile\n    Priority Routing Profile\n" in profiles.out
    assert "  securityProfileNames:\n    Admin\n    Agent\n" in profiles.out
