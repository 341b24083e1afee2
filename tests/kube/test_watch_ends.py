"""How the watch with kopf ends on the real API server: signals, tasks that are left, and what it is refused."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from kubernetes.client import ApiClient, CoreV1Api, RbacAuthorizationV1Api

from connect_operator.kube.credentials import LoadConfiguration, loader
from connect_operator.kube.watch import WatchEndedError, run_watch
from local_cluster import LocalCluster

from .objects import Objects
from .recording_sink import RecordingSink
from .watching import KINDS, knows, only, watching


async def test_signals_stay_ours_and_our_tasks_survive_it(load: LoadConfiguration, objects: Objects) -> None:
    loop, received = asyncio.get_running_loop(), asyncio.Event()
    sink, ready = RecordingSink(), asyncio.Event()

    def reclaim() -> None:
        loop.add_signal_handler(signal.SIGTERM, received.set)
        loop.remove_signal_handler(signal.SIGINT)
        ready.set()

    try:
        async with watching(sink, load, only(objects.namespace, reclaim_signals=reclaim)) as task:
            await asyncio.wait_for(ready.wait(), 20)
            ours = asyncio.create_task(asyncio.Event().wait())
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(received.wait(), 20)
            user = objects.create_user()
            await sink.until(knows(sink, user.key))
            assert not task.done()
        assert not ours.done()
        ours.cancel()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


async def test_no_signal_can_kill_the_process_while_its_handlers_are_taken_back(
    load: LoadConfiguration, objects: Objects
) -> None:
    """Between the removal of a handler and the next one, Python does what it does by default: SIGTERM kills."""
    loop, numbers = asyncio.get_running_loop(), (signal.SIGTERM, signal.SIGINT)
    before: dict[signal.Signals, object] = {}
    taken = asyncio.Event()

    def reclaim() -> None:
        before.update((number, signal.getsignal(number)) for number in numbers)
        for number in numbers:
            loop.add_signal_handler(number, lambda: None)
        taken.set()

    try:
        async with watching(RecordingSink(), load, only(objects.namespace, reclaim_signals=reclaim)):
            await asyncio.wait_for(taken.wait(), 120)
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
    assert before[signal.SIGTERM] is not signal.SIG_DFL
    assert before[signal.SIGINT] is not signal.default_int_handler


async def test_it_leaves_no_task_behind(load: LoadConfiguration, objects: Objects) -> None:
    before = asyncio.all_tasks()
    sink = RecordingSink()
    async with watching(sink, load, only(objects.namespace)):
        user = objects.create_user()
        await sink.until(knows(sink, user.key))
    left = asyncio.all_tasks() - before
    if left:
        await asyncio.wait(left, timeout=60)
    assert asyncio.all_tasks() - before == set()


async def test_one_that_ends_while_it_looks_for_the_kinds_leaves_nothing_behind(load: LoadConfiguration) -> None:
    """As when something else ends the process at its start; a request left behind would find its session closed."""
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    before = asyncio.all_tasks()
    task = asyncio.create_task(run_watch(RecordingSink().controllers, load))
    async with asyncio.timeout(120):
        while not any("_read_version" in repr(each) for each in asyncio.all_tasks()):  # noqa: ASYNC110 - kopf tells nobody
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    left = asyncio.all_tasks() - before
    if left:
        await asyncio.wait(left, timeout=60)
    gc.collect()
    assert complaints == []
    assert asyncio.all_tasks() - before == set()


async def test_credentials_that_are_refused_end_it(cluster: LocalCluster, tmp_path: Path, objects: Objects) -> None:
    forged = tmp_path / "kubeconfig"
    text = cluster.kubeconfig_for("developer").read_text(encoding="utf-8")
    forged.write_text("\n".join("    token: forged" if "token:" in line else line for line in text.splitlines()))
    watch = run_watch(RecordingSink().controllers, loader({"KUBECONFIG": str(forged)}), only(objects.namespace))
    with pytest.raises(WatchEndedError):
        await asyncio.wait_for(watch, 60)


async def test_no_configuration_ends_it(tmp_path: Path) -> None:
    load = loader({"KUBECONFIG": str(tmp_path / "absent")})
    with pytest.raises(WatchEndedError, match="set KUBECONFIG"):
        await asyncio.wait_for(run_watch(RecordingSink().controllers, load), 60)


@pytest.mark.parametrize("forbidden", KINDS)
async def test_missing_rights_end_it(
    cluster: LocalCluster, admin: ApiClient, objects: Objects, monkeypatch: pytest.MonkeyPatch, forbidden: str
) -> None:
    # Only one of the kinds is forbidden: the watchers of the others must not be left behind.
    account = allowed(admin, objects.namespace, [plural for plural in KINDS if plural != forbidden])
    monkeypatch.setattr("connect_operator.kube.watch.ERROR_BACKOFFS", (0.01,))
    load = loader({"KUBECONFIG": str(cluster.kubeconfig_for_service_account(objects.namespace, account))})
    with pytest.raises(WatchEndedError, match=rf"{forbidden}.* is forbidden"):
        await asyncio.wait_for(run_watch(RecordingSink().controllers, load, only(objects.namespace)), 60)
    assert asyncio.all_tasks() == {asyncio.current_task()}


def allowed(admin: ApiClient, namespace: str, plurals: list[str]) -> str:
    """A new ServiceAccount of that namespace that may watch these kinds."""
    rbac, metadata = RbacAuthorizationV1Api(admin), {"name": namespace}
    CoreV1Api(admin).create_namespaced_service_account(namespace, {"metadata": metadata})
    rule = {"apiGroups": ["connect-operator.io"], "resources": plurals, "verbs": ["list", "watch"]}
    rbac.create_cluster_role({"metadata": metadata, "rules": [rule]})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": namespace}
    subject = {"kind": "ServiceAccount", "namespace": namespace, "name": namespace}
    rbac.create_cluster_role_binding({"metadata": metadata, "roleRef": role, "subjects": [subject]})
    return namespace


def test_one_that_ends_while_it_takes_a_list_in_closes_what_it_reads_from(
    load: LoadConfiguration, objects: Objects
) -> None:
    """Cancelled between two objects, kopf leaves its stream to whoever ends the event loop, who closes it twice."""
    for number in range(30):
        objects.create_user(f"user-{number}")
    complaints: list[dict[str, Any]] = []

    async def end_at_the_first_object() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))

        class Ending(RecordingSink):
            def react(self, subject: Any) -> None:  # noqa: ANN401, ARG002 - an object of any kind
                task.cancel()

        task = asyncio.create_task(run_watch(Ending().controllers, load, only(objects.namespace)))
        await asyncio.wait([task])
        assert task.cancelled()

    for _ in range(10):
        asyncio.run(end_at_the_first_object())
        gc.collect()
    assert complaints == []
