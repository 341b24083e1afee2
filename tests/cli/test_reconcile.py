"""`reconcile`: the annotation, the wait for the operator's answer, and what is told when nobody answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kubernetes.client import ApiClient, CustomObjectsApi

from connect_sim.control_client import DEFAULT_INSTANCE

from .commands import Cli
from .in_cluster import InCluster, a_condition
from .manifests import a_user, an_instance

pytestmark = pytest.mark.cluster
GROUP, VERSION = "connect-operator.io", "v1alpha1"
REQUESTED = f"{GROUP}/reconcile-requested-at"


@contextmanager
def an_operator(admin: ApiClient, kind: str, namespace: str, name: str, reason: str) -> Iterator[None]:
    """Something that answers the annotation as the operator does, with a condition of that reason."""
    api: Any = CustomObjectsApi(admin)
    where = (GROUP, VERSION, namespace, kind, name) if namespace else (GROUP, VERSION, kind, name)
    read = api.get_namespaced_custom_object if namespace else api.get_cluster_custom_object
    write = api.patch_namespaced_custom_object_status if namespace else api.patch_cluster_custom_object_status
    stop = threading.Event()

    def answer() -> None:
        while not stop.wait(0.05):
            asked = read(*where)["metadata"].get("annotations", {}).get(REQUESTED)
            if asked:
                conditions = [a_condition(reason, "as found", 1)]
                write(*where, {"status": {"lastHandledReconcileAt": asked, "conditions": conditions}})
                return

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize(("reason", "code"), [("Available", 0), ("UsernameTaken", 2)])
def test_a_user_is_looked_at_and_told(
    reason: str, code: int, cluster_cli: Cli, admin: ApiClient, held: InCluster, namespace: str
) -> None:
    held.apply(a_user("ann", namespace))
    with an_operator(admin, "connectusers", namespace, "ann", reason):
        ended = cluster_cli("reconcile", "ann", "-n", namespace)
    assert ended.code == code, ended.err
    assert ended.out == f"ConnectUser {namespace}/ann: {reason}: as found\n"


def test_an_instance_is_swept(cluster_cli: Cli, admin: ApiClient, held: InCluster) -> None:
    held.apply(an_instance(DEFAULT_INSTANCE, "support"))
    with an_operator(admin, "connectinstances", "", "support", "Available"):
        ended = cluster_cli("reconcile", "--instance", "support")
    assert ended.code == 0, ended.err
    assert ended.out.startswith("ConnectInstance support: Available")


def test_a_second_request_is_another_one(cluster_cli: Cli, admin: ApiClient, held: InCluster, namespace: str) -> None:
    """The answer to an earlier request is none."""
    held.apply(a_user("ann", namespace))
    with an_operator(admin, "connectusers", namespace, "ann", "Available"):
        assert cluster_cli("reconcile", "ann", "-n", namespace).code == 0
    again = cluster_cli("reconcile", "ann", "-n", namespace, "--timeout", "1")
    assert again.code == 1


def test_nobody_answers(cluster_cli: Cli, held: InCluster, namespace: str) -> None:
    held.apply(a_user("ann", namespace))
    ended = cluster_cli("reconcile", "ann", "-n", namespace, "--timeout", "1")
    assert ended.code == 1
    assert f"nobody has acted on ConnectUser {namespace}/ann within 1 s; does the operator run" in ended.err


def test_what_is_not_there_is_told(cluster_cli: Cli, namespace: str) -> None:
    ended = cluster_cli("reconcile", "nobody", "-n", namespace)
    assert ended.code == 1
    assert f"there is no ConnectUser {namespace}/nobody" in ended.err


@pytest.mark.parametrize("arguments", [(), ("a", "--instance", "b"), ("a/b",)])
def test_a_wrong_command_line_ends_with_1(arguments: tuple[str, ...], cluster_cli: Cli) -> None:
    ended = cluster_cli("reconcile", *arguments)
    assert ended.code == 1
    assert "name one ConnectUser" in ended.err or "is no name of an object; write b -n a" in ended.err
