"""A cluster as it was before the policies were installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kubernetes.client import AdmissionregistrationV1Api, ApiClient, ApiException

from local_cluster.readiness import wait_until
from local_stack import Objects

from .manifests import a_user

NAME = "connect-operator-metadata"


@contextmanager
def without_policy(admin: ApiClient) -> Iterator[None]:
    """No bound on metadata while the block runs. The API server learns of both ends by a watch, so they are awaited."""
    registrations = AdmissionregistrationV1Api(admin)
    binding = registrations.read_validating_admission_policy_binding(NAME)
    registrations.delete_validating_admission_policy_binding(NAME)
    try:
        assert wait_until(lambda: not is_bound(admin), 60)
        yield
    finally:
        again = {"metadata": {"name": NAME, "labels": binding.metadata.labels}, "spec": binding.spec}
        registrations.create_validating_admission_policy_binding(again)
        assert wait_until(lambda: is_bound(admin), 60)


def is_bound(admin: ApiClient) -> bool:
    """Whether the policy judges: a finalizer of the operator is refused to others."""
    probe = a_user("default", "probe", finalizers=["connect-operator.io/user"])
    try:
        Objects(admin).apply(probe, dry_run=True)
    except ApiException as error:
        if error.status not in {403, 422}:
            raise
        return True
    return False
