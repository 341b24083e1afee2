"""Every refusal of a manifest reads as its golden text: the field, what was found, and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from .definitions import KINDS, nodes
from .manifests import a_user, an_assignment, an_instance
from .rest import DRY_RUN, Manifest, Refused, Resource

TESTDATA = Path(__file__).parent / "testdata"
# The line that the API server adds for a `pattern`; the rule beside the pattern has the golden text.
PATTERN_LINE = re.compile(r" in body should match '")
# What the API server says whenever it left CEL out, since a type, bound or enum was wrong already.
UNCHECKED_LINE = "some validation rules were not checked because the object was invalid"


def cases(file: str) -> list[Any]:
    loaded: list[dict[str, Any]] = yaml.safe_load((TESTDATA / file).read_text())
    return [pytest.param(case, id=case["reason"]) for case in loaded]


def refusal(resource: Resource, manifest: Manifest) -> list[str]:
    with pytest.raises(Refused) as refused:
        resource.create(manifest, DRY_RUN)
    assert refused.value.code == 422
    # The API server goes through the properties of a schema in no particular order.
    lines = sorted(refused.value.lines)
    return [line for line in lines if not PATTERN_LINE.search(line) and UNCHECKED_LINE not in line]


@pytest.mark.parametrize("case", cases("user_refusals.yaml"))
def test_a_user_is_refused(any_users: Resource, case: dict[str, Any]) -> None:
    assert refusal(any_users, a_user(**case["spec"])) == sorted(case["says"])


@pytest.mark.parametrize("case", cases("instance_refusals.yaml"))
def test_an_instance_is_refused(instances: Resource, case: dict[str, Any]) -> None:
    assert refusal(instances, an_instance(**case["spec"])) == sorted(case["says"])


@pytest.mark.parametrize("case", cases("assignment_refusals.yaml"))
def test_an_assignment_is_refused(any_assignments: Resource, case: dict[str, Any]) -> None:
    assert refusal(any_assignments, an_assignment(**case["spec"])) == sorted(case["says"])


def test_a_field_that_does_not_exist_is_refused(any_assignments: Resource) -> None:
    """As kubectl asks for it; a field that is dropped in silence would be a deadline that nobody keeps."""
    with pytest.raises(Refused, match=r'unknown field "spec\.deadlineSeconds"') as refused:
        any_assignments.create(an_assignment(deadlineSeconds=60), DRY_RUN)
    assert refused.value.code == 400


@pytest.mark.parametrize("name", ["j" * 101, "a" * 253])
def test_a_long_name_cannot_become_the_username(any_users: Resource, name: str) -> None:
    """The only way to see it is at the root, which has both names."""
    (line,) = refusal(any_users, a_user(name))
    assert line.startswith("spec.username: Invalid value: ")
    assert line.endswith(
        "metadata.name is longer than the 100 characters of a username; "
        "set spec.username, or choose a shorter metadata.name"
    )


@pytest.mark.parametrize("name", ["j" * 100, "jane.doe", "0-9"])
def test_a_name_that_can_be_the_username_is_taken(any_users: Resource, name: str) -> None:
    any_users.create(a_user(name), DRY_RUN)


def test_a_long_name_is_taken_when_the_username_is_said(any_users: Resource) -> None:
    any_users.create(a_user("j" * 101, username="jdoe"), DRY_RUN)


@pytest.mark.parametrize("plural", KINDS)
def test_every_rule_has_a_case_that_breaks_it(plural: str) -> None:
    """Else it could be wrong, or say nonsense, and nobody would notice. Transitions have test_immutability.py."""
    said = "".join(line for file in sorted(TESTDATA.glob("*.yaml")) for line in _says(file))
    said += (Path(__file__).parent / "test_refusals.py").read_text().replace('"\n        "', "")
    unbroken = [
        (node.path, rule["message"])
        for node in nodes(plural)
        for rule in node.schema.get("x-kubernetes-validations", [])
        if "oldSelf" not in rule["rule"] and rule["message"] not in said
    ]
    assert not unbroken


def _says(file: Path) -> list[str]:
    return [line for case in yaml.safe_load(file.read_text()) for line in case["says"]]
