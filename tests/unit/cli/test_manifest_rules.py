"""The rules that work without an API server, held to every case that the CustomResourceDefinitions refuse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from connect_operator.domain.assignment import AssignmentSpec
from connect_operator.domain.assignment_rules import assignment_violations
from connect_operator.domain.instance_rules import instance_violations
from connect_operator.domain.manifest_checks import Violation
from connect_operator.domain.manifest_rules import user_violations
from connect_operator.domain.manifest_shape import shape_violations
from connect_operator.domain.spec import ConnectInstanceSpec, ConnectUserSpec

ROOT = Path(__file__).parents[3]
REFUSALS = ROOT / "tests" / "crds" / "testdata"
USER = {
    "instanceRef": {"name": "support"},
    "routingProfileName": "Basic Routing Profile",
    "securityProfileNames": ["Agent"],
}
IN_0F1E = "arn:aws:connect:us-east-1:123456789012:instance/0f1e"
INSTANCE = {"instanceId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "allowedNamespaces": [{"name": "team-a"}]}
ASSIGNMENT = {"instanceRef": {"name": "support"}, "contactId": "2c8e", "userRef": {"name": "jane.doe"}}
# Where the API server names the whole list or map, and we the entry, or the other way round.
_ENTRY = re.compile(r"\[[^\]]*\]")


def merged(base: Any, change: Any) -> Any:  # noqa: ANN401 - JSON values
    """JSON merge patch (RFC 7386), as the refusals are written."""
    if not isinstance(change, dict):
        return change
    result = dict(base) if isinstance(base, dict) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def cases(file: str) -> list[Any]:
    loaded = yaml.safe_load((REFUSALS / file).read_text())
    return [pytest.param(case, id=case["reason"]) for case in loaded]


def violations(spec: dict[str, Any], kind: type[msgspec.Struct]) -> tuple[Violation, ...]:
    shape = shape_violations(spec, kind)
    if shape or kind is AssignmentSpec:
        return shape or assignment_violations(spec)
    rules = user_violations if kind is ConnectUserSpec else instance_violations
    return rules(spec, "jdoe")


def named(line: str) -> str:
    """The field of a refusal; of a number that needs more bits the API server names it at the end."""
    return line.rsplit(" ", 1)[-1] if line.startswith("<nil>") else line.split(": ", maxsplit=1)[0]


def place(field: str) -> str:
    """The first member below spec, where a person looks."""
    return _ENTRY.sub("", field).removeprefix("spec").lstrip(".").split(".")[0]


def assert_refused(case: dict[str, Any], base: dict[str, Any], kind: type[msgspec.Struct]) -> None:
    found = violations(merged(base, case["spec"]), kind)
    assert found, case["says"]
    told = {place(named(line)) for line in case["says"]}
    assert {place(each.field) for each in found} & told, [each.text for each in found]


@pytest.mark.parametrize("case", cases("user_refusals.yaml"))
def test_what_the_api_server_refuses_of_a_user_is_found_in_a_file(case: dict[str, Any]) -> None:
    assert_refused(case, USER, ConnectUserSpec)


@pytest.mark.parametrize("case", cases("instance_refusals.yaml"))
def test_what_the_api_server_refuses_of_an_instance_is_found_in_a_file(case: dict[str, Any]) -> None:
    assert_refused(case, INSTANCE, ConnectInstanceSpec)


@pytest.mark.parametrize("case", cases("assignment_refusals.yaml"))
def test_what_the_api_server_refuses_of_an_assignment_is_found_in_a_file(case: dict[str, Any]) -> None:
    assert_refused(case, ASSIGNMENT, AssignmentSpec)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"instanceRef": None, "instanceId": "arn:aws:connect:us-east-1:123456789012:instance/0f1e"},
        {"instanceRef": None, "instanceId": "0f1e", "contactId": f"{IN_0F1E}/contact/2c8e"},
        {"contactId": f"{IN_0F1E}/contact/2c8e", "userRef": None, "userId": f"{IN_0F1E}/agent/7d1f"},
        {"userRef": None, "userId": "7d1f", "activeDeadlineSeconds": 31_536_000, "ttlSecondsAfterFinished": 0},
    ],
    ids=lambda change: " ".join(change) or "the smallest",
)
def test_a_good_assignment_breaks_no_rule(change: dict[str, Any]) -> None:
    assert violations(merged(ASSIGNMENT, change), AssignmentSpec) == ()


@pytest.mark.parametrize("file", sorted((ROOT / "manifests" / "samples").glob("connect*.yaml")), ids=lambda f: f.name)
def test_the_samples_break_no_rule(file: Path) -> None:
    for document in yaml.safe_load_all(file.read_text()):
        kinds: dict[str, type[msgspec.Struct]] = {
            "ConnectUser": ConnectUserSpec,
            "ConnectInstance": ConnectInstanceSpec,
            "ConnectContactAssignment": AssignmentSpec,
        }
        kind = kinds.get(document["kind"])
        if kind is not None:
            assert violations(document["spec"], kind) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"identityInfo": {"mobile": 4915112345678}},
            "spec.identityInfo.mobile: expected str, got int; put it in quotes",
        ),
        ({"tags": {"n": 4711}}, "spec.tags[...]: expected str, got int; put it in quotes"),
        ({"suspend": "yes"}, "spec.suspend: expected bool, got str"),
        ({"identityInfo": {"eMail": "a@b.de"}}, "spec.identityInfo.eMail: there is no such field; did you mean email?"),
        ({"acwTimeout": 5}, "spec.acwTimeout: there is no such field; remove it"),
        ({"autoAcceptConfigs": [{"channel": "CHAT"}]}, "spec.autoAcceptConfigs[0].autoAccept: is required"),
        ({"autoAcceptConfigs": [{"chanel": "CHAT"}]}, "did you mean channel?"),
        ({"instanceId": "x"}, "spec: set exactly one of instanceRef and instanceId"),
        ({"username": "a" * 65}, "spec.username: has 65 characters, but 64 at most are allowed; shorten it"),
        ({"deletionPolicy": "Keep"}, "spec.deletionPolicy: invalid enum value 'Keep'"),
    ],
)
def test_a_violation_names_field_and_remedy(change: dict[str, Any], says: str) -> None:
    assert says in " ".join(each.text for each in violations(merged(USER, change), ConnectUserSpec))


def test_every_unknown_field_is_told_at_once() -> None:
    found = shape_violations({"userName": "a", "identityInfo": {"firstname": "b"}}, ConnectUserSpec)
    assert [each.field for each in found] == ["userName", "identityInfo.firstname"]


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ({"ttlSecondsAfterFinished": 2**31}, "2147483648 is out of bounds"),
        ({"activeDeadlineSeconds": 2.5}, "2.5 is no whole number"),
    ],
)
def test_numbers_are_told_in_full(member: dict[str, float], said: str) -> None:
    [violation] = assignment_violations({**ASSIGNMENT, **member})
    assert said in violation.text
