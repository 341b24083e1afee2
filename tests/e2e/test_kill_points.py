"""The running operator is killed at every write of a user's life to the API server; and every answer to one is lost.

Its calls to Connect are treated so in test_crash.py. The suite takes some of the writes, CONNECT_OPERATOR_CAMPAIGN=1
every one of them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from campaign.tally import TALLY
from connect_sim.process import SimProcess
from local_cluster import LocalCluster
from local_stack import OperatorProcess

from .api_proxy import PASS, ApiProxy, Passing, Treatment
from .conftest import SERVICE_ACCOUNT
from .running import SETTINGS, Operators
from .stage import OWNER_TAG, Stage

EVERY = 1 if os.environ.get("CONNECT_OPERATOR_CAMPAIGN") else 3
PROFICIENCIES = [{"attributeName": "Language", "attributeValue": "German", "level": 5}]
IDENTITY = {"firstName": "Augusta", "lastName": "Lovelace", "email": "ada@example.com"}
LIFE = ["AssociateUserProficiencies", "CreateUser", "DeleteUser", "UpdateUserIdentityInfo"]


@dataclass
class Trouble:
    """What happens at the write number `at` about the user of that name; the writes are counted from 0."""

    name: str
    act: Callable[[], Treatment]
    at: int = -1
    writes: list[str] = field(default_factory=list)

    def treat(self, passing: Passing) -> Treatment:
        """Number the writes."""
        if passing.method == "GET" or f"/connectusers/{self.name}" not in passing.path:
            return PASS
        self.writes.append(f"{passing.method} {passing.path.partition('/connectusers/')[2]}")
        return self.act() if len(self.writes) - 1 == self.at else PASS


@pytest.fixture
def proxy(cluster: LocalCluster, operators: Operators, tmp_path: Path) -> Iterator[ApiProxy]:
    operators.stop_shared()
    with ApiProxy(cluster.kubeconfig_for_service_account(*SERVICE_ACCOUNT), tmp_path) as running:
        yield running


@pytest.fixture
def operator(proxy: ApiProxy, simulator: SimProcess, namespace: str) -> Iterator[OperatorProcess]:
    environment = {**simulator.env, **SETTINGS, "CONNECT_OPERATOR_CONSISTENCY_WINDOW": "2s"}
    with OperatorProcess(proxy.kubeconfig, environment, arguments=["--namespace", namespace]) as running:
        yield running


def live(stage: Stage, name: str) -> None:
    """Create, edit, delete, each to its end; nobody is doubled or left behind, and no call is carried out twice."""
    position = stage.mark()
    stage.apply_user(name, proficiencies=PROFICIENCIES)
    user_id = stage.wait_ready(name)["status"]["userId"]
    assert stage.usernames() == [name]
    user = stage.truth(name)
    assert (user["Id"], user["Tags"][OWNER_TAG]) == (user_id, stage.owner_tag(name))
    stage.apply_user(name, proficiencies=PROFICIENCIES, identityInfo=IDENTITY)
    assert stage.wait_ready(name)["status"]["userId"] == user_id
    assert stage.truth(name)["IdentityInfo"]["FirstName"] == "Augusta"
    stage.delete_user(name)
    stage.wait_gone(name)
    assert stage.usernames() == []
    made = Counter(call.operation for call in stage.writes(since=position) if call.committed)
    assert set(LIFE) <= made.keys()
    assert (made["CreateUser"], made["DeleteUser"], max(made.values())) <= (1, 1, 2), made


def points(proxy: ApiProxy, stage: Stage, act: Callable[[], Treatment]) -> None:
    """Live once without trouble, then with the trouble at each of the writes that there were."""
    clean = Trouble("calm", act)
    proxy.treat = clean.treat
    live(stage, "calm")
    assert len(clean.writes) > 4, clean.writes
    names = (f"ada-{number}" for number in count())
    for at in range(0, len(clean.writes), EVERY):
        TALLY.point()
        trouble = Trouble(next(names), act, at)
        proxy.treat = trouble.treat
        try:
            live(stage, trouble.name)
        except (AssertionError, TimeoutError) as failure:
            raise AssertionError(f"write {at} of {trouble.writes}: {failure}") from failure


@pytest.mark.timeout(2400)
@pytest.mark.parametrize("when", ["just before", "just after"])
def test_a_kill_at_every_request(proxy: ApiProxy, operator: OperatorProcess, stage: Stage, when: str) -> None:
    def die() -> None:
        operator.kill()
        operator.start()

    def before() -> Treatment:
        die()
        return Treatment(status=503)

    points(proxy, stage, before if when == "just before" else lambda: Treatment(answered=die))
    assert "a pass failed unexpectedly" not in operator.log


@pytest.mark.timeout(2400)
def test_a_lost_answer_at_every_write(proxy: ApiProxy, operator: OperatorProcess, stage: Stage) -> None:
    points(proxy, stage, lambda: Treatment(lost=True))
    assert "a pass failed unexpectedly" not in operator.log
