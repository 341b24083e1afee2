"""What holds for every field of all kinds, whatever it is about. No API server is needed to see it."""

from __future__ import annotations

import re

import pytest

from .definitions import KINDS, Schema, load_crd, nodes, schema_of

# A sentence: a beginning, several words, an end.
SENTENCE = re.compile(r"^[A-Z0-9\"].*\S \S+ \S.*[.\])}\"]$", re.DOTALL)
# "what is wrong; what to do", or what it must be.
REMEDY = re.compile(r"; | must be | may hold only ")
VALIDATIONS = {"pattern", "enum", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"}

# Root rules are not ratcheted by the API server: one that a live object breaks blocks its finalizer's removal too. So
# only what needs metadata.name stands there, and it never changes within a version.
ROOT_RULES = {
    "connectinstances": [],
    "connectcontactassignments": [],
    "connectusers": [
        "has(self.spec.username) || self.metadata.name.size() <= 100",
    ],
}
# Those that need the status, too, which says whether anything was attempted.
PINNED = "!has(oldSelf.status) || !has(oldSelf.status.instanceArn) || "
# Transition rules are not ratcheted either, so each of them must hold of what is left unchanged.
TRANSITION_RULES_OF_UNCHANGED = re.compile(
    r"self == oldSelf|self\.spec\.(\w+|instanceRef\.name) == oldSelf\.spec\.\1"
    r"|self\.metadata\.name\) == \(has\(oldSelf\.spec\.username\)"
)

# By it kstatus takes no object for current that the operator has not seen.
NOT_SEEN = {"observedGeneration": -1}
# Absent must stay absent in every other field: there it means "leave alone", or what the ConnectInstance says.
DEFAULTS = {
    "connectinstances": {
        "spec.allowedAdoptionPolicies": ["Never"],
        "spec.defaultAdoptionPolicy": "Never",
        "spec.driftCheckInterval": "60s",
        "spec.detailCheckInterval": "1h",
        "spec.endSessions": ["Deletion", "Deactivation"],
        "spec.waitForContacts": "0s",
        "spec.quickConnectsOfDeletedUsers": "Keep",
        "status": NOT_SEEN,
    },
    "connectusers": {
        "spec.state": "Active",
        "spec.deletionPolicy": "Delete",
        "spec.managementPolicy": "Manage",
        "spec.suspend": False,
        "status": NOT_SEEN,
    },
    "connectcontactassignments": {"spec.activeDeadlineSeconds": 300, "status": NOT_SEEN},
}


def rules(schema: Schema) -> list[dict[str, str]]:
    found: list[dict[str, str]] = schema.get("x-kubernetes-validations", [])
    return found


@pytest.mark.parametrize("plural", KINDS)
def test_every_field_is_explained(plural: str) -> None:
    """`kubectl explain` is the manual. The API server explains metadata itself, and forbids a CRD to."""
    unexplained = [
        node.path
        for node in nodes(plural)
        if node.path != "metadata" and not SENTENCE.match(node.schema.get("description", ""))
    ]
    assert not unexplained


@pytest.mark.parametrize("plural", KINDS)
def test_every_optional_field_of_spec_says_what_absent_means(plural: str) -> None:
    silent = []
    for node in nodes(plural, "spec"):
        for name, child in node.schema.get("properties", {}).items():
            required = name in node.schema.get("required", [])
            said = re.search(r"\b(Absent|absent|Default|Required|[Ee]xactly one)\b", child["description"])
            if not required and not said and "left alone" not in child["description"]:
                silent.append(f"{node.path}.{name}")
    assert not silent


@pytest.mark.parametrize("plural", KINDS)
def test_lists_maps_and_blocks_of_spec_are_atomic(plural: str) -> None:
    """With granular ones, server-side apply turns "make it empty" into "leave it alone"."""
    granular = []
    for node in nodes(plural, "spec"):
        is_block = node.schema.get("type") == "object" and node.path != "spec"
        if is_block and node.schema.get("x-kubernetes-map-type") != "atomic":
            granular.append(node.path)
        if node.schema.get("type") == "array" and node.schema.get("x-kubernetes-list-type") != "atomic":
            granular.append(node.path)
    assert not granular


@pytest.mark.parametrize("plural", KINDS)
def test_defaults_stand_only_where_absent_is_not_unmanaged(plural: str) -> None:
    assert {n.path: n.schema["default"] for n in nodes(plural) if "default" in n.schema} == DEFAULTS[plural]


@pytest.mark.parametrize("plural", KINDS)
def test_no_default_stands_inside_an_atomic_block(plural: str) -> None:
    """Whoever applies such a block with server-side apply, as Argo CD does, would find it changed for ever."""
    atomic = [
        node.path
        for node in nodes(plural)
        if "atomic" in (node.schema.get("x-kubernetes-map-type"), node.schema.get("x-kubernetes-list-type"))
    ]
    inside = [
        node.path
        for node in nodes(plural)
        if "default" in node.schema and any(node.path.startswith((f"{block}.", f"{block}[")) for block in atomic)
    ]
    assert atomic
    assert not inside


@pytest.mark.parametrize("plural", KINDS)
def test_null_is_never_a_value(plural: str) -> None:
    """The API server drops null, so that it means absent; a nullable field would store it as a third kind of empty."""
    assert not [node.path for node in nodes(plural) if "nullable" in node.schema]


@pytest.mark.parametrize("plural", KINDS)
def test_everything_is_bounded(plural: str) -> None:
    """The cost of a rule is estimated from the bounds."""
    bounds = {"string": "maxLength", "array": "maxItems"}
    unbounded = []
    for node in nodes(plural, "spec"):
        bound = "maxProperties" if "additionalProperties" in node.schema else bounds.get(node.schema.get("type", ""))
        if bound and bound not in node.schema:
            unbounded.append(node.path)
    assert not unbounded


@pytest.mark.parametrize("plural", KINDS)
def test_only_rules_that_need_the_name_or_the_status_stand_at_the_root(plural: str) -> None:
    found = [rule["rule"] for rule in rules(schema_of(load_crd(plural)))]
    assert [rule for rule in found if not rule.startswith(PINNED)] == ROOT_RULES[plural]


@pytest.mark.parametrize("plural", KINDS)
def test_transition_rules_hold_of_what_does_not_change(plural: str) -> None:
    found = [rule["rule"] for node in nodes(plural) for rule in rules(node.schema) if "oldSelf" in rule["rule"]]
    found += [rule["rule"] for rule in rules(schema_of(load_crd(plural))) if "oldSelf" in rule["rule"]]
    assert found
    assert not [rule for rule in found if not TRANSITION_RULES_OF_UNCHANGED.search(rule)]


@pytest.mark.parametrize("plural", KINDS)
def test_nothing_in_status_can_be_refused(plural: str) -> None:
    """Else a report about a problem could fail because of the problem."""
    assert not [node.path for node in nodes(plural, "status") if VALIDATIONS & set(node.schema) or rules(node.schema)]


@pytest.mark.parametrize("plural", KINDS)
def test_a_rule_says_what_each_pattern_means(plural: str) -> None:
    """Editors and offline validators know patterns only; people get the rule's message."""
    speechless = []
    for node in nodes(plural, "spec"):
        said = [rule["rule"].replace("\\\\", "\\") for rule in rules(node.schema) if "matches" in rule["rule"]]
        pattern = node.schema.get("pattern", "")
        # What may be empty for the rule is what minLength speaks of.
        same = any(f"matches('{pattern}')" in rule or f"matches('{pattern[:-2]}*$')" in rule for rule in said)
        if pattern and not same:
            speechless.append(node.path)
    assert not speechless


@pytest.mark.parametrize("plural", KINDS)
def test_messages_name_the_field_and_say_what_to_do(plural: str) -> None:
    unhelpful = []
    for node in nodes(plural):
        for rule in rules(node.schema):
            field = rule.get("fieldPath", node.path).rstrip("[]").rsplit(".", 1)[-1]
            names_it = field in rule["message"] or node.path == "spec"
            # kubectl goes on after the message, so it has no full stop.
            if not (names_it and REMEDY.search(rule["message"])) or rule["message"].endswith("."):
                unhelpful.append(rule["message"])
    assert not unhelpful


@pytest.mark.parametrize(
    ("plural", "scope", "short"),
    [
        ("connectinstances", "Cluster", "cinst"),
        ("connectusers", "Namespaced", "cuser"),
        ("connectcontactassignments", "Namespaced", "ccassign"),
    ],
)
def test_names(plural: str, scope: str, short: str) -> None:
    spec = load_crd(plural)["spec"]
    assert (spec["group"], spec["scope"]) == ("connect-operator.io", scope)
    assert (spec["names"]["shortNames"], spec["names"]["categories"]) == ([short], ["connect"])
    (version,) = spec["versions"]
    assert (version["name"], version["subresources"]) == ("v1alpha1", {"status": {}})
