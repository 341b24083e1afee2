"""The shipped roles are exactly what the operator needs: a life that uses every right, and is refused nothing.

Taking any verb away breaks this test twice: what the operator then asks for in vain is a 403, and what the roles grant
is more than what it used no longer. A verb that is added without need is found likewise.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.client import CoreV1Api, V1Namespace, V1ObjectMeta

from connect_sim.control_client import SimControl
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import Objects, OperatorProcess, let_generate_secrets, let_read_secrets
from local_stack.objects import is_ready

from .api_proxy import PASS, ApiProxy, Passing, Treatment
from .assignments import ContactDesk
from .conftest import ROOT, SERVICE_ACCOUNT
from .running import SETTINGS
from .stage import Stage, wait_for

Right = tuple[str, str, str]
NAMESPACE = "team-a"
USER = "system:serviceaccount:" + ":".join(SERVICE_ACCOUNT)


def granted() -> set[Right]:
    """Verb, group and resource of every rule that is shipped, bound by default or by an administrator."""
    documents = yaml.safe_load_all((ROOT / "manifests" / "rbac.yaml").read_text())
    return {
        (verb, group, resource)
        for document in documents
        for rule in document.get("rules", ())
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }


def asked(cluster: LocalCluster) -> tuple[set[Right], list[str]]:
    """What the operator has used, and what was refused to it."""
    used, refused = set(), []
    for event in cluster.audit_events(user=USER):
        if not event.resource or event.group == "authorization.k8s.io":
            continue  # versions and discovery are everybody's
        right = (event.verb, event.group, "/".join(filter(None, (event.resource, event.subresource))))
        if event.code in {401, 403}:
            refused.append(f"{right} {event.namespace}/{event.name}")
        elif event.code < 300:
            used.add(right)
    return used, refused


class Races:
    """Refuses the first write of each kind once, as if somebody else had been faster: then it is read again."""

    def __init__(self) -> None:
        self.lost: set[str] = set()

    def __call__(self, passing: Passing) -> Treatment:
        kind = next((each for each in ("connectusers", "connectcontactassignments") if each in passing.path), "")
        if passing.method != "PATCH" or not kind or kind in self.lost:
            return PASS
        self.lost.add(kind)
        return Treatment(status=409)


@pytest.fixture
def stage(own_cluster: LocalCluster, simulator: SimProcess) -> Iterator[Stage]:
    """The ConnectInstance support and the namespace team-a, where the operator may read and make Secrets."""
    simulator.control.reset()
    simulator.control.unlimited()
    made = simulator.control.add_instance(id=str(uuid.uuid4()), region="sim-least")
    with own_cluster.api_client() as api:
        CoreV1Api(api).create_namespace(V1Namespace(metadata=V1ObjectMeta(name=NAMESPACE)))
        let_read_secrets(api, NAMESPACE)
        let_generate_secrets(api, NAMESPACE)
        sim = SimControl(simulator.url, instance=made["id"])
        yield Stage(own_cluster, Objects(api), sim, NAMESPACE, "support", made["arn"])


def live(stage: Stage) -> None:
    """Everything that an operator ever does to Kubernetes, by what people ask of it."""
    reference: dict[str, Any] = {"name": "ada-first", "generate": True, "deleteAfter": "1s"}
    stage.apply_instance()
    stage.apply_user("ada", passwordSecretRef=reference)
    stage.wait_ready("ada")
    stage.wait_event("ada", "PasswordSecretDeleted")
    for profile in ("Admin", "Agent", "Admin"):
        # The same edit twice: its Event is counted up.
        stage.apply_user("ada", passwordSecretRef=reference, securityProfileNames=[profile])
        stage.wait_ready("ada")
    wait_for(lambda: any(each.get("count", 1) > 1 for each in stage.events("ada")), "an Event that is counted up")
    desk = ContactDesk.at(stage)
    desk.apply("hand", desk.queue(), userId=None, userRef={"name": "ada"}, ttlSecondsAfterFinished=1)
    desk.wait_gone("hand")
    stage.delete_user("ada")
    stage.wait_gone("ada")
    stage.objects.delete("ConnectInstance", None, stage.instance)
    stage.wait_instance(lambda found: found is None)


def test_the_shipped_roles_are_used_to_the_last_verb_and_suffice(
    own_cluster: LocalCluster, simulator: SimProcess, stage: Stage, tmp_path: Path
) -> None:
    lease = {"CONNECT_OPERATOR_LEADER_ELECTION": "true", "CONNECT_OPERATOR_LEASE_NAMESPACE": SERVICE_ACCOUNT[0]}
    # As shipped: without a name for the cluster, which it then reads.
    settings = {name: value for name, value in SETTINGS.items() if name != "CONNECT_OPERATOR_CLUSTER_ID"}
    kubeconfig = own_cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    environment = {**simulator.env, **settings, **lease}
    with ApiProxy(kubeconfig, tmp_path, treat=Races()) as proxy, OperatorProcess(proxy.kubeconfig, environment) as one:
        live(stage)
        assert one.stop() == 0
    used, refused = asked(own_cluster)
    assert refused == []
    assert sorted(used) == sorted(granted())


def test_an_instance_stays_ready_under_the_shipped_roles(own_stage: Stage) -> None:
    own_stage.wait_instance(is_ready)
    _, refused = asked(own_stage.cluster)
    assert refused == []
