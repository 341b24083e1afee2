"""The JSON schemas judge manifests as the API server does, in so far as a schema can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
SAMPLES = ROOT / "manifests" / "samples"


def judge(document: dict[str, Any]) -> list[str]:
    """What an editor would underline."""
    group, version = document["apiVersion"].split("/")
    schema = json.loads((SCHEMAS / group / f"{document['kind'].lower()}_{version}.json").read_text())
    Draft7Validator.check_schema(schema)
    return [error.message for error in Draft7Validator(schema).iter_errors(document)]


def samples() -> list[tuple[str, dict[str, Any]]]:
    files = [*SAMPLES.glob("*.yaml"), *SAMPLES.glob("*-team*/**/*.yaml")]
    documents = [
        (str(file.relative_to(SAMPLES)), each) for file in files for each in yaml.safe_load_all(file.read_text())
    ]
    return [(name, each) for name, each in documents if each["apiVersion"].startswith("connect-operator.io/")]


@pytest.mark.parametrize(("name", "document"), samples(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_sample_is_right(name: str, document: dict[str, Any]) -> None:
    assert judge(document) == [], name


@pytest.fixture
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SAMPLES / "connectuser-minimal.yaml").read_text())
    return found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"routingProfile": "Basic"}, "routingProfile"),
        ({"suspend": "yes"}, "boolean"),
        ({"deletionPolicy": "Keep"}, "Keep"),
        ({"identityInfo": {"firstname": "Jane"}}, "firstname"),
        ({"securityProfileNames": "Agent"}, "array"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told(document: dict[str, Any], change: dict[str, Any], told: str) -> None:
    document["spec"] |= change
    assert told in " ".join(judge(document))


def test_there_is_a_schema_for_each_kind_in_the_layout_of_the_catalog() -> None:
    definitions = [yaml.safe_load(path.read_text())["spec"] for path in (ROOT / "crds").glob("*.yaml")]
    expected = {f"{each['group']}/{each['names']['singular']}_v1alpha1.json" for each in definitions}
    assert {path.relative_to(SCHEMAS).as_posix() for path in SCHEMAS.rglob("*.json")} == expected
