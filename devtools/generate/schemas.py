"""JSON schemas of the kinds, in the layout of the CRDs-catalog, for editors (yaml-language-server) and kubeconform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml


def file_name(definition: Path) -> Path:
    """``GROUP/KIND_VERSION.json``, in lower case."""
    spec = yaml.safe_load(definition.read_text())["spec"]
    return Path(spec["group"]) / f"{spec['names']['kind'].lower()}_{spec['versions'][0]['name']}.json"


def text(definition: Path) -> str:
    """The schema: objects with properties admit no others, as the API server does when it is strict."""
    spec = yaml.safe_load(definition.read_text())["spec"]
    schema = _strict(spec["versions"][0]["schema"]["openAPIV3Schema"], top=True)
    schema["properties"]["apiVersion"]["enum"] = [f"{spec['group']}/{spec['versions'][0]['name']}"]
    schema["properties"]["kind"]["enum"] = [spec["names"]["kind"]]
    schema["required"] = sorted({"apiVersion", "kind", "metadata", *schema.get("required", ())})
    return (
        json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", **schema}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _strict(schema: dict[str, Any], *, top: bool = False) -> dict[str, Any]:
    found = {key: value for key, value in schema.items() if not key.startswith("x-kubernetes-") or key in _KEPT}
    if found.pop("nullable", False):
        found["type"] = [found["type"], "null"]
    # OpenAPI says beside the limit that it is excluded, JSON Schema puts the limit there.
    for limit in ("Minimum", "Maximum"):
        if found.pop(f"exclusive{limit}", False):
            found[f"exclusive{limit}"] = found.pop(limit.lower())
    # "Whatever" of Kubernetes; JSON Schema says it by naming both.
    if found.get("x-kubernetes-int-or-string"):
        found |= {"type": ["integer", "string"]}
        found.pop("anyOf", None)
    found.pop("x-kubernetes-int-or-string", None)
    preserved = found.pop("x-kubernetes-preserve-unknown-fields", False)
    if "properties" in found:
        found["properties"] = {name: _strict(each) for name, each in found["properties"].items()}
        # metadata is described in so far as a rule of ours is about it.
        if not top and not preserved and "metadata" not in found["properties"]:
            found.setdefault("additionalProperties", False)
    if top:
        found["properties"]["metadata"].pop("additionalProperties", None)
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = _strict(found[key])
    return found


_KEPT = ("x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields")
