"""The names that a folder of an earlier import gave to people: who is there keeps its name, whoever comes and goes.

A name that is made anew from who is there today may change when somebody else joins or leaves. The object of that name
would then stand for another person, and pruning the former one would delete a user who has stayed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from connect_operator.cli.documents.chunks import chunks
from connect_operator.cli.documents.files import text_of
from connect_operator.domain.connect.arn import bare_id
from connect_operator.domain.rules.object_names import is_made_of


def former_names(folder: Path, namespace: str, instances: Collection[str]) -> dict[str, str]:
    """The object's name by username, of the manifests there that an import of these instances may have written."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml"), key=lambda each: (len(each.name), each.name)):
        manifest = read_manifest(path)
        if not isinstance(manifest, dict) or manifest.get("kind") != "ConnectUser":
            continue
        metadata, spec = manifest.get("metadata"), manifest.get("spec")
        if not isinstance(metadata, dict) or not isinstance(spec, dict):
            continue
        username = spec.get("username", path.stem)
        here = (metadata.get("name"), metadata.get("namespace", "default")) == (path.stem, namespace)
        if here and isinstance(username, str) and instance_of(spec) in instances and is_made_of(path.stem, username):
            found.setdefault(username, path.stem)
    return found


def read_manifest(path: Path) -> object:
    """The document in a file that exists; "" for what is no YAML document, or no file of text."""
    if not path.exists() and not path.is_symlink():
        return None
    try:
        documents = [chunk.content for chunk in chunks(text_of(path))]
    except (OSError, ValueError):
        return ""
    return documents[0] or "" if len(documents) == 1 else ""


def instance_of(spec: Mapping[str, Any]) -> str:
    """What a manifest says of its instance, an ARN and its ID being the same; "" for nothing that can be told."""
    wanted, reference = spec.get("instanceId"), spec.get("instanceRef")
    if isinstance(wanted, str):
        return bare_id(wanted)
    name = reference.get("name") if isinstance(reference, Mapping) else None
    return f"ConnectInstance {name}" if isinstance(name, str) else ""
