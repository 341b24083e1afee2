"""An API server that answers slowly or refuses: nothing is decided on half a list, and nobody hammers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import OperatorProcess
from local_stack.operator_process import wait_for_log

from .api_proxy import PASS, ApiProxy, Passing, Treatment
from .conftest import SERVICE_ACCOUNT, NewStage
from .running import SETTINGS, Operators
from .stage import OWNER_TAG, Stage, wait_for


@pytest.fixture
def proxy(cluster: LocalCluster, operators: Operators, tmp_path: Path) -> Iterator[ApiProxy]:
    operators.stop_shared()
    upstream = cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT)
    with ApiProxy(upstream, tmp_path) as running:
        yield running


@pytest.fixture
def operator(proxy: ApiProxy, simulator: SimProcess, namespace: str) -> Iterator[OperatorProcess]:
    """Through the proxy, for the test's namespace; not started yet."""
    environment = {**simulator.env, **SETTINGS}
    running = OperatorProcess(proxy.kubeconfig, environment, arguments=["--namespace", namespace])
    yield running
    running.__exit__()


def one_by_one(until: threading.Event | None) -> Callable[[Passing], Treatment]:
    """The first page of users at once, each further one after that event; a page is one object."""

    def treat(passing: Passing) -> Treatment:
        if not passing.path.endswith("connectusers") or passing.is_watch:
            return PASS
        return Treatment(until=until if "continue" in passing.query else None, limit=1)

    return treat


def test_an_owner_on_a_page_that_is_not_read_yet_is_alive(
    proxy: ApiProxy, operator: OperatorProcess, new_stage: NewStage
) -> None:
    """The younger object may take what no living object has, and comes first on the list."""
    stage: Stage = new_stage(applied=False)
    stage.apply_instance(allowedAdoptionPolicies=["Never", "IfUnowned", "Always"])
    operator.start()
    stage.apply_user("zoe", username="jdoe")
    stage.wait_ready("zoe", timeout=60)
    wait_for(lambda: time.time() > _created(stage, "zoe") + 1.1, "another second")  # ages are told in seconds
    stage.apply_user("adam", username="jdoe", adoptionPolicy="Always")
    stage.wait_reason("adam", "UsernameTaken", timeout=60)
    assert operator.stop() == 0

    rest = threading.Event()
    proxy.treat = one_by_one(rest)
    mark = stage.mark()
    operator.start()
    # The instance is observed long before the second page comes.
    stage.sim.wait_until(lambda: bool(stage.sim.journal(mark, "SearchUsers")), 60.0, "a sweep")
    assert "2 ConnectUsers" not in operator.log
    rest.set()
    wait_for_log(operator, "2 ConnectUsers", 60.0)
    stage.apply_user("last")
    stage.wait_ready("last", timeout=60)
    assert stage.truth("jdoe")["Tags"][OWNER_TAG] == stage.owner_tag("zoe")
    assert stage.write_names(since=mark) == ["CreateUser"]
    stage.wait_reason("adam", "UsernameTaken")


def test_an_outage_in_the_middle_of_the_first_list_is_waited_for(
    proxy: ApiProxy, operator: OperatorProcess, new_stage: NewStage
) -> None:
    stage: Stage = new_stage()
    names = ["ada", "bob", "carl"]
    stage.apply_users(names)
    refused: list[Passing] = []

    def treat(passing: Passing) -> Treatment:
        slow = one_by_one(None)(passing)
        if "continue" in passing.query and len(refused) < 2:
            refused.append(passing)
            return Treatment(status=503)
        return slow

    proxy.treat = treat
    operator.start()
    wait_for_log(operator, "3 ConnectUsers", 60.0)
    assert len(refused) == 2
    stage.wait_ready(*names, timeout=60)
    assert stage.write_names() == ["CreateUser"] * 3


def test_a_server_that_refuses_writes_is_not_hammered_and_recovery_is_prompt(
    proxy: ApiProxy, operator: OperatorProcess, new_stage: NewStage
) -> None:
    stage: Stage = new_stage()
    names = [f"user-{number:03}" for number in range(60)]
    refuses = [True]

    def treat(passing: Passing) -> Treatment:
        writes = passing.method == "PATCH"
        return Treatment(status=429) if writes and refuses[0] else PASS

    proxy.treat = treat
    operator.start()
    wait_for_log(operator, "ConnectInstances", 60.0)
    stage.apply_users(names, routingProfileName="no such profile")
    begun = time.monotonic()
    wait_for(lambda: time.monotonic() > begun + 40.0 or None, "some time of refusals", 60.0)
    patches = [each for each in proxy.requests if each.method == "PATCH"]
    # 16 may be under way when it begins to refuse; after that it is one probe at a time, with growing pauses.
    assert 3 <= len(patches) <= 16 + 12
    assert len([line for line in operator.log.splitlines() if "refuses, or does not answer" in line]) <= 12
    refuses[0] = False
    for name in names:
        stage.wait_reason(name, "ReferenceNotFound", timeout=60)


def _created(stage: Stage, name: str) -> float:
    from connect_operator.domain.text.timestamps import epoch  # noqa: PLC0415

    found = stage.user(name)
    assert found is not None
    return epoch(found["metadata"]["creationTimestamp"]) or 0.0
