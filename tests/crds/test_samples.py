"""Every sample is accepted as it is, by a server that is told to be strict about unknown and repeated fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.client import ApiClient

from .definitions import load_crd, schema_of
from .rest import DRY_RUN, Resource

SAMPLES = Path(__file__).parents[2] / "manifests" / "samples"
PATHS = {
    "ConnectInstance": "/apis/connect-operator.io/v1alpha1/connectinstances",
    "ConnectUser": "/apis/connect-operator.io/v1alpha1/namespaces/default/connectusers",
    "ConnectContactAssignment": "/apis/connect-operator.io/v1alpha1/namespaces/default/connectcontactassignments",
    "Secret": "/api/v1/namespaces/default/secrets",
    "RoleBinding": "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
}


def documents(file: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((SAMPLES / file).read_text()))


FILES = sorted(file.name for file in SAMPLES.glob("*.yaml"))
EVERYTHING = [document for file in FILES for document in documents(file)]


@pytest.mark.parametrize("file", FILES)
def test_a_sample_is_accepted(admin: ApiClient, file: str) -> None:
    for document in documents(file):
        Resource(api=admin, path=PATHS[document["kind"]]).create(document, DRY_RUN)


def test_samples_refer_to_each_other() -> None:
    """A newcomer applies the folder, and no reference hangs in the air."""
    names = {kind: {each["metadata"]["name"] for each in EVERYTHING if each["kind"] == kind} for kind in PATHS}
    for user in (each["spec"] for each in EVERYTHING if each["kind"] == "ConnectUser"):
        assert user["instanceRef"]["name"] in names["ConnectInstance"]
        reference = user.get("passwordSecretRef", {"name": "initial-password"})
        assert reference.get("generate") or reference["name"] in names["Secret"]
    for assignment in (each["spec"] for each in EVERYTHING if each["kind"] == "ConnectContactAssignment"):
        assert "instanceId" in assignment or assignment["instanceRef"]["name"] in names["ConnectInstance"]
        assert "userId" in assignment or assignment["userRef"]["name"] in names["ConnectUser"]


def test_no_two_samples_are_the_same_object() -> None:
    identities = [(each["kind"], each["metadata"]["name"]) for each in EVERYTHING]
    assert len(identities) == len(set(identities))


@pytest.mark.parametrize(
    ("plural", "file"),
    [
        ("connectusers", "connectuser-full.yaml"),
        ("connectinstances", "connectinstance-full.yaml"),
        ("connectcontactassignments", "connectcontactassignment-full.yaml"),
    ],
)
def test_the_full_sample_shows_every_field(plural: str, file: str) -> None:
    """As a field, or as a comment where another one excludes it."""
    text = (SAMPLES / file).read_text()
    fields = schema_of(load_crd(plural))["properties"]["spec"]["properties"]
    assert not [field for field in fields if f"\n  {field}:" not in text and f"\n  # {field}:" not in text]


def test_the_password_is_obviously_made_up() -> None:
    (secret,) = documents("password-secret.yaml")
    assert "Made-Up" in secret["stringData"]["password"]
