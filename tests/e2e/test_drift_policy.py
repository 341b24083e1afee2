"""Changes in Connect that are left there, or put back in a window only, against a real API server and the simulator."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from local_stack import OperatorProcess
from local_stack.objects import Object

from .conftest import StartOperator
from .running import Operators
from .stage import OWNER_TAG, Stage, wait_for

MOVED_CLOCK = str(Path(__file__).with_name("moved_server_clock.py"))
StartAt = Callable[[str], OperatorProcess]
ROUTING = "UpdateUserRoutingProfile"
# In Berlin the clock goes from 2:00 to 3:00 on that Sunday.
BEFORE_THE_CHANGE = "2027-03-28T01:40:00+01:00"
SECONDS_BEFORE = "2027-03-28T01:59:50+01:00"
AT_THREE = {"timeZone": "Europe/Berlin", "windows": [{"start": "03:00", "end": "03:30", "days": ["Sun"]}]}


@pytest.fixture
def run_at(operators: Operators, namespace: str) -> Iterator[StartAt]:
    """Start an operator for which the API server's clock shows that time."""
    operators.stop_shared()
    with ExitStack() as stack:

        def start(moment: str) -> OperatorProcess:
            ahead = datetime.fromisoformat(moment).timestamp() - time.time()
            settings = {"MOVED_CLOCK_SECONDS": str(ahead)}
            return stack.enter_context(operators.own(namespace, settings, program=[sys.executable, MOVED_CLOCK]))

        yield start


def move(stage: Stage, profile: str) -> str:
    """A supervisor moves ada to that routing profile; returns its id."""
    wanted = stage.ids("routing-profiles")[profile]
    stage.sim.edit_user(str(stage.truth("ada")["Id"]), RoutingProfileId=wanted)
    return wanted


def routing(stage: Stage) -> str:
    return str(stage.truth("ada")["RoutingProfileId"])


def ignores(line: str) -> Callable[[Object | None], bool]:
    return lambda found: found is not None and line in (found.get("status") or {}).get("ignored", [])


def profiles(stage: Stage) -> tuple[str, str, str]:
    """The names of three routing profiles, the manifest's own first."""
    others = sorted(name for name in stage.ids("routing-profiles") if name != "Basic Routing Profile")
    while len(others) < 2:
        stage.sim.add_record("routing-profiles", name=f"Another {len(others)}")
        others = sorted(name for name in stage.ids("routing-profiles") if name != "Basic Routing Profile")
    return "Basic Routing Profile", others[0], others[1]


def test_what_is_left_to_connect_stays_over_a_restart_and_an_edit_is_applied_once(
    run_operator: StartOperator, stage: Stage
) -> None:
    basic, second, third = profiles(stage)
    ids = stage.ids("routing-profiles")
    operator = run_operator()
    stage.apply_instance(driftCheckInterval="10s")
    stage.apply_user("ada", ignoreDrift=["routingProfile"])
    stage.wait_ready("ada")
    move(stage, second)
    left = f"routingProfileId: {ids[second]} -> {ids[basic]}"
    found = stage.wait("ada", ignores(left))
    assert "plan" not in found["status"]
    assert stage.conditions("ada") == {"Ready": "True", "Synced": "True", "ReferencesResolved": "True"}
    operator.kill()
    operator.start()
    since = stage.mark()
    stage.patch_user("ada", identityInfo={"firstName": "Augusta", "lastName": "Lovelace"})
    stage.wait_calls("UpdateUserIdentityInfo", 1)
    assert routing(stage) == ids[second]
    stage.patch_user("ada", routingProfileName=third)
    wait_for(lambda: routing(stage) == ids[third], "the edit is applied", timeout=120.0)
    stage.wait_ready("ada")
    move(stage, basic)
    operator.kill()
    operator.start()
    stage.wait("ada", ignores(f"routingProfileId: {ids[basic]} -> {ids[third]}"))
    assert routing(stage) == ids[basic]
    assert stage.write_names(since).count(ROUTING) == 1


def test_drift_is_put_back_in_its_window_when_the_clock_is_changed(run_at: StartAt, stage: Stage) -> None:
    basic, second, _ = profiles(stage)
    ids = stage.ids("routing-profiles")
    operator = run_at(BEFORE_THE_CHANGE)
    stage.apply_instance(driftCheckInterval="10s", driftRepair=AT_THREE)
    stage.apply_user("ada")
    stage.wait_ready("ada")
    move(stage, second)
    message = stage.wait_reason("ada", "DriftPending")
    assert "Sun 2027-03-28 03:00 +0200 Europe/Berlin (2027-03-28T01:00:00Z)" in message
    assert "routingProfileId" in message
    assert stage.conditions("ada") == {"Ready": "True", "Synced": "False", "ReferencesResolved": "True"}
    tags = {key: value for key, value in stage.truth("ada")["Tags"].items() if key != OWNER_TAG}
    stage.sim.edit_user(str(stage.truth("ada")["Id"]), Tags=tags)
    wait_for(lambda: OWNER_TAG in stage.truth("ada")["Tags"], "the owner tag is put back", timeout=120.0)
    stage.patch_user("ada", identityInfo={"firstName": "Augusta", "lastName": "Lovelace"})
    stage.wait_calls("UpdateUserIdentityInfo", 1)
    stage.wait_reason("ada", "DriftPending")
    operator.stop()
    assert routing(stage) == ids[second]
    assert ROUTING not in stage.write_names()
    run_at(SECONDS_BEFORE)
    wait_for(lambda: routing(stage) == ids[basic], "the drift is put back", timeout=120.0)
    stage.wait_reason("ada", "Available")
    assert stage.write_names().count(ROUTING) == 1


def test_a_time_zone_that_is_not_known_is_told_on_the_instance(run_at: StartAt, stage: Stage) -> None:
    _, second, _ = profiles(stage)
    run_at(SECONDS_BEFORE)
    nowhere = {"timeZone": "Europe/Nowhere", "windows": [{"start": "00:00", "end": "24:00"}]}
    stage.apply_instance(driftCheckInterval="10s", driftRepair=nowhere)
    stage.apply_user("ada")
    stage.wait_ready("ada")
    moved = move(stage, second)
    stage.wait_reason("ada", "DriftPending")

    def told(found: Object | None) -> bool:
        conditions = (found or {}).get("status", {}).get("conditions", [])
        return any("Europe/Nowhere" in each["message"] and each["reason"] == "InvalidSpec" for each in conditions)

    stage.wait_instance(told)
    assert routing(stage) == moved
