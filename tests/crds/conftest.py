"""Fixtures of the CRD tests: the kinds on the real API server of tests/conftest.py."""

from __future__ import annotations

import pytest
from kubernetes.client import ApiClient

from .rest import Resource

GROUP_VERSION = "/apis/connect-operator.io/v1alpha1"


@pytest.fixture(scope="session")
def any_users(admin: ApiClient) -> Resource:
    """ConnectUsers of the namespace default, for tests that store nothing."""
    return Resource(api=admin, path=f"{GROUP_VERSION}/namespaces/default/connectusers")


@pytest.fixture
def users(admin: ApiClient, namespace: str) -> Resource:
    """ConnectUsers of a namespace that the test has for itself."""
    return Resource(api=admin, path=f"{GROUP_VERSION}/namespaces/{namespace}/connectusers")


@pytest.fixture(scope="session")
def any_assignments(admin: ApiClient) -> Resource:
    """ConnectContactAssignments of the namespace default, for tests that store nothing."""
    return Resource(api=admin, path=f"{GROUP_VERSION}/namespaces/default/connectcontactassignments")


@pytest.fixture
def assignments(admin: ApiClient, namespace: str) -> Resource:
    """ConnectContactAssignments of a namespace that the test has for itself."""
    return Resource(api=admin, path=f"{GROUP_VERSION}/namespaces/{namespace}/connectcontactassignments")


@pytest.fixture(scope="session")
def instances(admin: ApiClient) -> Resource:
    """ConnectInstances, which are cluster-scoped: a test that stores one gives it a name of its own."""
    return Resource(api=admin, path=f"{GROUP_VERSION}/connectinstances")
