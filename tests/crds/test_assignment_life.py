"""A stored ConnectContactAssignment: applied again it stays what it is, and the operator's status always fits in.

The rules of its spec are in test_refusals.py and test_immutability.py.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from .appliers import Apply, client_side, server_side
from .manifests import an_assignment, merged
from .rest import JSON_PATCH, MERGE_PATCH, Manifest, Refused, Resource, Write
from .test_apply import WAYS, forced
from .test_immutability import ASSIGNMENT

NAME = "hand-over"
STATUS = Write(manager="connect-operator", subresource="status")
# What the API server says of an object that the operator has not seen.
UNSEEN = {"observedGeneration": -1}
ASSIGNED: dict[str, Any] = {
    "observedGeneration": 1,
    "phase": "Assigned",
    "userId": "7d1f",
    "attemptedTime": "2026-01-01T00:00:00.123456Z",
    "completionTime": "2026-01-01T00:00:01Z",
    "conditions": [
        {
            "type": "Complete",
            "status": "True",
            "observedGeneration": 1,
            "lastTransitionTime": "2026-01-01T00:00:01Z",
            "reason": "Assigned",
            "message": "handed contact 2c8e to user 7d1f",
        }
    ],
}


def identity(live: Manifest) -> tuple[str, int, Any, Any]:
    metadata = live["metadata"]
    return metadata["uid"], metadata["generation"], live["spec"], live.get("status")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "spec",
    [{}, {"activeDeadlineSeconds": 300}, {"activeDeadlineSeconds": 60, "ttlSecondsAfterFinished": 0}],
    ids=["no time is said", "the default time is said", "other times are said"],
)
def test_applying_the_same_manifest_again_changes_nothing(
    assignments: Resource, way: str, spec: dict[str, Any]
) -> None:
    """The default that the API server has filled in is no difference, whoever applies."""
    manifest = an_assignment(**spec)
    ways = cycle(WAYS[way])
    next(ways)(assignments, manifest)
    assignments.patch(NAME, {"status": ASSIGNED}, MERGE_PATCH, STATUS)
    before = identity(assignments.get(NAME))
    for _ in range(4):
        assert identity(next(ways)(assignments, manifest)) == before


def test_an_apply_of_what_is_there_writes_nothing_at_all(assignments: Resource) -> None:
    """The first update after the creation stores the default of status, as it would with any other kind."""
    for apply in (client_side, server_side):
        manifest = merged(an_assignment(), {"metadata": {"name": apply.__name__.replace("_", "-")}})
        apply(assignments, manifest)
        first = apply(assignments, manifest)
        assert apply(assignments, manifest)["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


@pytest.mark.parametrize("apply", [client_side, server_side, forced])
def test_no_way_of_applying_gets_past_the_rule(assignments: Resource, apply: Apply) -> None:
    apply(assignments, an_assignment())
    before = identity(assignments.get(NAME))
    with pytest.raises(Refused) as refused:
        apply(assignments, an_assignment(contactId="3d9f"))
    assert refused.value.lines == [ASSIGNMENT]
    assert identity(assignments.get(NAME)) == before


def test_metadata_may_change_before_and_after_its_end(assignments: Resource) -> None:
    assignments.create(an_assignment())
    for status in ({"phase": "Pending"}, ASSIGNED):
        assignments.patch(NAME, {"status": status}, MERGE_PATCH, STATUS)
        change = {"labels": {"shift": status["phase"].lower()}, "annotations": {"a": "b"}, "finalizers": ["a.b/c"]}
        live = assignments.patch(NAME, {"metadata": change}, MERGE_PATCH)
        assert {key: live["metadata"][key] for key in change} == change
        assert (live["metadata"]["generation"], live["status"]) == (1, UNSEEN | status)
        assignments.patch(NAME, {"metadata": {"finalizers": None}}, MERGE_PATCH)


def test_nobody_writes_status_with_the_object(assignments: Resource) -> None:
    """Else a manifest that was exported with its status would be born Assigned, and never be handed over."""
    live = assignments.create(an_assignment() | {"status": ASSIGNED})
    assert live["status"] == UNSEEN
    patched = assignments.patch(NAME, {"status": ASSIGNED}, MERGE_PATCH)
    assert patched["status"] == UNSEEN


def a_condition(reason: str, message: str) -> dict[str, Any]:
    return {**ASSIGNED["conditions"][0], "type": "Failed", "reason": reason, "message": message}


@pytest.mark.parametrize(
    "status",
    [
        {},
        ASSIGNED,
        {"phase": "SomethingNewer", "userId": "", "conditions": []},
        {"attemptedTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:00:00.999999Z"},
        {"userId": "u" * 10_000, "phase": "p" * 10_000},
        {"conditions": [a_condition("OutcomeUnknown", "")]},
        {"conditions": [a_condition("", "m" * 40_000)]},
    ],
    ids=["empty", "full", "of a newer operator", "either precision of a time", "long", "no message", "a long one"],
)
def test_no_status_is_refused(assignments: Resource, status: dict[str, Any]) -> None:
    """What has been done to a desk must be written down whatever it looks like."""
    assignments.create(an_assignment())
    operation = [{"op": "add", "path": "/status", "value": status}]
    assert assignments.patch(NAME, operation, JSON_PATCH, STATUS).get("status", {}) == status


def test_status_leaves_the_spec_and_its_generation_alone(assignments: Resource) -> None:
    before = assignments.create(an_assignment())
    body = [
        {"op": "add", "path": "/status", "value": ASSIGNED},
        {"op": "replace", "path": "/spec/contactId", "value": "3d9f"},
    ]
    after = assignments.patch(NAME, body, JSON_PATCH, STATUS)
    assert (after["spec"], after["metadata"]["generation"]) == (before["spec"], 1)
