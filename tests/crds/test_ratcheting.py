"""A live object outlives any tightening of the rules at or below spec: status and finalizer can still be written.

The harshest tightening there is: in a copy of the kind, every rule, pattern, bound and enum below spec now refuses
everything. (Root rules and transition rules are exempt; why stands in test_schema.py.)
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from kubernetes.client import ApiClient

from .definitions import DEADLINE_SECONDS, KINDS, Schema, in_group, install, load_crd, schema_of, walk
from .manifests import API_VERSION, merged
from .rest import DRY_RUN, JSON_PATCH, MERGE_PATCH, Manifest, Refused, Resource, Write

SAMPLES = Path(__file__).parents[2] / "manifests" / "samples"
GROUP = "tightened.connect-operator.io"
FINALIZER = "connect-operator.io/user"
# Good before the tightening; but that a ConnectContactAssignment may not be edited at all.
EDITS = {
    "ConnectInstance": {"driftCheckInterval": "2m"},
    "ConnectUser": {"tags": {"team": "sales"}},
    "ConnectContactAssignment": {"contactId": "3d9f0a21-6e4c-4b88-8d52-e1b8c7f60543"},
}
STATUS = Write(manager="connect-operator", subresource="status")


class Live(NamedTuple):
    """A stored object whose kind has been tightened since."""

    resource: Resource
    manifest: Manifest


def tightened(crd: Manifest) -> Manifest:
    """The CRD with everything below spec refused from now on."""
    harsh = copy.deepcopy(crd)
    for node in walk(schema_of(harsh)["properties"]["spec"]):
        _tighten(node.schema)
    return harsh


def _tighten(schema: Schema) -> None:
    schema.pop("default", None)  # a default must itself be valid
    for rule in schema.get("x-kubernetes-validations", []):
        if "oldSelf" not in rule["rule"]:
            rule["rule"] = f"false && ({rule['rule']})"  # two equal rules would be one entry of the list
    if "enum" in schema:
        schema["enum"] = ["Tightened"]
    if "pattern" in schema:
        schema["pattern"] = "^tightened$"
    harshest = {
        "string": {"maxLength": 0, "minLength": 0},
        "integer": {"minimum": -2, "maximum": -1},
        "number": {"minimum": -2, "maximum": -1},
        "array": {"minItems": 0, "maxItems": 0},
    }
    schema |= harshest.get(schema.get("type", ""), {})
    if "maxProperties" in schema:
        schema["maxProperties"] = 0
    if "properties" in schema:
        schema["properties"]["newlyRequired"] = {"type": "string"}
        schema["required"] = [*schema.get("required", []), "newlyRequired"]


def full_sample(kind: str) -> Manifest:
    manifest: Manifest = yaml.safe_load((SAMPLES / f"{kind.lower()}-full.yaml").read_text())
    return manifest | {"apiVersion": API_VERSION.replace("connect-operator.io", GROUP)}


@pytest.fixture(params=KINDS)
def live(request: pytest.FixtureRequest, admin: ApiClient, namespace: str) -> Iterator[Live]:
    """A full object, stored under the real rules, which are then tightened."""
    crd = in_group(load_crd(request.param), GROUP)
    install(admin, crd)
    scope = f"namespaces/{namespace}/" if crd["spec"]["scope"] == "Namespaced" else ""
    resource = Resource(api=admin, path=f"/apis/{GROUP}/v1alpha1/{scope}{request.param}")
    manifest = full_sample(crd["spec"]["names"]["kind"])
    resource.create(merged(manifest, {"metadata": {"finalizers": [FINALIZER]}}))
    install(admin, tightened(crd))
    _wait_until_refused(resource, merged(manifest, {"metadata": {"name": "newcomer"}}))
    yield Live(resource, manifest)
    crds = Resource(api=admin, path="/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
    crds.delete(crd["metadata"]["name"])


def _wait_until_refused(resource: Resource, manifest: Manifest) -> None:
    """The API server takes a changed CRD up in its own time."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        try:
            resource.create(manifest, DRY_RUN)
        except Refused:
            return
        assert time.monotonic() < deadline, "the tightened kind still takes new objects"


def condition(message: str) -> dict[str, Any]:
    return {
        "type": "Ready",
        "status": "False",
        "reason": "InvalidSpec",
        "message": message,
        "observedGeneration": 1,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }


def test_a_live_object_goes_on(live: Live) -> None:
    name = live.manifest["metadata"]["name"]
    unchanged = live.resource.get(name)["spec"]

    status = {"status": {"observedGeneration": 1, "conditions": [condition("a rule was tightened")]}}
    assert live.resource.patch(name, status, MERGE_PATCH, STATUS)["status"] == status["status"]

    labelled = live.resource.patch(name, {"metadata": {"labels": {"team": "support"}}}, MERGE_PATCH)
    assert labelled["metadata"]["labels"] == {"team": "support"}

    with pytest.raises(Refused) as refused:
        live.resource.patch(name, {"spec": EDITS[live.manifest["kind"]]}, MERGE_PATCH, DRY_RUN)
    assert refused.value.code == 422  # what is edited must obey the new rules

    assert live.resource.get(name)["spec"] == unchanged
    live.resource.delete(name)
    removal = [
        {"op": "test", "path": "/metadata/finalizers/0", "value": FINALIZER},
        {"op": "remove", "path": "/metadata/finalizers/0"},
    ]
    live.resource.patch(name, removal, JSON_PATCH)
    assert live.resource.find(name) is None
