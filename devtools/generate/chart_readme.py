"""The chart's README: what is the same for everybody, and a table of values.yaml, whose comments describe its keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_KEY = re.compile(r"^(?P<indent> *)(?P<key>[A-Za-z][A-Za-z0-9]*):")
_HEAD = """\
# connect-operator, the chart

{description}. Chart {version}, operator {app_version}, Kubernetes {kube}.

```
helm install connect-operator charts/connect-operator --namespace connect-operator --create-namespace \\
  --set image.repository=REGISTRY/connect-operator --set 'secrets.namespaces={{team-a}}'
```

The namespace should enforce the `restricted` Pod Security Standard; the pod meets it. `helm upgrade` brings the kinds
up to date as well (`crds.enabled`); `helm uninstall` leaves them, and with them every object, unless `crds.keep` is
false. Delete ConnectUsers before the operator goes: it is what deletes or releases them in Connect. Where the kinds
were applied by hand before, add `--take-ownership` once.

Rights, admission policies and the network policy are explained in *Who may do what* of the documentation.

## Values

Made from values.yaml; values.schema.json refuses what is not among these.

| key | default | |
| --- | --- | --- |
"""


class Value(NamedTuple):
    """A key of values.yaml: its path, its default and what its comment says."""

    path: str
    default: Any
    description: str


def text(chart: Path) -> str:
    """The README of a chart's folder."""
    about = yaml.safe_load((chart / "Chart.yaml").read_text())
    head = _HEAD.format(
        description=about["description"],
        version=about["version"],
        app_version=about["appVersion"],
        kube=about["kubeVersion"].removesuffix("-0"),
    )
    rows = [f"| `{each.path}` | `{json.dumps(each.default)}` | {each.description} |" for each in values(chart)]
    return head + "\n".join(rows) + "\n"


def values(chart: Path) -> list[Value]:
    """The leaves of values.yaml in their order; what Kubernetes itself defines is one leaf."""
    source = (chart / "values.yaml").read_text()
    described = _descriptions(source)
    return [Value(path, value, described.get(path, "")) for path, value in _leaves("", yaml.safe_load(source))]


_WHOLE = ("resources", "podSecurityContext", "securityContext", "labels", "annotations")


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - YAML
    if isinstance(value, dict) and value and path.rpartition(".")[2] not in _WHOLE:
        for key, member in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, member)
    else:
        yield path, value


def _descriptions(source: str) -> dict[str, str]:
    """The comment right above each key, by the key's path."""
    found: dict[str, str] = {}
    path: list[str] = []
    comment: list[str] = []
    for line in source.splitlines():
        if line.strip().startswith("#"):
            comment.append(line.strip().removeprefix("#").strip())
            continue
        if match := _KEY.match(line):
            depth = len(match["indent"]) // 2
            path[depth:] = [match["key"]]
            if comment:
                found[".".join(path)] = " ".join(comment)
        comment = []
    return found
