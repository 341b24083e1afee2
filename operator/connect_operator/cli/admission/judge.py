"""The verdict on a manifest: what the API server would refuse, field by field, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connect_operator.cli.admission.definitions import Schema, definitions
from connect_operator.cli.admission.expressions import rules
from connect_operator.cli.admission.structure import completed, fits, structure_violations
from connect_operator.cli.admission.wording import shown, unknown_field, wrong_type
from connect_operator.domain.manifest_checks import Violation

Manifest = dict[str, Any]


def spec_violations(kind: str, spec: Manifest, name: str) -> tuple[Violation, ...]:
    """Every rule that the spec of an object of that name breaks; spec as JSON types."""
    return violations(kind, {"metadata": {"name": name}, "spec": spec})


def violations(kind: str, manifest: Manifest) -> tuple[Violation, ...]:
    """Every rule that a manifest breaks, but for those of its metadata; that has a name as a text."""
    root = definitions()[kind].schema
    known = root["properties"]
    unknown = [Violation(name, unknown_field(name, known), outside=True) for name in manifest if name not in known]
    schema = root["properties"]["spec"]
    if not isinstance(manifest.get("spec"), dict):
        found = manifest.get("spec")
        told = "is required, as a block of fields" if found is None else wrong_type(found, schema)
        return (*unknown, Violation("", told))
    stored = completed({**manifest, "status": {}}, root)
    structure = [*structure_violations(stored["spec"], schema, "")]
    broken = [*_rules_broken(stored["spec"], schema, ""), *_root_rules_broken(stored, root)]
    return (*unknown, *_without_echoes(structure, broken))


def stored_spec(kind: str, spec: Manifest) -> Manifest:
    """The spec as the API server would store it."""
    kept: Manifest = completed(spec, definitions()[kind].schema["properties"]["spec"])
    return kept


def _root_rules_broken(stored: Manifest, root: Schema) -> Iterator[Violation]:
    for field, message in _judged(stored, root):
        yield Violation(field.removeprefix(".").removeprefix("spec."), message)


def _rules_broken(value: Any, schema: Schema, path: str) -> Iterator[Violation]:  # noqa: ANN401 - JSON values
    if not fits(value, schema):
        return  # which is told already
    for field, message in _judged(value, schema):
        found = f"{shown(value)}: " if isinstance(value, str) else ""
        yield Violation(f"{path}{field}".removeprefix("."), found + message)
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties") or {}
        for name, member in value.items():
            below = f"{path}.{name}".removeprefix(".") if name in properties else f"{path}[{name}]"
            yield from _rules_broken(member, properties.get(name, others), below)
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _rules_broken(entry, schema.get("items", {}), f"{path}[{number}]")


def _judged(value: Any, schema: Schema) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON values
    """Field below the value and message of each rule of this node that it breaks.

    A rule that cannot be evaluated speaks of a value of a wrong type, which is told already.
    """
    for rule in rules(schema):
        try:
            holds = rule.holds(value)
        except (RuntimeError, TypeError, ValueError, KeyError, AttributeError):
            continue
        if not holds:
            yield rule.field, rule.message


def _without_echoes(structure: list[Violation], broken: list[Violation]) -> Iterator[Violation]:
    """A rule says with a remedy what the pattern beside it means; what else is wrong with that very value says more."""
    patterns = {each.field for each in structure if " does not look as it must: " in each.message}
    told = {each.field for each in broken}
    plain = {each.field for each in structure} - patterns
    yield from (each for each in structure if each.field not in patterns or each.field not in told)
    yield from (each for each in broken if each.field not in plain or not each.field)
