"""The whole way: import an instance, apply the manifests, and the operator tags the users and changes nothing else."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess
from local_stack.objects import is_ready

from .commands import FAST, Cli
from .in_cluster import InCluster
from .manifests import UNLIMITED
from .people import a_person

MANIFESTS = Path(__file__).parents[2] / "manifests"
COUNT = 24


def test_applying_an_import_tags_and_changes_nothing_else(
    cluster_cli: Cli, simulator: SimProcess, sim: SimControl, cluster: LocalCluster, held: InCluster
) -> None:
    sim.add_users(a_person(number) for number in range(COUNT))
    before = {user["Username"]: user for user in sim.users()}
    imported = cluster_cli("import", "--instance", sim.instance, "-n", held.namespace, *FAST)
    assert imported.code == 0, imported.err

    for name in ("namespace.yaml", "rbac.yaml"):
        cluster.apply_crds(MANIFESTS / name)
    kubeconfig = cluster.kubeconfig_for_service_account("connect-operator", "connect-operator")
    mark = sim.journal_position()
    with OperatorProcess(kubeconfig, simulator.env, arguments=["--namespace", held.namespace]):
        for document in imported.documents:
            if document["kind"] == "ConnectInstance":
                document["spec"]["apiRates"] = UNLIMITED
            held.apply(document)
        names = [document["metadata"]["name"] for document in imported.documents if document["kind"] == "ConnectUser"]
        for name in names:
            Objects(held.api).wait("ConnectUser", held.namespace, name, is_ready, timeout=60)
        writes = [
            call.operation for call in sim.journal(mark) if not call.operation.startswith(("Desc", "List", "Sear"))
        ]
        planned = cluster_cli("plan", "-n", held.namespace, "-o", "json")
        status = json.loads(cluster_cli("status", "-n", held.namespace, "-o", "json").out)

    assert Counter(writes) == {"TagResource": COUNT}
    after = {user["Username"]: user for user in sim.users()}
    changed = {name for name in before if _untagged(before[name]) != _untagged(after[name])}
    assert changed == set()
    assert (planned.code, json.loads(planned.out)["summary"]["none"]) == (0, COUNT)
    assert (status["users"]["ready"], status["stuck"]) == (COUNT, [])


def _untagged(user: dict[str, object]) -> dict[str, object]:
    tags = user["Tags"]
    assert isinstance(tags, dict)
    rest = {key: value for key, value in tags.items() if key != "connect-operator.io/owner"}
    return {name: value for name, value in user.items() if name != "LastModifiedTime"} | {"Tags": rest}
