"""The annotation reconcile-requested-at: a look now, and its answer in status."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from connect_operator.domain.connect.user import Described
from connect_operator.domain.kinds.objects import RECONCILE, ObjectKey

from .builders import a_spec
from .fake_connect import FakeConnect
from .harness import World
from .script import DENY, FAIL

KEY = ObjectKey("team-a", "jdoe")


def ask(world: World, value: str) -> None:
    """Put the annotation on the user."""
    world.cluster.objects[KEY]["metadata"]["annotations"] = {RECONCILE: value}
    world.cluster.touch("jdoe")


def ask_instance(world: World, value: str) -> None:
    """Put the annotation on the instance."""
    world.cluster.instance["metadata"]["annotations"] = {RECONCILE: value}
    world.cluster.change_instance()


def answered(world: World) -> str:
    """What the user's status says."""
    status: dict[str, Any] = world.cluster.objects[KEY]["status"]
    return str(status.get("lastHandledReconcileAt", ""))


def instance_answered(world: World) -> str:
    """Likewise, of the instance."""
    return str(world.cluster.instance.get("status", {}).get("lastHandledReconcileAt", ""))


def a_user_at_rest(**members: Any) -> World:  # noqa: ANN401 - any member of a spec
    """A world in which the user has been Ready for so long that nothing is read of it any more."""
    world = World()
    world.play([(0.0, lambda: world.cluster.apply("jdoe", a_spec(**members))), (1000.0, lambda: None)], world.ready)
    world.script.log.clear()
    return world


def test_the_user_is_read_and_the_request_answered() -> None:
    world = a_user_at_rest(proficiencies=[])
    seen: list[tuple[str, bool, list[str]]] = []
    world.play(
        [
            (300.0, world.script.log.clear),
            (0.0, lambda: ask(world, "first")),
            (10.0, lambda: seen.append((answered(world), world.ready(), list(world.script.log)))),
        ],
        lambda: True,
    )
    told, ready, log = seen[0]
    assert (told, ready) == ("first", True)
    assert log.count("DescribeUser") == 1
    assert log.count("ListUserProficiencies") == 1


def test_the_same_request_is_carried_out_once_also_over_a_restart_and_whatever_status_is_made_to_say() -> None:
    world = a_user_at_rest()

    def forge() -> None:
        world.cluster.objects[KEY]["status"]["lastHandledReconcileAt"] = "forged"
        world.cluster.touch("jdoe")

    world.play(
        [
            (300.0, lambda: ask(world, "first")),
            (10.0, world.script.log.clear),
            (0.0, forge),
            (30.0, lambda: world.cluster.touch("jdoe")),
            (5.0, lambda: None),
        ],
        lambda: answered(world) == "first",
    )
    assert "DescribeUser" not in world.script.log
    world.let_pass(400.0)  # a new process
    assert "DescribeUser" not in world.script.log
    assert answered(world) == "first"


def test_what_failed_is_tried_at_once() -> None:
    world = World()
    world.script.troubles_by_name = {"before CreateUser": [DENY]}
    states: list[bool] = []
    world.play(
        [
            (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
            (60.0, lambda: states.append(world.ready())),
            (0.0, lambda: ask(world, "now")),
            (10.0, lambda: states.append(world.ready())),
        ],
        world.ready,
    )
    assert states == [False, True]
    assert answered(world) == "now"


def test_one_that_fails_again_is_answered() -> None:
    world = World()
    world.script.troubles_by_name = {"before CreateUser": [DENY, DENY]}
    said: list[tuple[str, str]] = []
    world.play(
        [
            (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
            (60.0, lambda: ask(world, "now")),
            (10.0, lambda: said.append((answered(world), world.reason()))),
        ],
        world.ready,
    )
    assert said == [("now", "PermissionDenied")]


def test_the_instance_is_swept() -> None:
    world = a_user_at_rest()
    seen: list[tuple[str, list[str]]] = []
    world.play(
        [
            (65.0, world.script.log.clear),
            (0.0, lambda: ask_instance(world, "sweep")),
            (10.0, lambda: seen.append((instance_answered(world), list(world.script.log)))),
        ],
        lambda: True,
    )
    assert seen[0][0] == "sweep"
    assert "ListUsers" in seen[0][1]


def test_a_failed_sweep_answers_too_and_a_forged_answer_is_put_right() -> None:
    world = a_user_at_rest()

    def forge() -> None:
        world.cluster.instance["status"]["lastHandledReconcileAt"] = "forged"
        world.cluster.change_instance()

    seen: list[str] = []
    world.play(
        [
            (65.0, lambda: world.script.troubles_by_name.update({"ListUsers": [FAIL]})),
            (0.0, lambda: ask_instance(world, "sweep")),
            (10.0, lambda: seen.append(instance_answered(world))),
            (0.0, forge),
            (20.0, lambda: seen.append(instance_answered(world))),
        ],
        lambda: True,
    )
    assert seen == ["sweep", "sweep"]


@pytest.mark.parametrize("trouble", [DENY, FAIL])
def test_a_reading_that_fails_answers_too_and_leaves_the_user_ready(trouble: str) -> None:
    world = a_user_at_rest()
    world.script.troubles_by_name = {"DescribeUser": [trouble] * 20}
    seen: list[tuple[str, bool]] = []
    world.play(
        [
            (300.0, lambda: ask(world, "first")),
            (10.0, lambda: seen.append((answered(world), world.ready()))),
            (0.0, lambda: ask(world, "second")),
            (60.0, lambda: seen.append((answered(world), world.ready()))),
        ],
        lambda: True,
    )
    assert seen == [("first", True), ("second", True)]
    failures = [
        reason for name, reason in world.cluster.events if name == "jdoe" and reason not in ("Created", "Available")
    ]
    assert failures == [{DENY: "PermissionDenied", FAIL: "ServiceUnavailable"}[trouble]] * 2


def test_who_asks_anew_during_every_reading_is_answered_and_nothing_is_taken_for_a_bug() -> None:
    """Watched in harness.py fails where a reading is decided on twice with nothing new."""
    world = a_user_at_rest()
    asked: list[str] = []

    class Asking(FakeConnect):
        __slots__ = ()

        async def describe_user(self, user_id: str) -> Described:
            if len(asked) < 20:
                asked.append(f"ask-{len(asked)}")
                ask(world, asked[-1])
                await asyncio.sleep(1.0)
            return await FakeConnect.describe_user(self, user_id)

    world.connect.__class__ = Asking
    world.play([(1.0, lambda: ask(world, "first"))], lambda: answered(world) == "ask-19")
    assert world.ready()
