"""Helm, as a person types it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).parents[2] / "charts" / "connect-operator"
RELEASE = NAMESPACE = "connect-operator"
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Helm:
    """The program, with a home of its own."""

    program: Path
    home: Path

    def run(self, *arguments: str, kubeconfig: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run it; nothing of the caller's Helm or cluster is seen."""
        homes = {f"HELM_{name}_HOME": str(self.home / name.lower()) for name in ("CACHE", "CONFIG", "DATA")}
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), **homes}
        if kubeconfig is not None:
            environment["KUBECONFIG"] = str(kubeconfig)
        return subprocess.run(  # noqa: S603 - a program that we have built
            [self.program, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=150
        )

    def template(self, values: Manifest | None = None) -> list[Manifest]:
        """What the chart makes of the values; raises ValueError with Helm's words."""
        file = self.home / "values.yaml"
        file.write_text(yaml.safe_dump(values or {}))
        done = self.run("template", RELEASE, str(CHART), "-n", NAMESPACE, "--kube-version", "1.30", "-f", str(file))
        if done.returncode != 0:
            raise ValueError(done.stderr)
        return [document for document in yaml.safe_load_all(done.stdout) if document]


def one(documents: list[Manifest], kind: str, name: str = RELEASE) -> Manifest:
    """The object of that kind and name; there must be one."""
    (found,) = [each for each in documents if each["kind"] == kind and each["metadata"]["name"] == name]
    return found


def kinds(documents: list[Manifest]) -> list[str]:
    """The kinds, each as often as there are objects of it."""
    return sorted(each["kind"] for each in documents)
