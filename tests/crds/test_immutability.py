"""What admission refuses to change once an object exists, word for word; and what only looks like a change."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from .definitions import load_crd, schema_of
from .manifests import CONTACT_ID, INSTANCE_ARN, INSTANCE_ID, a_user, an_assignment, an_instance
from .rest import MERGE_PATCH, Manifest, Refused, Resource, Write

OTHER_ID = "1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809"
BY_ID: dict[str, Any] = {"instanceRef": None, "instanceId": INSTANCE_ID}
BY_ARN: dict[str, Any] = {"instanceRef": None, "instanceId": INSTANCE_ARN}

USERNAME = (
    "spec.username: Forbidden: username is immutable once the user is made (status.instanceArn), because Connect "
    "cannot rename a user (when absent it is metadata.name); restore it, or delete this ConnectUser and create another"
)
DIRECTORY_USER_ID = (
    "spec.directoryUserId: Forbidden: directoryUserId is immutable once the user is made (status.instanceArn) and can "
    "then be neither added nor removed; restore it, or delete this ConnectUser and create another"
)
INSTANCE_REF = (
    "spec.instanceRef.name: Forbidden: instanceRef.name is immutable once the user is made (status.instanceArn), "
    "because a user cannot move to another instance; restore it, or delete this ConnectUser and create another"
)
USERS_INSTANCE_ID = (
    "spec.instanceId: Forbidden: instanceId is immutable once the user is made (status.instanceArn), because a user "
    "cannot move to another instance (only an ID and the ARN of the same instance may replace each other); restore it, "
    "or delete this ConnectUser and create another"
)
INSTANCE_ID_OF_INSTANCE = (
    "spec.instanceId: Forbidden: instanceId is immutable (only an ID and the ARN of the same instance may replace each "
    "other); create another ConnectInstance for another instance"
)
ASSIGNMENT = (
    "spec: Forbidden: spec is immutable, because a contact is handed over once; restore it, or create another "
    "ConnectContactAssignment"
)


class Change(NamedTuple):
    """A change of spec, and what is refused of it (nothing: it is accepted)."""

    before: dict[str, Any]
    after: dict[str, Any]
    refused: str = ""


USER_CHANGES = {
    "a username is changed": Change({"username": "jane"}, {"username": "joan"}, USERNAME),
    "its case is changed": Change({"username": "jane"}, {"username": "Jane"}, USERNAME),
    "a username is added": Change({}, {"username": "jane"}, USERNAME),
    "a username is removed": Change({"username": "jane"}, {}, USERNAME),
    "the default is said explicitly": Change({}, {"username": "jdoe"}),
    "the default is said no more": Change({"username": "jdoe"}, {}),
    "a directory's user is changed": Change({"directoryUserId": "a"}, {"directoryUserId": "b"}, DIRECTORY_USER_ID),
    "a directory's user is added": Change({}, {"directoryUserId": "a"}, DIRECTORY_USER_ID),
    "a directory's user is removed": Change({"directoryUserId": "a"}, {}, DIRECTORY_USER_ID),
    "another ConnectInstance": Change({}, {"instanceRef": {"name": "sales"}}, INSTANCE_REF),
    "another instance's ID": Change(BY_ID, BY_ID | {"instanceId": OTHER_ID}, USERS_INSTANCE_ID),
    "another instance's ARN": Change(
        BY_ARN, BY_ARN | {"instanceId": INSTANCE_ARN.replace(INSTANCE_ID, OTHER_ID)}, USERS_INSTANCE_ID
    ),
    "the replica in another Region": Change(
        BY_ARN, BY_ARN | {"instanceId": INSTANCE_ARN.replace("us-east-1", "us-west-2")}, USERS_INSTANCE_ID
    ),
    "from an ID to another instance's ARN": Change(
        BY_ID, BY_ARN | {"instanceId": INSTANCE_ARN.replace(INSTANCE_ID, OTHER_ID)}, USERS_INSTANCE_ID
    ),
    "from an ID to the ARN that ends in it": Change(BY_ID, BY_ARN),
    "from an ARN to the ID in it": Change(BY_ARN, BY_ID),
    "from the name to an ID, which only the operator can judge": Change({}, BY_ID),
    "from an ARN to a name, which only the operator can judge": Change(BY_ARN, {}),
    "everything else": Change(
        {"passwordSecretRef": {"name": "a"}, "hierarchyGroupPath": "A", "deletionPolicy": "Retain"},
        {"routingProfileName": None, "routingProfileId": "1a", "securityProfileNames": ["Admin"], "tags": {"a": "b"}},
    ),
}

INSTANCE_CHANGES = {
    "another instance": Change({}, {"instanceId": OTHER_ID}, INSTANCE_ID_OF_INSTANCE),
    "the replica in another Region": Change(
        {"instanceId": INSTANCE_ARN},
        {"instanceId": INSTANCE_ARN.replace("us-east-1", "us-west-2")},
        INSTANCE_ID_OF_INSTANCE,
    ),
    "from an ID to the ARN that ends in it": Change({}, {"instanceId": INSTANCE_ARN}),
    "a Region that was wrong or left to the operator": Change({}, {"region": "eu-west-2"}),
    "everything else": Change(
        {"assumeRole": {"roleArn": "arn:aws:iam::123456789012:role/a"}, "driftCheckInterval": "5m"},
        {"allowedNamespaces": [{"name": "*"}], "apiRates": {"default": {"rate": 5}}},
    ),
}

# Even another way to say the same is a change: what the operator would have to compare, it could compare wrongly.
ASSIGNMENT_CHANGES = {
    "another contact": Change({}, {"contactId": OTHER_ID}, ASSIGNMENT),
    "the same contact by ARN": Change({}, {"contactId": f"{INSTANCE_ARN}/contact/{CONTACT_ID}"}, ASSIGNMENT),
    "another user": Change({}, {"userRef": {"name": "jane"}}, ASSIGNMENT),
    "a user by ID instead of by name": Change({}, {"userRef": None, "userId": "7d1f"}, ASSIGNMENT),
    "a user by name instead of by ID": Change({"userRef": None, "userId": "7d1f"}, {}, ASSIGNMENT),
    "another user's ID": Change({"userRef": None, "userId": "7d1f"}, {"userRef": None, "userId": "8e20"}, ASSIGNMENT),
    "another ConnectInstance": Change({}, {"instanceRef": {"name": "sales"}}, ASSIGNMENT),
    "from an ID to the ARN that ends in it": Change(BY_ID, BY_ARN, ASSIGNMENT),
    "more time": Change({}, {"activeDeadlineSeconds": 600}, ASSIGNMENT),
    "less time": Change({"activeDeadlineSeconds": 600}, {"activeDeadlineSeconds": 60}, ASSIGNMENT),
    "the default time after another": Change({"activeDeadlineSeconds": 600}, {}, ASSIGNMENT),
    "a time to live is added": Change({}, {"ttlSecondsAfterFinished": 60}, ASSIGNMENT),
    "a time to live is removed": Change({"ttlSecondsAfterFinished": 60}, {}, ASSIGNMENT),
    "a time to live is changed": Change({"ttlSecondsAfterFinished": 60}, {"ttlSecondsAfterFinished": 0}, ASSIGNMENT),
    "the default time is said explicitly": Change({}, {"activeDeadlineSeconds": 300}),
    "the default time is said no more": Change({"activeDeadlineSeconds": 300}, {}),
    "nothing": Change({}, {}),
}


PINNED = {"status": {"instanceArn": INSTANCE_ARN}}


def replace(resource: Resource, before: Manifest, after: Manifest, *, status: Manifest | None = None) -> list[str]:
    """Create one, give it that status, replace it by the other: what is refused."""
    stored = resource.create(before)
    if status is not None:
        stored = resource.patch(stored["metadata"]["name"], status, MERGE_PATCH, Write(subresource="status"))
    after["metadata"]["resourceVersion"] = stored["metadata"]["resourceVersion"]
    try:
        resource.replace(after)
    except Refused as refusal:
        return refusal.lines
    return []


@pytest.mark.parametrize("case", USER_CHANGES)
def test_a_change_of_a_user(users: Resource, case: str) -> None:
    change = USER_CHANGES[case]
    refused = replace(users, a_user(**change.before), a_user(**change.after), status=PINNED)
    assert refused == ([change.refused] if change.refused else [])


@pytest.mark.parametrize("case", USER_CHANGES)
def test_before_anything_was_attempted_every_field_may_be_corrected(users: Resource, case: str) -> None:
    change = USER_CHANGES[case]
    conditions = {"status": {"conditions": [], "observedGeneration": 1}}
    assert replace(users, a_user(**change.before), a_user(**change.after), status=conditions) == []


@pytest.mark.parametrize("case", INSTANCE_CHANGES)
def test_a_change_of_an_instance(instances: Resource, namespace: str, case: str) -> None:
    change = INSTANCE_CHANGES[case]
    refused = replace(instances, an_instance(namespace, **change.before), an_instance(namespace, **change.after))
    assert refused == ([change.refused] if change.refused else [])


@pytest.mark.parametrize("case", ASSIGNMENT_CHANGES)
def test_a_change_of_an_assignment(assignments: Resource, case: str) -> None:
    change = ASSIGNMENT_CHANGES[case]
    refused = replace(assignments, an_assignment(**change.before), an_assignment(**change.after))
    assert refused == ([change.refused] if change.refused else [])


def test_every_field_of_an_assignment_is_among_the_changes() -> None:
    """Else one could be left out of the rule and nobody would notice."""
    fields = schema_of(load_crd("connectcontactassignments"))["properties"]["spec"]["properties"]
    refused = [change for change in ASSIGNMENT_CHANGES.values() if change.refused]
    touched = {key for change in refused for key in change.before.keys() | change.after.keys()}
    assert touched == set(fields)
