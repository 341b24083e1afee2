"""What `kubectl get` shows, before the operator has said anything and after."""

from __future__ import annotations

from typing import Any

import pytest

from .manifests import INSTANCE_ARN, INSTANCE_ID, a_user, an_instance
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


def row(resource: Resource, name: str) -> dict[str, Any]:
    (found,) = [each for each in resource.table() if each["Name"] == name]
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
        "Ready-Users": 8,
        "Pending": 4,
        "Reason": "Available",
        "Instance": INSTANCE_ARN,
        "Done-By": "2026-01-01T00:00:00Z",
        "Message": "Found.",
    }
