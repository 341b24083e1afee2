"""`plan` knows the Secrets of first passwords: of the files, and of the cluster where it may read them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connect_sim.control_client import SimControl

from .commands import Cli
from .in_cluster import InCluster
from .manifests import Manifest, a_user, an_instance


def planned(cli: Cli, *manifests: Manifest) -> tuple[str, str, str]:
    stream = "\n---\n".join(json.dumps(manifest) for manifest in manifests)
    ended = cli("plan", "-f", "-", "-o", "json", stdin=stream)
    [user] = json.loads(ended.out)["users"]
    return user["action"], user["reason"], user["message"]


def a_secret(name: str = "pw", namespace: str = "team-a", **members: Any) -> Manifest:  # noqa: ANN401 - JSON values
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": namespace}, **members}


def asking(key: str | None = None, namespace: str = "team-a") -> Manifest:
    return a_user("jdoe", namespace, passwordSecretRef={"name": "pw"} | ({"key": key} if key else {}))


@pytest.mark.parametrize(
    ("secret", "key", "told"),
    [
        ({"stringData": {"password": "Welcome-2026"}}, None, ("create", "", "")),
        ({"data": {"password": "V2VsY29tZS0yMDI2"}}, None, ("create", "", "")),
        ({"data": {"password": "ENC[AES256_GCM,data:x]"}}, None, ("create", "", "")),
        ({"stringData": {"password": "weak"}}, None, ("blocked", "InvalidSpec", "needs 8 to 64 characters")),
        ({"stringData": {"password": "Welcome-2026"}}, "pin", ("blocked", "ReferenceNotFound", "has no key 'pin'")),
        # As an editor on Windows ends a file; sixty-four characters fit, with the line break they would not.
        ({"stringData": {"password": "Aa1" + "x" * 61 + "\r\n"}}, None, ("create", "", "")),
    ],
    ids=["plain", "encoded", "encrypted", "weak", "another key", "line break"],
)
def test_a_secret_of_the_files(
    cli: Cli, sim: SimControl, secret: Manifest, key: str | None, told: tuple[str, str, str]
) -> None:
    action, reason, message = planned(cli, an_instance(sim.instance), a_secret(**secret), asking(key))
    assert (action, reason) == told[:2]
    assert told[2] in message
    assert "Welcome" not in message


def test_without_a_cluster_a_secret_may_be_there(cli: Cli, sim: SimControl) -> None:
    assert planned(cli, an_instance(sim.instance), asking())[0] == "create"


def test_a_secret_of_the_cluster(cluster_cli: Cli, sim: SimControl, held: InCluster) -> None:
    held.apply(an_instance(sim.instance))
    action, reason, message = planned(cluster_cli, asking(namespace=held.namespace))
    assert (action, reason) == ("blocked", "ReferenceNotFound")
    where = f"spec.passwordSecretRef: Secret {held.namespace}/pw"
    assert message == f"{where} does not exist; create it, or have it made (generate: true)"
    held.put_secret("pw", password="Welcome-2026", weak="abc")
    assert planned(cluster_cli, asking(namespace=held.namespace))[0] == "create"
    action, reason, message = planned(cluster_cli, asking("weak", held.namespace))
    assert (action, reason) == ("blocked", "InvalidSpec")
    assert "abc" not in message
