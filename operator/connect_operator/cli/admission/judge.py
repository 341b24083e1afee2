"""The verdict on a manifest: what the API server would refuse, field by field, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connect_operator.cli.admission.definitions import Schema, definitions
from connect_operator.cli.admission.expressions import broken, rules
from connect_operator.cli.admission.structure import completed, fits, structure_violations
from connect_operator.cli.admission.wording import shown, unknown_field, wrong_type
from connect_operator.domain.rules.manifest_checks import Violation

Manifest = dict[str, Any]


def spec_violations(kind: str, spec: Manifest, name: str) -> tuple[Violation, ...]:
    """Every rule that the spec of an object of that name breaks; spec as JSON types."""
    return violations(kind, {"metadata": {"name": name}, "spec": spec})


def violations(kind: str, manifest: Manifest) -> tuple[Violation, ...]:
    """Every rule that a manifest breaks, but for those of its metadata; that has a name as a text."""
    root = definitions()[kind].schema
    known = root["properties"]
    given = [name for name, value in manifest.items() if value is not None]  # what is null an applier drops
    unknown = [Violation(name, unknown_field(name, known), outside=True) for name in given if name not in known]
    schema = root["properties"]["spec"]
    if not isinstance(manifest.get("spec"), dict):
        found = manifest.get("spec")
        told = "is required, as a block of fields" if found is None else wrong_type(found, schema)
        return (*unknown, Violation("", told))
    stored = completed({**manifest, "status": {}}, root)
    structure = [*structure_violations(stored["spec"], schema, "")]
    refused = [*_rules_broken(stored["spec"], schema, ""), *_root_rules_broken(stored, root)]
    return (*unknown, *_without_echoes(structure, refused))


def stored_spec(kind: str, spec: Manifest) -> Manifest:
    """The spec as the API server would store it."""
    kept: Manifest = completed(spec, definitions()[kind].schema["properties"]["spec"])
    return kept


def _root_rules_broken(stored: Manifest, root: Schema) -> Iterator[Violation]:
    for rule in broken(rules(root), stored):
        yield Violation(rule.field.removeprefix(".").removeprefix("spec."), rule.message)


def _rules_broken(value: Any, schema: Schema, path: str) -> Iterator[Violation]:  # noqa: ANN401 - JSON values
    if not fits(value, schema):
        return  # which is told already
    for rule in broken(rules(schema), value):
        found = f"{shown(value)}: " if isinstance(value, str) else ""
        yield Violation(f"{path}{rule.field}".removeprefix("."), found + rule.message)
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties") or {}
        for name, member in value.items():
            below = f"{path}.{name}".removeprefix(".") if name in properties else f"{path}[{name}]"
            yield from _rules_broken(member, properties.get(name, others), below)
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _rules_broken(entry, schema.get("items", {}), f"{path}[{number}]")


def _without_echoes(structure: list[Violation], refused: list[Violation]) -> Iterator[Violation]:
    """What is wrong with a value's type or length says more than a rule about that very value."""
    told = {each.field for each in structure}
    yield from structure
    yield from (each for each in refused if each.field not in told or not each.field)
