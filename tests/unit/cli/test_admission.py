"""Manifests judged without an API server, held to every case that the CustomResourceDefinitions refuse."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from connect_operator.cli.admission.definitions import Schema, definitions
from connect_operator.cli.admission.expressions import _FUNCTIONS, matches, rules
from connect_operator.cli.admission.judge import spec_violations, violations
from connect_operator.cli.admission.metadata import metadata_problems
from connect_operator.domain.rules.manifest_checks import Violation
from connect_operator.domain.text.timestamps import epoch

ROOT = Path(__file__).parents[3]
REFUSALS = ROOT / "tests" / "crds" / "testdata"
USER = {
    "instanceRef": {"name": "support"},
    "routingProfileName": "Basic Routing Profile",
    "securityProfileNames": ["Agent"],
}
IN_0F1E = "arn:aws:connect:us-east-1:123456789012:instance/0f1e"
INSTANCE = {"instanceId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "allowedNamespaces": [{"name": "team-a"}]}
ASSIGNMENT = {"instanceRef": {"name": "support"}, "contactId": "2c8e", "userRef": {"name": "jdoe"}}
BASES = {"ConnectUser": USER, "ConnectInstance": INSTANCE, "ConnectContactAssignment": ASSIGNMENT}
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


def judged(kind: str, change: dict[str, Any]) -> tuple[Violation, ...]:
    return spec_violations(kind, merged(BASES[kind], change), "jdoe")


def cases(file: str, kind: str) -> list[Any]:
    loaded = yaml.safe_load((REFUSALS / file).read_text())
    return [pytest.param(kind, case, id=f"{kind}: {case['reason']}") for case in loaded]


def named(line: str) -> str:
    """The field of a refusal; of a number that needs more bits the API server names it at the end."""
    return line.rsplit(" ", 1)[-1] if line.startswith("<nil>") else line.split(": ", maxsplit=1)[0]


def place(field: str) -> str:
    """The first member below spec, where a person looks."""
    return _ENTRY.sub("", field).removeprefix("spec").lstrip(".").split(".")[0]


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        *cases("user_refusals.yaml", "ConnectUser"),
        *cases("instance_refusals.yaml", "ConnectInstance"),
        *cases("assignment_refusals.yaml", "ConnectContactAssignment"),
    ],
)
def test_what_the_api_server_refuses_is_found_in_a_file(kind: str, case: dict[str, Any]) -> None:
    found = judged(kind, case["spec"])
    assert found, case["says"]
    told = {place(named(line)) for line in case["says"]}
    assert {place(each.field) for each in found} & told, [each.text for each in found]


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
    assert judged("ConnectContactAssignment", change) == ()


@pytest.mark.parametrize("file", sorted((ROOT / "manifests" / "samples").glob("connect*.yaml")), ids=lambda f: f.name)
def test_the_samples_break_no_rule(file: Path) -> None:
    for document in yaml.safe_load_all(file.read_text()):
        if document["kind"] in definitions():
            assert violations(document["kind"], document) == ()
            assert not list(metadata_problems(document["metadata"]))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"identityInfo": {"mobile": 4915112345678}},
            "spec.identityInfo.mobile: is read as the number 4915112345678, but a text is wanted; put it in quotes",
        ),
        ({"tags": {"n": 4711}}, "spec.tags[n]: is read as the number 4711, but a text is wanted; put it in quotes"),
        ({"identityInfo": {"firstName": False}}, "is read as false (as YAML reads y, n, yes, no, on and off, too)"),
        ({"suspend": "yes"}, 'spec.suspend: "yes" is a text, but true or false is wanted; write true or false'),
        ({"suspend": "true"}, "take the quotes off"),
        ({"securityProfileNames": "Agent"}, '"Agent" is a text, but a list is wanted; write [Agent]'),
        ({"instanceRef": "support"}, "but a block of fields is wanted; write {name: support}"),
        (
            {"proficiencies": [None]},
            "spec.proficiencies[0]: is empty (null), but a block of fields is wanted; leave it",
        ),
        ({"identityInfo": {"eMail": "a@b.de"}}, "spec.identityInfo.eMail: there is no such field; did you mean email?"),
        ({"security_profile_names": ["a"]}, "did you mean securityProfileNames?"),
        ({"acwTimeout": 5}, "spec.acwTimeout: there is no such field; remove it"),
        ({"autoAcceptConfigs": [{"channel": "CHAT"}]}, "spec.autoAcceptConfigs[0].autoAccept: is required"),
        ({"autoAcceptConfigs": [{"chanel": "CHAT"}]}, "did you mean channel?"),
        ({"instanceId": "x"}, "spec: set exactly one of instanceRef and instanceId"),
        ({"username": "a" * 101}, "spec.username: has 101 characters, but 100 at most are allowed; shorten it"),
        ({"deletionPolicy": "Keep"}, 'spec.deletionPolicy: "Keep" is not allowed; use Delete, Retain or Deactivate'),
        (
            {"phoneConfig": {"afterContactWorkTimeLimit": 2.5}},
            "is read as the number 2.5, but a whole number is wanted",
        ),
        ({"phoneConfig": {"afterContactWorkTimeLimit": 2**31}}, "2147483648 is out of bounds; use a whole number from"),
        ({"identityInfo": {"mobile": "0151"}}, 'spec.identityInfo.mobile: "0151": mobile must be in E.164 form'),
        ({"securityProfileNames": [f"p{n}" for n in range(11)]}, "has 11 entries; 1 to 10 are allowed"),
    ],
)
def test_a_violation_names_field_and_remedy(change: dict[str, Any], says: str) -> None:
    told = " ".join(each.text for each in judged("ConnectUser", change))
    assert says in told
    assert not re.search(r"\bstr\b|\bint\b|\bdict\b|None|expected", told), "no word of Python's"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    change = {"userName": "a", "identityInfo": {"firstname": "b", "mobile": 1}, "tags": {"aws:x": "y"}}
    assert {each.field for each in judged("ConnectUser", change)} == {
        "userName",
        "identityInfo.firstname",
        "identityInfo.mobile",
        "tags",
    }


@pytest.mark.parametrize(
    "spec", [None, "text", [], {**USER, "identityInfo": None, "tags": {"k": None}, "phoneConfig": {"autoAccept": None}}]
)
def test_null_is_what_an_applier_drops(spec: Any) -> None:  # noqa: ANN401 - JSON values
    found = violations("ConnectUser", {"metadata": {"name": "jdoe"}, "spec": spec})
    assert bool(found) == (not isinstance(spec, dict))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2027-02-01T08:00:00Z", True),
        ("2027-02-01T08:00:00.123456789+01:00", True),
        ("2027-02-01T08:00:00,5-00:00", True),
        ("2028-02-29T08:00:00+24:00", True),
        ("2027-02-29T08:00:00Z", False),
        ("2027-13-01T08:00:00Z", False),
        ("2027-02-01T24:00:00Z", False),
        ("2027-02-01T08:00:60Z", False),
        ("2027-02-01T08:00:00+25:00", False),
        ("2027-02-01t08:00:00z", False),
        ("2027-02-01T08:00:00", False),
        ("1969-12-31T23:59:59Z", False),
    ],
)
def test_times(text: str, is_one: bool) -> None:  # noqa: FBT001 - a table
    found = judged("ConnectUser", {"activeUntil": text})
    assert bool(found) != is_one
    assert not is_one or epoch(text) is not None, "the operator reads what is stored"
    assert all('write one like "2027-02-01T08:00:00+01:00"' in each.text for each in found)


def test_a_field_beside_spec_is_told() -> None:
    [violation] = violations("ConnectUser", {"metadata": {"name": "jdoe"}, "spec": USER, "sepc": {}})
    assert violation.text == "sepc: there is no such field; did you mean spec?"
    assert not violations("ConnectUser", {"metadata": {"name": "jdoe"}, "spec": USER, "sepc": None}), "dropped"


@pytest.mark.parametrize("length", [100, 101])
def test_a_name_can_be_too_long_for_a_username(length: int) -> None:
    assert bool(spec_violations("ConnectUser", USER, "j" * length)) == (length > 100)
    assert not spec_violations("ConnectUser", {**USER, "username": "jdoe"}, "j" * length)


OWNER_OBJECT = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "u", "controller": True}


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"name": "jdoe"}, ""),
        ({"generateName": "agent-"}, ""),
        ({"name": "jdoe", "labels": None, "creationTimestamp": None, "finalizers": ["a/b"], "uid": "u"}, ""),
        ({"name": "jdoe", "labels": {"a.b/c": "d", "e": ""}, "annotations": {"A.B/C": "any\ntext"}}, ""),
        ({}, "metadata.name"),
        ("text", "metadata.name"),
        ({"name": 4711}, "metadata.name"),
        ({"name": "Jane@example.com"}, "metadata.name"),
        ({"name": "jdoe", "namespace": 123}, "metadata.namespace"),
        ({"name": "jdoe", "annotations": "text"}, "metadata.annotations"),
        ({"name": "jdoe", "annotations": ["a"]}, "metadata.annotations"),
        ({"name": "jdoe", "annotations": {"a": True}}, "metadata.annotations[a]"),
        ({"name": "jdoe", "annotations": {"a": "b" * 262_145}}, "metadata.annotations"),
        ({"name": "jdoe", "labels": {"a": "b c"}}, "metadata.labels[a]"),
        ({"name": "jdoe", "labels": {"a/b/c": "d"}}, "metadata.labels[a/b/c]"),
        ({"name": "jdoe", "label": {"a": "b"}}, "metadata.label"),
        ({"name": "jdoe", "finalizers": "a/b"}, "metadata.finalizers"),
        ({"name": "jdoe", "creationTimestamp": "2026-01-02T03:04:05Z"}, ""),
        ({"name": "jdoe", "creationTimestamp": "yesterday"}, "metadata.creationTimestamp"),
        ({"name": "jdoe", "ownerReferences": [OWNER_OBJECT]}, ""),
        ({"name": "jdoe", "ownerReferences": ["x"]}, "metadata.ownerReferences[0]"),
        ({"name": "jdoe", "ownerReferences": [{**OWNER_OBJECT, "name": True}]}, "metadata.ownerReferences[0].name"),
        ({"name": "jdoe", "ownerReferences": [{**OWNER_OBJECT, "uid": None}]}, "metadata.ownerReferences[0].uid"),
    ],
)
def test_metadata(metadata: Any, field: str) -> None:  # noqa: ANN401 - JSON values
    assert [each.field for each in metadata_problems(metadata)] == ([field] if field else [])


def test_a_login_that_is_no_name_has_a_place() -> None:
    [violation] = metadata_problems({"name": "jane@example.com"})
    assert "spec.username" in violation.text


def every_node(schema: Schema) -> list[Schema]:
    below = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return [schema, *(node for each in below if isinstance(each, dict) for node in every_node(each))]


CALLED = re.compile(r"([a-zA-Z_]+)\(")
# What the library itself has; the rules may use no other.
MACROS = {
    "timestamp",
    "has",
    "all",
    "exists",
    "exists_one",
    "filter",
    "map",
    "size",
    "matches",
    "startsWith",
    "endsWith",
    "contains",
}
MACROS |= {"type", "duration", "int", "string", "double"}


@pytest.mark.parametrize("kind", BASES)
def test_every_rule_that_is_shipped_can_be_evaluated(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    """One that cannot, because a function is missing for instance, would be passed over in silence."""
    known = set(CALLED.findall(" ".join(_FUNCTIONS))) | set(_FUNCTIONS) | MACROS
    called = {
        name
        for node in every_node(definitions()[kind].schema)
        for rule in rules(node)
        for name in CALLED.findall(rule.expression)
    }
    assert called
    assert not called - known
    whole = yaml.safe_load((ROOT / "manifests" / "samples" / f"{kind.lower()}-full.yaml").read_text())
    assert violations(kind, whole) == ()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("a\n", "^a$", False),  # Python's $ would match before the line end
        ("a\u00a0b", r"^[^\s]+$", True),  # blanks are ASCII's
        ("\u0661", "^[0-9]$", False),
        ("it's", r"^it's$", True),
        ("xay", "a", True),
    ],
)
def test_patterns_mean_what_they_mean_to_go(text: str, pattern: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert matches(text, pattern) is expected


def test_sizes_are_counted_in_characters() -> None:
    assert not judged("ConnectUser", {"tags": {"日" * 128: ""}})
    assert judged("ConnectUser", {"tags": {"日" * 129: ""}})
