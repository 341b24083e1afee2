"""`plan` of the cluster's objects, and of files as if they were applied to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kubernetes.client import ApiClient, CoreV1Api

from connect_operator.domain.kinds.objects import parse_user
from connect_operator.domain.plan.sections import digests
from connect_sim.control_client import SimControl
from local_cluster import LocalCluster

from .commands import Cli, Ended
from .in_cluster import WHEN, InCluster
from .manifests import OWNER, Manifest, a_user, an_instance


def in_connect(sim: SimControl, username: str, tag: str | None = None) -> Manifest:
    identity = {"FirstName": "Jane", "LastName": "Doe", "Email": f"{username}@example.com"}
    [made] = sim.add_users([{"Username": username, "IdentityInfo": identity, "Tags": {OWNER: tag} if tag else {}}])
    return made


def plan(cli: Cli, held: InCluster, *options: str, stdin: str = "") -> tuple[Ended, dict[str, dict[str, Any]]]:
    ended = cli("plan", "-n", held.namespace, "-o", "json", *options, stdin=stdin)
    assert ended.out, ended.err
    return ended, {user["name"]: user for user in json.loads(ended.out)["users"]}


@pytest.fixture
def support(sim: SimControl, held: InCluster) -> SimControl:
    """The simulator, with its first instance known to the cluster."""
    held.apply(an_instance(sim.instance))
    return sim


def test_what_would_happen_to_the_objects(cluster_cli: Cli, support: SimControl, held: InCluster) -> None:
    for name in ("same", "changed", "gone", "kept", "new"):
        spec = {"deletionPolicy": "Retain"} if name == "kept" else {}
        applied = held.apply(a_user(name, **spec))
        held.hold(name)
        if name != "new":
            in_connect(support, name, held.owner(applied))
    held.apply(a_user("changed", identityInfo={"firstName": "Joan"}))
    held.delete("gone")
    held.delete("kept")
    ended, users = plan(cluster_cli, held)
    assert ended.code == 2
    assert {name: user["action"] for name, user in users.items()} == {
        "same": "none",
        "changed": "update",
        "gone": "delete",
        "kept": "release",
        "new": "create",
    }


def test_what_is_left_to_connect_is_no_change_and_is_shown(
    cluster_cli: Cli, support: SimControl, held: InCluster
) -> None:
    profile = support.add_record("routing-profiles", name="Night")["id"]
    applied = held.apply(a_user("moved", ignoreDrift=["routingProfile"]))
    held.hold("moved")
    found = in_connect(support, "moved", held.owner(applied))
    support.edit_user(found["Id"], RoutingProfileId=profile)
    ended, users = plan(cluster_cli, held)
    assert ended.code == 0
    assert (users["moved"]["action"], users["moved"]["changes"]) == ("none", [])
    assert [(each["field"], each["old"]) for each in users["moved"]["ignored"]] == [("routingProfileId", profile)]
    shown = cluster_cli("plan", "-n", held.namespace).out
    assert "routingProfileId: Night -> Basic Routing Profile  (left to Connect by ignoreDrift)" in shown


def test_drift_that_waits_for_its_window_is_an_update_that_says_when(
    cluster_cli: Cli, sim: SimControl, held: InCluster
) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%a")
    window = {"start": "10:00", "end": "11:00", "days": [tomorrow]}
    held.apply(an_instance(sim.instance, driftRepair={"timeZone": "UTC", "windows": [window]}))
    applied = held.apply(a_user("moved"))
    held.hold("moved")
    found = in_connect(sim, "moved", held.owner(applied))
    sim.edit_user(found["Id"], RoutingProfileId=sim.add_record("routing-profiles", name="Night")["id"])
    spec = parse_user(applied).spec
    assert spec is not None
    marks = digests(spec, {}, f"{applied['metadata']['uid']}/{found['Id']}")
    held.report("moved", "Available", userId=found["Id"], createdTime=WHEN, applied=marks)
    ended, users = plan(cluster_cli, held)
    assert (ended.code, users["moved"]["action"], users["moved"]["reason"]) == (2, "update", "DriftPending")
    assert [each["field"] for each in users["moved"]["changes"]] == ["routingProfileId"]
    assert f"{tomorrow} " in users["moved"]["message"]


def test_the_uid_counts_where_the_cluster_is_known(cluster_cli: Cli, support: SimControl, held: InCluster) -> None:
    held.apply(a_user("jdoe"))
    in_connect(support, "jdoe", f"{held.cluster_id}/former-uid/{held.namespace}/jdoe")
    ended, users = plan(cluster_cli, held)
    assert users["jdoe"]["reason"] == "UsernameTaken"
    assert json.loads(ended.out)["assumptions"] == [
        (
            f"the operator's owner tags begin with {held.cluster_id}, the UID of the namespace kube-system; "
            "where it is started with CONNECT_OPERATOR_CLUSTER_ID, set that here, too"
        ),
        "owners in namespaces that were not asked for are taken to exist",
    ]


@pytest.mark.parametrize("readable", [True, False], ids=["", "that cannot be read"])
def test_a_reference_that_was_exchanged_is_judged_where_the_user_lives(
    cluster_cli: Cli, support: SimControl, held: InCluster, *, readable: bool
) -> None:
    other = support.add_instance(region="us-east-1")["arn"]
    held.apply(an_instance(other, name=f"other-{other[-8:]}"))
    applied = held.apply(a_user("jdoe", instanceRef=None, instanceId=other))
    held.hold("jdoe")
    found = in_connect(support, "jdoe", held.owner(applied))
    home = found["Arn"].partition("/agent/")[0]
    held.report("jdoe", "Available", userId=found["Id"], instanceArn=home, createdTime=WHEN)
    if not readable:
        match = {"InstanceId": f"*{home[-36:]}"}
        support.fault("error", "ListUsers", code="AccessDeniedException", status=403, times=None, match=match)
    _, users = plan(cluster_cli, held)
    told = users["jdoe"]
    if readable:
        assert told["reason"] == "ImmutableField"
        assert "put spec.instanceRef: {name: support} in place of spec.instanceId" in told["message"]
    else:
        assert (told["action"], told["reason"]) == ("blocked", "PermissionDenied")


def test_a_cluster_id_that_is_given_is_not_assumed(cluster_cli: Cli, support: SimControl, held: InCluster) -> None:
    held.apply(a_user("jdoe"))
    in_connect(support, "jdoe")
    named = cluster_cli.with_environment(CONNECT_OPERATOR_CLUSTER_ID="mine")
    ended, _ = plan(named, held)
    assert not any("CONNECT_OPERATOR_CLUSTER_ID" in each for each in json.loads(ended.out)["assumptions"])


def test_what_was_verified_is_not_read_again(cluster_cli: Cli, support: SimControl, held: InCluster) -> None:
    applied = held.apply(a_user("jdoe"))
    held.hold("jdoe")
    made = in_connect(support, "jdoe", held.owner(applied))
    verified = {"generation": 1, "lastModifiedTime": "2999-01-01T00:00:00Z"}
    held.report("jdoe", "Available", userId=made["Id"], verified=verified)
    mark = support.journal_position()
    ended, _ = plan(cluster_cli, held)
    assert ended.code == 0
    assert "DescribeUser" not in {call.operation for call in support.journal(mark)}


@pytest.mark.usefixtures("support")
def test_a_user_who_was_deleted_in_connect_is_created_again(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(a_user("jdoe"))
    held.hold("jdoe")
    held.report("jdoe", "Available", userId="0f1e2d3c-0000-4000-8000-000000000009")
    _, users = plan(cluster_cli, held)
    assert users["jdoe"]["action"] == "create"


def test_the_deletion_guard_holds(cluster_cli: Cli, support: SimControl, held: InCluster) -> None:
    held.apply(an_instance(support.instance, deletionGuard={"maxPending": 0, "minPending": 1}))
    for name in ("one", "two"):
        applied = held.apply(a_user(name))
        held.hold(name)
        in_connect(support, name, held.owner(applied))
        held.delete(name)
    _, users = plan(cluster_cli, held)
    assert {user["reason"] for user in users.values()} == {"DeletionsPaused"}


def test_files_as_if_they_were_applied(cluster_cli: Cli, support: SimControl, held: InCluster) -> None:
    applied = held.apply(a_user("jdoe"))
    held.hold("jdoe")
    in_connect(support, "jdoe", held.owner(applied))
    in_connect(support, "colleague")
    files = [
        a_user("jdoe", held.namespace, identityInfo={"firstName": "Joan"}),
        a_user("fresh", held.namespace, username="jdoe"),
        a_user("colleague", held.namespace, adoptionPolicy="IfUnowned"),
    ]
    stream = "\n---\n".join(json.dumps(each) for each in files)
    ended, users = plan(cluster_cli, held, "-f", "-", stdin=stream)
    assert {name: (user["action"], user["reason"]) for name, user in users.items()} == {
        "jdoe": ("update", "Available"),
        "fresh": ("blocked", "UsernameTaken"),
        "colleague": ("adopt", "Available"),
    }
    [assumption] = json.loads(ended.out)["assumptions"]
    assert held.cluster_id in assumption


def test_a_cluster_that_does_not_answer_is_told_and_done_without(cli: Cli, sim: SimControl) -> None:
    nowhere = cli.with_environment(KUBERNETES_SERVICE_HOST="127.0.0.1", KUBERNETES_SERVICE_PORT="1")
    stream = "\n---\n".join(json.dumps(each) for each in (an_instance(sim.instance), a_user("jdoe")))
    ended = nowhere("plan", "-f", "-", stdin=stream)
    assert ended.code == 2
    assert "planning without the cluster: no usable Kubernetes configuration" in ended.err
    assert "Assumed: without the cluster" in ended.out
    assert "planning without" not in nowhere("plan", "-f", "-", "--offline", stdin=stream).err


def test_a_cluster_that_may_not_be_read(cli: Cli, cluster: LocalCluster, admin: ApiClient, namespace: str) -> None:
    CoreV1Api(admin).create_namespaced_service_account(namespace, {"metadata": {"name": "stranger"}})
    kubeconfig = cluster.kubeconfig_for_service_account(namespace, "stranger")
    stranger = cli.with_environment(KUBECONFIG=str(kubeconfig))
    for command in ("plan", "status"):
        ended = stranger(command)
        assert (ended.code, ended.out) == (1, "")
        assert "forbidden" in ended.err


@pytest.mark.parametrize(
    ("options", "guard", "expected"),
    [
        ((), {}, {"stays": "none", "leaver": "delete", "kept": "release", "other-team": "delete"}),
        (("--selector", "team=a"), {}, {"stays": "none", "leaver": "delete"}),
        (("-l", "team!=a"), {}, {"stays": "none", "kept": "release", "other-team": "delete"}),
        (
            (),
            {"maxPending": 0, "minPending": 0},
            {"stays": "none", "leaver": "blocked", "kept": "release", "other-team": "blocked"},
        ),
    ],
    ids=["all", "of a team", "of the others", "the guard pauses"],
)
def test_what_a_prune_would_delete(
    cluster_cli: Cli,
    sim: SimControl,
    held: InCluster,
    options: tuple[str, ...],
    guard: dict[str, int],
    expected: dict[str, str],
) -> None:
    held.apply(an_instance(sim.instance, deletionGuard=guard))
    for name in ("stays", "leaver", "kept", "other-team"):
        manifest = a_user(name, held.namespace, **({"deletionPolicy": "Retain"} if name == "kept" else {}))
        manifest["metadata"]["labels"] = {"team": "a" if name in ("stays", "leaver") else "b"}
        applied = held.apply(manifest)
        held.hold(name)
        in_connect(sim, name, held.owner(applied))
    file = json.dumps(a_user("stays", held.namespace))
    _, users = plan(cluster_cli, held, "-f", "-", "--prune", *options, stdin=file)
    assert {name: user["action"] for name, user in users.items()} == expected
    assert {user["reason"] for user in users.values() if user["action"] == "blocked"} <= {"DeletionsPaused"}


def test_who_becomes_inactive_or_active_again(cluster_cli: Cli, sim: SimControl, held: InCluster) -> None:
    sim.add_record("routing-profiles", name="Nobody")
    sim.add_record("security-profiles", name="No Access")
    inactive = {"securityProfileNames": ["No Access"], "routingProfileName": "Nobody"}
    held.apply(an_instance(sim.instance, inactive=inactive, waitForContacts="1h"))
    specs = {
        "leaver": {"state": "Inactive"},
        "released": {"deletionPolicy": "Deactivate"},
        "hired": {"activeFrom": "2099-01-01T00:00:00Z"},
    }
    for name, spec in specs.items():
        applied = held.apply(a_user(name, **spec))
        if name != "hired":
            held.hold(name)
            in_connect(sim, name, held.owner(applied))
    held.delete("released")
    ended, users = plan(cluster_cli, held)
    assert ended.code == 2
    assert {name: (user["action"], user["reason"]) for name, user in users.items()} == {
        "leaver": ("update", "Inactive"),
        "released": ("release", ""),
        "hired": ("none", "Scheduled"),
    }
    assert [change["field"] for change in users["leaver"]["changes"]] == ["securityProfileIds", "routingProfileId"]
    assert users["leaver"]["message"] == "inactive, since spec.state is Inactive"
    assert "tags[connect-operator.io/deactivated]" in {change["field"] for change in users["released"]["changes"]}
