"""What the API server fills in where a manifest says nothing, or null."""

from __future__ import annotations

from .manifests import a_user, an_assignment, an_instance
from .rest import DRY_RUN, Resource


def test_null_means_absent(any_users: Resource) -> None:
    """Templates render null for what was not given; it must not turn into an error or into "make it empty"."""
    manifest = a_user()
    manifest["spec"] |= {"username": None, "tags": None, "proficiencies": None, "identityInfo": {"email": None}}
    stored = any_users.create(manifest, DRY_RUN)["spec"]
    assert "username" not in stored
    assert "tags" not in stored
    assert "proficiencies" not in stored
    assert stored["identityInfo"] == {}


def test_a_users_defaults(any_users: Resource) -> None:
    stored = any_users.create(a_user(passwordSecretRef={"name": "s"}), DRY_RUN)["spec"]
    given = a_user()["spec"]
    assert {key: value for key, value in stored.items() if key not in given} == {
        "passwordSecretRef": {"name": "s"},
        "state": "Active",
        "deletionPolicy": "Delete",
        "managementPolicy": "Manage",
        "suspend": False,
    }


def test_an_instances_defaults(instances: Resource) -> None:
    stored = instances.create(an_instance("defaults", apiRates={"default": {}}), DRY_RUN)["spec"]
    given = an_instance()["spec"]
    assert {key: value for key, value in stored.items() if key not in given} == {
        "allowedAdoptionPolicies": ["Never"],
        "defaultAdoptionPolicy": "Never",
        "driftCheckInterval": "60s",
        "detailCheckInterval": "1h",
        "endSessions": ["Deletion", "Deactivation"],
        "waitForContacts": "0s",
        "quickConnectsOfDeletedUsers": "Keep",
        "apiRates": {"default": {}},
    }


def test_an_assignments_defaults(any_assignments: Resource) -> None:
    """And null stands for absent: it is neither a time nor the other way to name the user."""
    manifest = an_assignment()
    nulls = {"activeDeadlineSeconds": None, "ttlSecondsAfterFinished": None, "userId": None, "instanceId": None}
    for spec in (manifest["spec"], manifest["spec"] | nulls):
        stored = any_assignments.create(manifest | {"spec": spec}, DRY_RUN)["spec"]
        assert stored == manifest["spec"] | {"activeDeadlineSeconds": 300}
