"""The CRDs against the operator's own types: what the API server lets through is what the operator can read."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
import yaml
from msgspec import UNSET, inspect

from connect_operator.domain.kinds.assignment import AssignmentSpec, AssignmentStatus
from connect_operator.domain.kinds.spec import Block, ConnectInstanceSpec, ConnectUserSpec
from connect_operator.domain.kinds.status import InstanceStatus, UserStatus

from .definitions import Schema, load_crd, schema_of
from .test_refusals import TESTDATA
from .test_samples import EVERYTHING

SCALARS: dict[type[inspect.Type], tuple[str, ...]] = {
    inspect.StrType: ("string",),
    inspect.IntType: ("integer",),
    inspect.FloatType: ("number", "integer"),
    inspect.BoolType: ("boolean",),
}
BLOCKS = {
    ("connectusers", "spec"): ConnectUserSpec,
    ("connectusers", "status"): UserStatus,
    ("connectinstances", "spec"): ConnectInstanceSpec,
    ("connectinstances", "status"): InstanceStatus,
    ("connectcontactassignments", "spec"): AssignmentSpec,
    ("connectcontactassignments", "status"): AssignmentStatus,
}


def disagreements(info: inspect.Type, schema: Schema, path: str) -> list[str]:
    """Every `path: aspect` that one side knows and the other does not."""
    if isinstance(info, inspect.UnionType):
        return _of_union(info, schema, path)
    if isinstance(info, inspect.StructType):
        return _of_struct(info, schema, path)
    if isinstance(info, inspect.VarTupleType):
        return disagreements(info.item_type, schema["items"], f"{path}[]")
    if isinstance(info, inspect.DictType):
        return disagreements(info.value_type, schema["additionalProperties"], f"{path}[*]")
    if isinstance(info, inspect.LiteralType):
        return [] if set(info.values) == set(schema.get("enum", [])) else [f"{path}: enum"]
    return [] if schema.get("type") in SCALARS[type(info)] else [f"{path}: type"]


def _of_union(info: inspect.UnionType, schema: Schema, path: str) -> list[str]:
    """Only int-or-string is one: msgspec leaves UNSET out of what it tells."""
    assert {type(each) for each in info.types} == {inspect.IntType, inspect.StrType}
    return [] if schema.get("x-kubernetes-int-or-string") else [f"{path}: type"]


def _of_struct(info: inspect.StructType, schema: Schema, path: str) -> list[str]:
    properties = schema.get("properties", {})
    fields = {field.encode_name: field for field in info.fields}
    found = [f"{path}.{name}: not in the CRD" for name in fields.keys() - properties.keys()]
    found += [f"{path}.{name}: not in the operator" for name in properties.keys() - fields.keys()]
    for name in fields.keys() & properties.keys():
        field, where = fields[name], f"{path}.{name}"
        if field.required and name not in schema.get("required", []) and "default" not in properties[name]:
            found.append(f"{where}: required by the operator only")
        if "default" in properties[name] and _encoded_default(field) not in (None, properties[name]["default"]):
            found.append(f"{where}: default")
        found += disagreements(field.type, properties[name], where)
    return found


def _properties(plural: str) -> dict[str, Schema]:
    properties: dict[str, Schema] = schema_of(load_crd(plural))["properties"]["spec"]["properties"]
    return properties


def _encoded_default(field: inspect.Field) -> Any:  # noqa: ANN401 - JSON values
    """The operator's default as JSON; None where there is none or where it is a block of defaults."""
    if field.default is msgspec.NODEFAULT or isinstance(field.default, msgspec.Struct) or field.default is UNSET:
        return None
    return json.loads(msgspec.json.encode(field.default))


@pytest.mark.parametrize(("plural", "block"), BLOCKS)
def test_the_operator_knows_the_same_fields(plural: str, block: str) -> None:
    info = inspect.type_info(BLOCKS[plural, block])
    found = disagreements(info, schema_of(load_crd(plural))["properties"][block], block)
    # Nothing is required in status, where the operator reads what it wrote itself.
    assert not [each for each in found if block == "spec" or not each.endswith(": required by the operator only")]


def test_the_operator_reads_every_sample() -> None:
    types: dict[str, type[Block]] = {
        "ConnectUser": ConnectUserSpec,
        "ConnectInstance": ConnectInstanceSpec,
        "ConnectContactAssignment": AssignmentSpec,
    }
    defaulted = {
        kind: {name for name, schema in _properties(f"{kind.lower()}s").items() if "default" in schema}
        for kind in types
    }
    for document in EVERYTHING:
        if document["kind"] in types:
            kind = types[document["kind"]]
            read = msgspec.convert(document["spec"], kind)
            # What equals its default is not written; everything else is there again.
            written = json.loads(msgspec.json.encode(read))
            assert document["spec"].keys() - written.keys() <= defaulted[document["kind"]]
            assert msgspec.convert(written, kind) == read


def test_golden_cases_exist_for_all_kinds() -> None:
    """The tables are read from files; an empty file would make an empty, green test."""
    for file in ("user_refusals.yaml", "instance_refusals.yaml", "assignment_refusals.yaml"):
        assert len(yaml.safe_load((TESTDATA / file).read_text())) > 30
