"""The template of `csv import`: a ConnectUser manifest whose spec holds for all users whose cells say nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from connect_operator.cli.admission.definitions import definitions
from connect_operator.cli.admission.structure import structure_violations
from connect_operator.cli.documents.chunks import chunks
from connect_operator.cli.documents.files import text_of
from connect_operator.cli.terminal import printable, printable_lines
from connect_operator.domain.kinds.objects import GROUP, VERSION


@dataclass(frozen=True, slots=True)
class Template:
    """What all manifests get: members of spec, and of metadata but for the name."""

    spec: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)


def read_template(path: Path) -> Template:
    """The template in a file. Raises click's exception with every mistake."""
    try:
        found = tuple(chunks(text_of(path)))
    except (OSError, ValueError) as error:
        told = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise click.ClickException(printable(f"{path}: {told}")) from error
    broken = [f"{path}: {each.problem}" for each in found if each.problem]
    if broken:
        raise click.ClickException(printable_lines(broken))
    documents = [each.content for each in found]
    if len(documents) != 1 or not isinstance(documents[0], dict) or documents[0].get("kind") != "ConnectUser":
        raise click.ClickException(
            f"{path}: a template is one manifest of kind ConnectUser; this file has another content"
        )
    if documents[0].get("apiVersion") != f"{GROUP}/{VERSION}":
        raise click.ClickException(f"{path}: apiVersion has to be {GROUP}/{VERSION}")
    spec, metadata = documents[0].get("spec") or {}, documents[0].get("metadata") or {}
    if not isinstance(spec, dict) or not isinstance(metadata, dict):
        raise click.ClickException(f"{path}: spec and metadata have to be maps")
    schema = definitions()["ConnectUser"].schema["properties"]["spec"]
    spec, wrong = _with_secret_names(spec)
    wrong += [each.text for each in structure_violations(spec, schema, "")]
    if "username" in spec:
        wrong.append("spec.username: is of one user; remove it, the column user login says it")
    if wrong:
        raise click.ClickException(printable_lines(f"{path}: {each}" for each in wrong))
    return Template(spec, {name: value for name, value in metadata.items() if name != "name"})


def _with_secret_names(spec: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The spec with a name for the Secret that is made for each user, until theirs are known; and what is wrong."""
    reference = spec.get("passwordSecretRef")
    if not isinstance(reference, dict) or reference.get("generate") is not True:
        return spec, []
    if "name" in reference:
        told = (
            "spec.passwordSecretRef.name: would be one Secret for all; with generate: true everybody gets one of their "
            "own, called after the user, so remove name"
        )
        return spec, [told]
    return {**spec, "passwordSecretRef": {"name": secret_name("each"), **reference}}, []


def secret_name(name: str) -> str:
    """What the Secret that is made for the ConnectUser of that name is called."""
    return f"{name}-password"
