"""Pages of the documentation that list what the code declares: the kinds' fields, the settings."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from connect_operator import config

_MADE = "<!-- Made by `make generate`; do not edit. -->\n\n"


def page_name(definition: Path) -> str:
    """The name of a kind's page."""
    return str(yaml.safe_load(definition.read_text())["spec"]["names"]["singular"])


def kind(definition: Path) -> str:
    """Every field of a kind, with what `kubectl explain` says of it."""
    spec = yaml.safe_load(definition.read_text())["spec"]
    version, names = spec["versions"][0], spec["names"]
    schema = version["schema"]["openAPIV3Schema"]
    short = ", ".join(f"`{name}`" for name in names.get("shortNames", ()))
    scope = "namespaced" if spec["scope"] == "Namespaced" else "cluster-scoped"
    head = f"# {names['kind']}, field by field\n\n{_MADE}"
    head += f"`{spec['group']}/{version['name']}`, {scope}; short name {short}.\n\n{_one_line(schema['description'])}\n"
    return head + "".join(_section(schema, name) for name in ("spec", "status"))


def settings() -> str:
    """Every environment variable, with its default, what it is for and what it may be."""
    said = _docstrings(config.Settings)
    lines = ["# Settings, one by one\n\n", _MADE, "| variable | default | |\n| --- | --- | --- |\n"]
    for name, field in config.Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        remedy = config._REMEDIES[name]  # noqa: SLF001 - what the error says, so that both say the same
        text = " ".join(part for part in (said.get(name, ""), f"({remedy})") if part)
        lines.append(f"| `{config.PREFIX}{name.upper()}` | {default} | {_cell(text)} |\n")
    lines.append("\nDurations and intervals without a unit are seconds. [Settings](../settings.md) tells the rest.\n")
    return "".join(lines)


def _section(schema: dict[str, Any], name: str) -> str:
    part = schema["properties"][name]
    rows = "".join(f"| `{path}` | {kind} | {text} |\n" for path, kind, text in _rows(part, ""))
    return f"\n## {name}\n\n{_one_line(part['description'])}\n\n| field | | |\n| --- | --- | --- |\n{rows}"


def _rows(schema: dict[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    for name, member in schema.get("properties", {}).items():
        inner = f"{path}.{name}" if path else name
        yield inner, _type(member), _cell(member.get("description", ""))
        yield from _rows(member, inner)
        if isinstance(member.get("items"), dict):
            yield from _rows(member["items"], f"{inner}[]")


def _type(schema: dict[str, Any]) -> str:
    if schema.get("x-kubernetes-int-or-string"):
        return "integer or string"
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}"
    if "enum" in schema:
        return " · ".join(f"`{value}`" for value in schema["enum"])
    return "map" if isinstance(schema.get("additionalProperties"), dict) else str(schema["type"])


def _docstrings(model: type) -> dict[str, str]:
    """What stands as a string below a field."""
    body = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - it is the source of a class
    found = {}
    for statement, following in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(statement.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            found[statement.target.id] = str(following.value.value)
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|").replace("<", "&lt;").replace("{{", "&#123;&#123;")
