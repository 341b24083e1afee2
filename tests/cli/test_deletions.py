"""`confirm-deletions` and `keep-deletions`: the two ways out of a paused wave."""

from __future__ import annotations

from typing import Any

from local_stack import Objects

from .commands import Cli
from .in_cluster import InCluster
from .manifests import a_user, an_instance

ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
CONFIRM = "connect-operator.io/confirm-deletions"


def going(held: InCluster, *names: str, **spec: Any) -> None:  # noqa: ANN401 - JSON values
    """Objects under deletion, with the operator's finalizer."""
    for name in names:
        held.apply(a_user(name, **spec))
        held.hold(name)
        held.report(name, "DeletionsPaused", userId=f"id-of-{name}")
        held.delete(name)


def annotation(held: InCluster) -> str | None:
    found = Objects(held.api).get("ConnectInstance", None, "support") or {}
    value: str | None = (found["metadata"].get("annotations") or {}).get(CONFIRM)
    return value


def policy(held: InCluster, name: str) -> str:
    found = Objects(held.api).get("ConnectUser", held.namespace, name) or {}
    return str(found["spec"].get("deletionPolicy", "Delete"))


def test_confirming_says_whom_it_lets_go(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID))
    going(held, "ada", "bob")
    held.apply(a_user("carol"))
    ended = cluster_cli("confirm-deletions", "support")
    assert (ended.code, ended.err) == (0, "")
    assert annotation(held) == "true"
    lines = ended.out.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["OBJECT", "USERNAME", "USER-ID"],
        [f"{held.namespace}/ada", "ada", "id-of-ada"],
        [f"{held.namespace}/bob", "bob", "id-of-bob"],
    ]
    assert "deletes 2 users of ConnectInstance support" in ended.out
    assert f"kubectl annotate connectinstance support {CONFIRM}-" in ended.out


def test_who_is_only_locked_out_is_told_apart(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID))
    going(held, "ada", deletionPolicy="Deactivate")
    assert "deactivates 1 user of ConnectInstance support" in cluster_cli("confirm-deletions", "support").out
    going(held, "bob", "carol")
    ended = cluster_cli("confirm-deletions", "support")
    assert "deletes 2 users and deactivates 1 user of ConnectInstance support" in ended.out


def test_confirming_again_covers_what_came_since(cluster_cli: Cli, held: InCluster) -> None:
    """The API server notes the time anew only when the value changes."""
    held.apply(an_instance(ID))
    going(held, "ada")
    Objects(held.api).patch("ConnectInstance", None, "support", {"metadata": {"annotations": {CONFIRM: "true"}}})
    assert cluster_cli("confirm-deletions", "support").code == 0
    found = Objects(held.api).get("ConnectInstance", None, "support") or {}
    managers = [
        each["manager"]
        for each in found["metadata"]["managedFields"]
        if f"f:{CONFIRM}" in each["fieldsV1"].get("f:metadata", {}).get("f:annotations", {})
    ]
    assert managers == ["connect-operator-cli"]


def test_nothing_is_confirmed_where_nothing_waits(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID))
    held.apply(a_user("carol"))
    going(held, "dave", deletionPolicy="Retain")
    ended = cluster_cli("confirm-deletions", "support")
    assert ended.code == 0
    assert "nothing to confirm" in ended.out
    assert annotation(held) is None


def test_keeping_sets_retain_on_what_is_being_deleted_and_on_nothing_else(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID))
    going(held, "ada")
    going(held, "bob", instanceRef=None, instanceId=ID)
    going(held, "dave", managementPolicy="Observe")
    held.apply(a_user("carol"))
    ended = cluster_cli("keep-deletions", "support", "-n", held.namespace)
    assert (ended.code, ended.err) == (0, "")
    assert {name: policy(held, name) for name in ("ada", "bob", "carol", "dave")} == {
        "ada": "Retain",
        "bob": "Retain",
        "carol": "Delete",
        "dave": "Delete",
    }
    rows = {line.split()[1]: line for line in ended.out.splitlines()[1:4]}
    assert "kept: deletionPolicy is Retain now" in rows["ada"]
    assert "stays: observed only" in rows["dave"]
    assert "3 users of ConnectInstance support not deleted" in ended.out
    again = cluster_cli("keep-deletions", "support")
    assert again.code == 0
    assert again.out.count("stays: deletionPolicy Retain already") == 2


def test_keeping_where_nothing_is_deleted(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID))
    ended = cluster_cli("keep-deletions", "support")
    assert ended.code == 0
    assert "nothing to keep" in ended.out


def test_keeping_in_one_namespace_says_nothing_of_the_others(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID))
    ended = cluster_cli("keep-deletions", "support", "-n", "elsewhere", "-n", "far")
    assert (ended.code, ended.out) == (
        0,
        "Nothing is being deleted in ConnectInstance support in namespaces elsewhere, far: there is nothing to keep.\n",
    )


def test_an_instance_that_does_not_exist(cluster_cli: Cli, held: InCluster) -> None:
    held.apply(an_instance(ID))
    for command in ("confirm-deletions", "keep-deletions"):
        ended = cluster_cli(command, "sales")
        assert ended.code == 1
        assert "there is no ConnectInstance 'sales' in this cluster; there are: support" in ended.err


def test_who_may_not_is_told(cli: Cli) -> None:
    ended = cli.with_environment(KUBECONFIG="/nonexistent")("confirm-deletions", "support")
    assert ended.code == 1
    assert ended.err.startswith("Error: ")
