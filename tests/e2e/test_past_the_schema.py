"""Manifests that no schema has judged: a definition without one lets everything through, as an older one may have.

Three hundred objects whose members are cut, swapped and stuffed at random; one among them is as it should be. Their
statuses are stuffed likewise. The seed stands in the test's name; what fails can be played again.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml
from kubernetes.client import AdmissionregistrationV1Api, ApiException, ApiextensionsV1Api, CustomObjectsApi

from local_cluster import LocalCluster
from local_stack import OperatorProcess
from local_stack.objects import is_ready

from .conftest import ROOT
from .manifests import PASSWORD, a_connect_user
from .running import bugs_in
from .stage import Stage, wait_for

pytestmark = pytest.mark.timeout(900)

COUNT = 300
PATIENCE = 240.0
GROUP = ("connect-operator.io", "v1alpha1")
PLURALS = {"ConnectUser": "connectusers", "ConnectInstance": "connectinstances"}
PROBE = {"apiVersion": "/".join(GROUP), "kind": "ConnectUser", "spec": -3}
ODD: tuple[Any, ...] = (
    None,
    "",
    " ",
    "x" * 5000,
    "\u202ea\u0007",
    "\u0000",
    0,
    -1,
    2**63 - 1,
    1.5,
    True,
    [],
    {},
    [None],
    [[["a"]]],
    {"a": {"b": {"c": None}}},
    "arn:aws:connect:us-east-1:123456789012:instance/i-1",
    "24h",
    "999999999h",
    "2027-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0000-00-00T00:00:00Z",
)
STATUS = {
    "observedGeneration": 1,
    "userId": "11111111-2222-3333-4444-555555555555",
    "userArn": "a",
    "instanceArn": "arn:aws:connect:us-east-1:123456789012:instance/i-1",
    "createdTime": "2026-01-01T00:00:00Z",
    "verified": True,
    "conditions": [
        {"type": "Ready", "status": "True", "reason": "Available", "message": "", "lastTransitionTime": "x"}
    ],
    "plan": ["a"],
    "ignored": ["b"],
    "applied": {"routingProfile": "x"},
    "passwordSecret": {"uid": "u", "resourceVersion": "1"},
    "lastHandledReconcileAt": "now",
    "contactsAwaitedSince": "2026-01-01T00:00:00Z",
    "backlog": {"pending": 1},
}


def break_up(value: Any, chance: random.Random, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
    """The value with members cut, swapped, doubled and stuffed."""
    if chance.random() < 0.08 + 0.05 * depth:
        return copy.deepcopy(chance.choice(ODD))
    if isinstance(value, dict):
        broken = {key: break_up(each, chance, depth + 1) for key, each in value.items() if chance.random() > 0.07}
        if chance.random() < 0.1:
            broken[chance.choice(["a b", "Name", "spec", "x" * 300])] = copy.deepcopy(chance.choice(ODD))
        return broken
    if isinstance(value, list):
        return [break_up(each, chance, depth + 1) for each in value for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    return value


def without_schema(cluster: LocalCluster) -> None:
    """Every object and every status is taken from now on, whoever writes it."""
    anything = {"x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": anything, "status": anything}}}
    with cluster.api_client() as api:
        AdmissionregistrationV1Api(api).delete_collection_validating_admission_policy_binding()
        for plural in PLURALS.values():
            raw = yaml.safe_load((ROOT / "crds" / f"{plural}.yaml").read_text(encoding="utf-8"))
            for version in raw["spec"]["versions"]:
                version |= {"schema": schema, "selectableFields": None, "additionalPrinterColumns": None}
            ApiextensionsV1Api(api).patch_custom_resource_definition(raw["metadata"]["name"], raw)


def broken_objects(seed: int, stage: Stage) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Kind, object, status."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    samples = [
        document
        for file in sorted((ROOT / "manifests" / "samples").glob("*.yaml"))
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))
        if document and document["kind"] in PLURALS
    ]
    assert len(samples) > 3
    for number in range(COUNT):
        raw = copy.deepcopy(chance.choice(samples))
        if raw["kind"] == "ConnectUser" and chance.random() < 0.7:
            raw["spec"]["instanceRef"] = {"name": stage.instance}
        raw["metadata"] = {"name": f"broken-{number}", "annotations": {"connect-operator.io/reconcile": "now"}}
        raw["spec"] = break_up(raw["spec"], chance)
        yield raw["kind"], raw, break_up(STATUS, chance)


def place(kind: str, namespace: str) -> tuple[str, ...]:
    """How the client's functions call the scope, and their first arguments."""
    if kind == "ConnectUser":
        return ("namespaced", *GROUP, namespace, PLURALS[kind])
    return ("cluster", *GROUP, PLURALS[kind])


@pytest.mark.parametrize("seed", [1])
def test_broken_objects_stop_nobody(
    own_cluster: LocalCluster, own_stage: Stage, operator_here: OperatorProcess, seed: int
) -> None:
    without_schema(own_cluster)
    with own_cluster.api_client() as api:
        custom = CustomObjectsApi(api)

        def put(each: tuple[str, dict[str, Any], Any]) -> bool:
            kind, raw, status = each
            scope, *where = place(kind, own_stage.namespace)
            try:
                getattr(custom, f"create_{scope}_custom_object")(*where, raw)
                getattr(custom, f"patch_{scope}_custom_object_status")(
                    *where, raw["metadata"]["name"], {"status": status}
                )
            except ApiException as error:
                if raw["spec"] != PROBE["spec"]:
                    assert error.status in (400, 409, 422), error  # noqa: PT017 - what no API server can hold
                return False
            return True

        probes = ({**PROBE, "metadata": {"name": f"probe-{number}"}} for number in itertools.count())
        wait_for(lambda: put(("ConnectUser", next(probes), 1)), "the schema and the policies to be gone", PATIENCE)
        with ThreadPoolExecutor(8) as pool:
            taken = sum(pool.map(put, broken_objects(seed, own_stage)))
        assert taken > COUNT * 0.9

        own_stage.objects.apply(a_connect_user(own_stage.namespace, "good", own_stage.instance))
        own_stage.objects.wait("ConnectUser", own_stage.namespace, "good", is_ready, timeout=PATIENCE)
        assert operator_here.running

        def names(kind: str) -> list[str]:
            scope, *where = place(kind, own_stage.namespace)
            found = getattr(custom, f"list_{scope}_custom_object")(*where)["items"]
            return [each["metadata"]["name"] for each in found]

        assert len(names("ConnectUser")) > COUNT / 3
        _, *where = place("ConnectUser", own_stage.namespace)
        custom.delete_collection_namespaced_custom_object(*where)
        wait_for(lambda: not names("ConnectUser"), "every user to go", PATIENCE)
        for name in names("ConnectInstance"):
            custom.delete_cluster_custom_object(*GROUP, PLURALS["ConnectInstance"], name)
        wait_for(lambda: not names("ConnectInstance"), "every instance to go", PATIENCE)
    assert operator_here.running
    assert not bugs_in(operator_here.log)
    assert PASSWORD not in operator_here.log
