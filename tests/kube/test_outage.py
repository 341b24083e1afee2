"""The API server goes away and comes back: in a cluster of its own, since it hurts all who share one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection, Request
from connect_operator.kube.credentials import loader
from connect_operator.kube.watch import run_watch
from local_cluster import LocalCluster

from .objects import Objects
from .recording_sink import RecordingSink

CRDS = Path(__file__).parents[2] / "crds"


@pytest.fixture
def fragile() -> Iterator[LocalCluster]:
    with LocalCluster() as cluster:
        cluster.apply_crds(CRDS)
        yield cluster


async def test_watch_and_client_survive_an_outage(fragile: LocalCluster) -> None:
    load = loader({"KUBECONFIG": str(fragile.kubeconfig)})
    connection, sink = Connection(load), RecordingSink()
    with fragile.api_client() as client:
        objects = Objects(client, "default")
        objects.create_user("before")
        task = asyncio.create_task(run_watch(sink.controllers, load))
        await sink.until(lambda: ObjectKey("default", "before") in sink.users)

        await asyncio.to_thread(fragile.stop_api_server)
        with pytest.raises(ClusterUnavailableError):
            await connection.request(Request("GET", "/version"))
        await asyncio.to_thread(fragile.start_api_server)

        await connection.request(Request("GET", "/version"))
        objects.create_user("after")
        await sink.until(lambda: ObjectKey("default", "after") in sink.users, within=60)
        assert not task.done()
        task.cancel()
        await asyncio.wait([task])
    await connection.close()
