"""At rest nothing is written, to Kubernetes or to Connect; a restart is rest too."""

from __future__ import annotations

from .conftest import StartOperator
from .stage import Stage

NAMES = [f"user-{number:02}" for number in range(30)]


def test_restart_and_sweeps_write_nothing(run_operator: StartOperator, stage: Stage, operator_user: str) -> None:
    stage.apply_instance(driftCheckInterval="10s")
    operator = run_operator(consistency_window="600s", slow_retry="300s")
    proficiency = {"attributeName": "Language", "attributeValue": "German", "level": 3}
    stage.apply_users(NAMES, proficiencies=[proficiency])
    stage.wait_ready(*NAMES)
    stage.wait_instance(
        lambda found: (found or {}).get("status", {}).get("users", {}).get("ready") == len(NAMES), timeout=60.0
    )
    assert operator.stop() == 0
    objects = [stage.user(name) for name in NAMES]

    calls, mark = stage.mark(), stage.cluster.audit_mark()
    operator.start()
    # A sweep begins with ListUsers: at the third one, everything that the first two have shown is worked off.
    stage.sim.wait_until(lambda: len(stage.sim.journal(calls, "ListUsers")) >= 3, 60.0, "three sweeps")

    assert stage.write_names(since=calls) == []
    assert [event.raw["requestURI"] for event in stage.operator_writes(mark, operator_user)] == []
    assert [stage.user(name) for name in NAMES] == objects
