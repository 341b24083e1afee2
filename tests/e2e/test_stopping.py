"""SIGTERM: calls under way are finished and recorded, no new one is made, and the exit code is 0."""

from __future__ import annotations

from local_stack.objects import condition

from .conftest import StartOperator
from .stage import Stage


def test_create_under_way_is_finished_and_recorded(run_operator: StartOperator, stage: Stage) -> None:
    operator = run_operator()
    stage.fault("delay", "CreateUser", seconds=2.0, when="before")
    stage.apply_user("ada", proficiencies=[{"attributeName": "Language", "attributeValue": "German", "level": 5}])
    stage.wait_calls("CreateUser", 1)
    assert operator.stop() == 0
    assert stage.write_names() == ["CreateUser"]
    assert (stage.user("ada") or {})["status"]["userId"] == stage.truth("ada")["Id"]

    operator.start()
    stage.wait_ready("ada")
    assert stage.write_names() == ["CreateUser", "AssociateUserProficiencies"]


def test_backlog_is_left_to_the_next_process(run_operator: StartOperator, stage: Stage) -> None:
    names = [f"user-{number}" for number in range(8)]
    stage.apply_instance(apiRates={"default": {"rate": 1000, "burst": 1000}, "CreateUser": {"rate": 1, "burst": 2}})
    operator = run_operator()
    stage.apply_users(names)
    stage.wait_calls("CreateUser", 2)
    assert operator.stop() == 0
    made = len(stage.calls("CreateUser"))
    assert made < len(names)
    recorded = [name for name in names if condition(stage.user(name), "Ready").get("status") == "True"]
    assert recorded == stage.usernames()

    stage.apply_instance()
    operator.start()
    stage.wait_ready(*names)
    assert len(stage.calls("CreateUser")) == len(names)


def test_idle_operator_ends_at_once(run_operator: StartOperator, stage: Stage) -> None:
    operator = run_operator()
    stage.apply_user("ada")
    stage.wait_ready("ada")
    assert operator.stop() == 0
