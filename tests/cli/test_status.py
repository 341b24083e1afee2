"""`status`: at a glance, in JSON, and watched."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import time

import pytest
import yaml
from kubernetes.client import ApiClient, CoreV1Api, RbacAuthorizationV1Api

from local_cluster import LocalCluster

from .commands import Cli
from .golden import assert_golden
from .in_cluster import WHEN, InCluster
from .manifests import a_user, an_assignment, an_instance

ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
LONG = (
    "UpdateUserIdentityInfo failed: InvalidParameterException: the e-mail address is used by another user of this "
    "instance; choose another (request 1234)"
)


@pytest.fixture
def team(held: InCluster) -> InCluster:
    """An instance with a user in every state."""
    held.apply(an_instance(ID, "support"))
    held.apply(an_instance("0f1e2d3c-0000-4000-8000-000000000002", "wrong"))
    users = {"total": 212, "managed": 4, "ready": 1, "unmanaged": 208, "drifted": 1}
    backlog = {"pending": 2, "estimatedCompletionTime": "2020-01-01T00:00:00Z"}
    held.report_instance("support", "Available", identityManagementType="CONNECT_MANAGED", users=users, backlog=backlog)
    held.report_instance("wrong", "ReferenceNotFound", "DescribeInstance failed: ResourceNotFoundException: no such")
    for name, reason, message in (
        ("ready", "Available", "Connect holds what the manifest asks"),
        ("waits", "WaitingForQuota", "waits for its turn"),
        ("wrong", "InvalidSpec", LONG),
        ("taken", "UsernameTaken", "username 'taken' is taken"),
    ):
        held.apply(a_user(name))
        held.report(name, reason, message)
    held.apply(a_user("unseen"))
    for name, phase, reason, message in (
        ("handed-over", "Assigned", "Assigned", "handed contact 2c8e9f10 to user 7d1f"),
        ("no-user", "Pending", "ReferenceNotFound", "spec.userRef: ConnectUser team-a/jdoe does not exist"),
        ("late", "Failed", "InvalidSpec", "AssociateContactWithUser failed: InvalidRequestException: no queue"),
    ):
        held.apply(an_assignment(name))
        held.report_assignment(name, phase, reason, message)
    return held


def anonymous(text: str, held: InCluster) -> str:
    """Less what differs from run to run: the namespace (kept as wide) and ages."""
    aged = re.sub(r"\b\d+[smhd]\b", lambda match: "AGE".ljust(len(match.group())), text)
    return aged.replace(held.namespace, "n" * 12)


def test_at_a_glance(cluster_cli: Cli, team: InCluster) -> None:
    ended = cluster_cli("status", "-n", team.namespace)
    assert ended.code == 0
    lines = [re.sub(r" {2,}", "  ", line) for line in anonymous(ended.out, team).splitlines()]
    assert_golden("\n".join(lines) + "\n", "status.txt")


def test_columns_line_up(cluster_cli: Cli, team: InCluster) -> None:
    lines = cluster_cli("status", "-n", team.namespace).out.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("NAMESPACE/NAME"))
    table = lines[begin : begin + 3]
    assert (
        len({line.index(word) for line, word in zip(table, ("REASON", "UsernameTaken", "InvalidSpec"), strict=True)})
        == 1
    )


def test_a_pipe_gets_messages_in_full(cluster_cli: Cli, team: InCluster) -> None:
    for output in ("text", "wide"):
        assert LONG in cluster_cli("status", "-n", team.namespace, "-o", output).out


def test_json(cluster_cli: Cli, team: InCluster) -> None:
    document = json.loads(cluster_cli("status", "-n", team.namespace, "-o", "json").out)
    assert yaml.safe_load(cluster_cli("status", "-n", team.namespace, "-o", "yaml").out) == document
    assert document["users"] == {
        "total": 5,
        "ready": 1,
        "reconciling": 2,
        "stuck": 2,
        "reasons": {"(not seen yet)": 1, "Available": 1, "InvalidSpec": 1, "UsernameTaken": 1, "WaitingForQuota": 1},
    }
    assert [(each["name"], each["reason"]) for each in document["stuck"]] == [
        ("taken", "UsernameTaken"),
        ("wrong", "InvalidSpec"),
    ]
    assignments = document["assignments"]
    assert (assignments["total"], assignments["phases"]) == (3, {"Assigned": 1, "Failed": 1, "Pending": 1})
    assert assignments["failed"] == [
        {
            "namespace": team.namespace,
            "name": "late",
            "reason": "InvalidSpec",
            "message": "AssociateContactWithUser failed: InvalidRequestException: no queue",
            "since": WHEN,
        }
    ]
    [support] = [each for each in document["instances"] if each["name"] == "support"]
    assert (support["users"], support["unmanaged"], support["objects"], support["pending"]) == (212, 208, 5, 2)


def test_an_edit_that_was_not_seen_yet_goes_on(cluster_cli: Cli, team: InCluster) -> None:
    team.apply(a_user("wrong", suspend=True))
    document = json.loads(cluster_cli("status", "-n", team.namespace, "-o", "json").out)
    assert [each["name"] for each in document["stuck"]] == ["taken"]


def test_without_a_cluster(cli: Cli) -> None:
    ended = cli("status")
    assert (ended.code, ended.out) == (1, "")
    assert "set KUBECONFIG" in ended.err


def test_watching_takes_no_format(cluster_cli: Cli) -> None:
    ended = cluster_cli("status", "--watch", "-o", "json")
    assert ended.code == 1
    assert "--watch prints text" in ended.err


def wait_for_output(process: subprocess.Popen[str], text: str, deadline: float = 30.0) -> str:
    """Read standard output until the text is there."""
    assert process.stdout is not None
    seen, end = "", time.monotonic() + deadline
    while text not in seen:
        left = end - time.monotonic()
        assert left > 0, f"{text!r} is not in {seen!r}"
        if select.select([process.stdout], [], [], left)[0]:
            seen += os.read(process.stdout.fileno(), 65536).decode()
    return seen


def test_watching_through_a_pipe_tells_what_changes(cluster_cli: Cli, team: InCluster) -> None:
    with cluster_cli.start("status", "--watch", "-n", team.namespace) as process:
        first = wait_for_output(process, "UsernameTaken: username 'taken' is taken\n")
        assert "1 of 5 ready, 2 going on, 2 stuck" in first
        team.report("waits", "Available")
        second = wait_for_output(process, "2 of 5 ready")
        assert "UsernameTaken" not in second
        assert "\x1b" not in first + second
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_watching_on_a_terminal_draws_over(cluster_cli: Cli, team: InCluster) -> None:
    with cluster_cli.terminal("status", "--watch", "-n", team.namespace) as screen:
        shown = screen.wait_for("UsernameTaken")
        assert "1 of 5 ready" in shown
        assert "━" in shown
        screen.interrupt()
        assert screen.ended() == 0


def test_status_of_users_needs_no_right_on_assignments(
    cli: Cli, cluster: LocalCluster, admin: ApiClient, namespace: str
) -> None:
    core, rbac = CoreV1Api(admin), RbacAuthorizationV1Api(admin)
    core.create_namespaced_service_account(namespace, {"metadata": {"name": "reader"}})
    rule = {"apiGroups": ["connect-operator.io"], "resources": ["connectusers", "connectinstances"], "verbs": ["list"]}
    rbac.create_cluster_role({"metadata": {"name": namespace}, "rules": [rule]})
    subject = {"kind": "ServiceAccount", "name": "reader", "namespace": namespace}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": namespace}
    rbac.create_cluster_role_binding({"metadata": {"name": namespace}, "roleRef": role, "subjects": [subject]})
    reader = cli.with_environment(KUBECONFIG=str(cluster.kubeconfig_for_service_account(namespace, "reader")))
    ended = reader("status")
    assert ended.code == 0
    assert "ConnectContactAssignments: not shown" in ended.out
    assert json.loads(reader("status", "-o", "json").out)["assignments"] is None
