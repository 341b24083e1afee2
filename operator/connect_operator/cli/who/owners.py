"""Which of the objects that owner tags name exist: a user whose object is gone is nobody's, whatever its tag says.

A tenant leaves such a user by deleting an object that is suspended or observes, or by taking its finalizer off.
"""

from __future__ import annotations

import os

from rich.console import Console

from connect_operator.cli import cluster
from connect_operator.cli.owners import Owners
from connect_operator.cli.terminal import printable

_NOT_KNOWN = "whether the objects that owner tags name still exist is not known"
UNKNOWN = Owners()
"""Without a cluster every owner is taken to exist."""


async def read_owners(console: Console, configured: str | None, *, asked: bool) -> Owners:
    """The owners of the cluster, if there is one; where they may not be listed, none counts as gone, and that is told.

    `asked`: who is unmanaged is asked for, so that it is told without a cluster, too.

    To be read after Connect: an object whose user is listed there was made before it.
    """
    if not cluster.is_configured(os.environ):
        if asked:
            console.print(f"{_NOT_KNOWN} without a cluster; set KUBECONFIG")
        return UNKNOWN
    try:
        async with cluster.connection(os.environ) as opened:
            cluster_id = await cluster.cluster_id(opened, configured)
            users = (await cluster.list_objects(opened)).users
    except cluster.ClusterError as error:
        console.print(printable(f"{_NOT_KNOWN}: {error}"))
        return UNKNOWN
    return Owners(cluster_id, frozenset(each.metadata.uid for each in users), namespaces=frozenset())
