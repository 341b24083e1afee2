"""What `kubectl get` shows, before the operator has said anything and after."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .manifests import CONTACT_ID, INSTANCE_ARN, INSTANCE_ID, a_user, an_assignment, an_instance
from .rest import MERGE_PATCH, Resource, Write

STATUS = Write(manager="connect-operator", subresource="status")


def ready(reason: str, message: str) -> dict[str, Any]:
    return {
        "type": "Ready",
        "status": "True",
        "reason": reason,
        "message": message,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }


def row(resource: Resource, name: str, *, wide: bool = True) -> dict[str, Any]:
    (found,) = [each for each in resource.table(wide=wide) if each["Name"] == name]
    assert found.pop("Age")
    return found


@pytest.mark.parametrize(
    ("spec", "username", "instance"),
    [
        ({}, "jdoe", "support"),
        ({"username": "jane@example.com"}, "jane@example.com", "support"),
        ({"instanceRef": None, "instanceId": INSTANCE_ID}, "jdoe", INSTANCE_ID),
    ],
    ids=["the name is the username", "the username is said", "the instance by ID"],
)
def test_a_new_user_shows_who_it_is_about(users: Resource, spec: dict[str, Any], username: str, instance: str) -> None:
    users.create(a_user(**spec))
    assert row(users, "jdoe") == {
        "Name": "jdoe",
        "Ready": None,
        "Username": username,
        "User-ID": None,
        "Reason": None,
        "Instance": instance,
        "Routing-Profile": "Basic Routing Profile",
        "Message": None,
    }


@pytest.mark.parametrize("spec", [{}, {"username": "jane"}], ids=["default", "said"])
def test_a_user_with_a_status(users: Resource, spec: dict[str, Any]) -> None:
    username = spec.get("username", "jdoe")
    users.create(a_user(**spec))
    status = {"username": username, "userId": "1a2b", "conditions": [ready("Available", "All as it should be.")]}
    users.patch("jdoe", {"status": status}, MERGE_PATCH, STATUS)
    assert row(users, "jdoe") == {
        "Name": "jdoe",
        "Ready": "True",
        "Username": username,
        "User-ID": "1a2b",
        "Reason": "Available",
        "Instance": "support",
        "Routing-Profile": "Basic Routing Profile",
        "Message": "All as it should be.",
    }


def test_an_instance_before_and_after_it_was_found(instances: Resource, namespace: str) -> None:
    instances.create(an_instance(namespace))
    new = row(instances, namespace)
    assert new["Instance"] == INSTANCE_ID
    assert new["Ready"] is None

    status = {
        "instanceArn": INSTANCE_ARN,
        "identityManagementType": "SAML",
        "users": {"total": 12, "managed": 9, "ready": 8, "unmanaged": 3, "drifted": 1},
        "objects": {"total": 10, "notReady": 2},
        "backlog": {"pending": 4, "estimatedCompletionTime": "2026-01-01T00:00:00Z"},
        "conditions": [ready("Available", "Found.")],
    }
    instances.patch(namespace, {"status": status}, MERGE_PATCH, STATUS)
    found = row(instances, namespace)
    assert found == {
        "Name": namespace,
        "Ready": "True",
        "Identity": "SAML",
        "Users": 12,
        "Managed": 9,
        "Objects": 10,
        "Not-Ready": 2,
        "Pending": 4,
        "Reason": "Available",
        "Instance": INSTANCE_ARN,
        "Done-By": "2026-01-01T00:00:00Z",
        "Message": "Found.",
    }


@pytest.mark.parametrize(
    ("spec", "user", "instance"),
    [
        ({}, "jdoe", "support"),
        ({"userRef": None, "userId": "7d1f", "instanceRef": None, "instanceId": INSTANCE_ID}, "7d1f", INSTANCE_ID),
    ],
    ids=["by name", "by ID"],
)
def test_a_new_assignment_shows_whom_the_contact_goes_to(
    assignments: Resource, spec: dict[str, Any], user: str, instance: str
) -> None:
    assignments.create(an_assignment(**spec))
    plain = {"Name": "hand-over", "Phase": None, "User": user, "Contact": CONTACT_ID, "Reason": None}
    assert row(assignments, "hand-over", wide=False) == plain
    assert row(assignments, "hand-over") == plain | {"Instance": instance, "Completed": None, "Message": None}


@pytest.mark.parametrize("phase", ["Pending", "Assigned", "Failed"])
def test_an_assignment_says_why_its_phase_is_what_it_is(assignments: Resource, phase: str) -> None:
    assignments.create(an_assignment())
    told = {
        "status": "True" if phase == "Assigned" else "False",
        "reason": f"Because{phase}",
        "message": "What was found.",
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    # Failed stands first, so that a column which took any condition would show it.
    failed = [told | {"type": "Failed", "status": "True", "reason": "NotThis"}] if phase == "Failed" else []
    ended = {} if phase == "Pending" else {"completionTime": "2026-01-01T00:00:00Z"}
    status = {"phase": phase, "userId": "7d1f", "conditions": [*failed, told | {"type": "Complete"}], **ended}
    assignments.patch("hand-over", {"status": status}, MERGE_PATCH, STATUS)
    found = row(assignments, "hand-over")
    completed = found.pop("Completed")
    assert bool(completed) == bool(ended)
    assert re.match(r"\d+[ydhm]", completed or "0d")  # how long ago, and not when
    assert found == {
        "Name": "hand-over",
        "Phase": phase,
        "User": "jdoe",
        "Contact": CONTACT_ID,
        "Reason": f"Because{phase}",
        "Instance": "support",
        "Message": "What was found.",
    }
