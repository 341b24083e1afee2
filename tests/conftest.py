"""What any test may ask for: a real Kubernetes API (one per test process) and a namespace of its own in it."""

from __future__ import annotations

import os
import re
import signal
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from kubernetes import client

from local_cluster import LocalCluster
from local_cluster.build import ensure_program, ensure_programs
from local_cluster.programs import ARGOCD, HELM

if TYPE_CHECKING:
    from collections.abc import Iterator

# Every run tries the same examples, so that a change is judged by what it changed; HYPOTHESIS_PROFILE=explore looks for
# new ones, and `soak` for those that --hypothesis-seed says and no others.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", derandomize=False, deadline=None)
settings.register_profile("soak", derandomize=False, deadline=None, database=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# A shell that runs the tests in its background has them ignore Ctrl-C, and the programs that they start with it, though
# some tests are about just that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

CRDS = Path(__file__).parents[1] / "crds"


@pytest.hookimpl(tryfirst=True)  # before pytest deselects by -m
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "cluster" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.cluster)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Build what tests run here, where no test's time runs out and the progress can be seen."""
    if session.config.option.collectonly:
        return
    capture = session.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        if any(item.get_closest_marker("cluster") for item in session.items):
            ensure_programs()
        if any("helm" in getattr(item, "fixturenames", ()) for item in session.items):
            ensure_program(HELM)
        if any("argocd" in getattr(item, "fixturenames", ()) for item in session.items):
            ensure_program(ARGOCD)


@pytest.fixture(scope="session")
def cluster() -> Iterator[LocalCluster]:
    """A running cluster with this project's kinds and the audit log; the tests of one process share it."""
    with LocalCluster(audit=True) as running:
        running.apply_crds(CRDS)
        yield running


@pytest.fixture(scope="session")
def admin(cluster: LocalCluster) -> Iterator[client.ApiClient]:
    """A client that may do everything."""
    with cluster.api_client() as api:
        yield api


@pytest.fixture
def namespace(admin: client.ApiClient, request: pytest.FixtureRequest) -> str:
    """A new namespace named after the test. It stays: without a controller-manager none is ever fully deleted."""
    readable = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:40].strip("-")
    name = f"{readable}-{uuid.uuid4().hex[:8]}"
    client.CoreV1Api(admin).create_namespace(client.V1Namespace(metadata=client.V1ObjectMeta(name=name)))
    return name
