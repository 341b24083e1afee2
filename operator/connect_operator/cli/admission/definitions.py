"""The CustomResourceDefinitions that are shipped, as data."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any, NamedTuple

import yaml

Schema = dict[str, Any]


class Definition(NamedTuple):
    """One kind: its name, whether its objects have a namespace, and the schema of its only version."""

    kind: str
    namespaced: bool
    schema: Schema


@functools.cache
def definitions() -> dict[str, Definition]:
    """The kinds by name."""
    found = {}
    for file in resources.files("connect_operator").joinpath("crds").iterdir():
        if file.name.endswith(".yaml"):
            # Our own file: trusted, and read with the faster loader.
            spec = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["spec"]
            kind, [version] = spec["names"]["kind"], spec["versions"]
            schema = version["schema"]["openAPIV3Schema"]
            found[kind] = Definition(kind, spec["scope"] == "Namespaced", schema)
    return found
