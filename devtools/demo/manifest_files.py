"""The manifests that the demonstration applies, as files that a person can apply as well; and their short form."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "manifests" / "samples"
DEMO = Path(__file__).resolve().parent / "manifests"
NAMESPACE = "default"
_CLUSTER_SCOPED = frozenset({"ConnectInstance"})

Manifest = dict[str, Any]


def read(path: Path) -> list[Manifest]:
    """The objects in a file, or in a folder's files in the order of their names, each with its namespace."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    objects = [each for file in files for each in yaml.safe_load_all(file.read_text(encoding="utf-8"))]
    return [_placed(each) for each in objects]


def _placed(manifest: Manifest) -> Manifest:
    if manifest["kind"] in _CLUSTER_SCOPED:
        return manifest
    return {**manifest, "metadata": {"namespace": NAMESPACE, **manifest["metadata"]}}


def shown_path(path: Path) -> str:
    """The path as a person in the project's folder types it; a folder ends with a slash."""
    return f"{path.relative_to(ROOT)}{'/' if path.is_dir() else ''}"


def without_comments(path: Path) -> str:
    """The file's text without the lines that only comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("#"))


def difference(before: Path, after: Path) -> str:
    """What changed from one file to the other, as a unified diff without its header; comments do not count."""
    lines = difflib.unified_diff(
        without_comments(before).splitlines(), without_comments(after).splitlines(), n=1, lineterm=""
    )
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))
