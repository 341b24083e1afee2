"""The objects that Argo CD itself needs in a cluster: kinds, configuration, the cluster's credentials, a project."""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path
from typing import Any

import yaml

from local_argocd.servers import NAMESPACE

OUR_CONFIGURATION = Path(__file__).parents[2] / "manifests" / "argocd" / "argocd-cm.yaml"
_ANY_KIND = [{"group": "*", "kind": "*"}]


def objects(upstream: Path, server: str, kubeconfig: Path) -> list[dict[str, Any]]:
    """Everything but the kinds. ``upstream`` holds Argo CD's own files, ``kubeconfig`` is what it acts with."""
    user, cluster = _credentials(kubeconfig)
    config = {
        "bearerToken": user["token"],
        "tlsClientConfig": {"caData": _base64(Path(cluster["certificate-authority"]).read_bytes())},
    }
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
        _configuration(upstream / "argocd-cm.yaml"),
        _secret("argocd-secret", {"server.secretkey": secrets.token_hex()}, {}),
        _secret(
            "cluster-local",
            {"name": "local", "server": server, "config": json.dumps(config)},
            {"argocd.argoproj.io/secret-type": "cluster"},
        ),
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "AppProject",
            "metadata": {"name": "default", "namespace": NAMESPACE},
            "spec": {
                "sourceRepos": ["*"],
                "destinations": [{"namespace": "*", "server": "*"}],
                "clusterResourceWhitelist": _ANY_KIND,
            },
        },
    ]


def _configuration(upstream: Path) -> dict[str, Any]:
    """Argo CD's own ConfigMap with our patch, as docs/argocd.md says to apply it."""
    own: dict[str, Any] = yaml.safe_load(upstream.read_text())
    ours = yaml.safe_load(OUR_CONFIGURATION.read_text())
    own["metadata"]["namespace"] = NAMESPACE
    own["data"] |= ours["data"]
    return own


def _secret(name: str, data: dict[str, str], labels: dict[str, str]) -> dict[str, Any]:
    labels = {"app.kubernetes.io/part-of": "argocd", **labels}
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels}
    encoded = {key: _base64(value.encode()) for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded}


def _credentials(kubeconfig: Path) -> tuple[dict[str, str], dict[str, str]]:
    content = yaml.safe_load(kubeconfig.read_text())
    return content["users"][0]["user"], content["clusters"][0]["cluster"]


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()
