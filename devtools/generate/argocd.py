"""Argo CD's ConfigMap, from Lua files in the layout of Argo CD's own repository."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

_HEAD = """\
# Made by `make generate` from resource_customizations/, which has the layout of Argo CD's own repository.
# How Argo CD tells the health of these kinds, and what its menu offers: a patch of Argo CD's own ConfigMap.
#   kubectl -n argocd patch configmap argocd-cm --patch-file manifests/argocd/argocd-cm.yaml
# or in the kustomization of your Argo CD:   patches: [{path: argocd-cm.yaml}]
# Of Lua's libraries Argo CD loads neither string nor math. docs/argocd.md tells the rest.
apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
data:
"""


def config_map(folder: Path) -> str:
    """The ConfigMap of what is in the folder's ``resource_customizations/GROUP/KIND``."""
    parts = []
    for kind in sorted((folder / "resource_customizations").glob("*/*")):
        name = f"{kind.parent.name}_{kind.name}"
        parts.append(_entry(f"resource.customizations.health.{name}", (kind / "health.lua").read_text()))
        if (kind / "actions").is_dir():
            parts.append(_entry(f"resource.customizations.actions.{name}", _actions(kind / "actions")))
    return _HEAD + "\n".join(parts)


def _entry(key: str, text: str) -> str:
    return f"  {key}: |\n{indent(text, ' ' * 4)}"


def _actions(folder: Path) -> str:
    """YAML within YAML, as Argo CD has it."""
    lines = ["discovery.lua: |\n", indent((folder / "discovery.lua").read_text(), "  "), "definitions:\n"]
    for action in sorted(folder.glob("*/action.lua")):
        lines += [f"  - name: {action.parent.name}\n    action.lua: |\n", indent(action.read_text(), " " * 6)]
    return "".join(lines)
