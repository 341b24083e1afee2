"""An object that is deleted, let go by us, and still there for a finalizer of somebody else: it stands for no user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_operator.domain.kinds.objects import FINALIZER

from .builders import a_spec
from .harness import World, condition

pytestmark = pytest.mark.usefixtures("quiet")

HOLD = "example.com/hold"


def raw(world: World) -> dict[str, Any]:
    """The object as it is stored."""
    found = world.cluster.raw("jdoe")
    assert found is not None
    return found


def deleted_but_held(world: World, *holds: str) -> Callable[[], None]:
    """Kubectl delete of the object, which has finalizers of somebody else."""

    def act() -> None:
        raw(world)["metadata"]["finalizers"] += holds or (HOLD,)
        world.cluster.delete("jdoe")

    return act


def ready(world: World) -> dict[str, Any]:
    """Its condition Ready."""
    return next(dict(each) for each in raw(world)["status"]["conditions"] if each["type"] == "Ready")


def is_let_go(world: World) -> bool:
    """Whether our finalizer is off, and the status has said what there is to say of that."""
    return FINALIZER not in raw(world)["metadata"]["finalizers"] and world.reason() == "Deleting"


@pytest.mark.parametrize("policy", ["Delete", "Retain"])
def test_it_is_not_ready_once_its_user_is_not_its_own_any_more(policy: str) -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(deletionPolicy=policy)))
    world.until(lambda: is_let_go(world), act=deleted_but_held(world))
    assert (condition(raw(world), "Ready"), condition(raw(world), "Synced")) == ("False", "False")
    assert HOLD in ready(world)["message"]
    assert "plan" not in raw(world)["status"]
    assert len(world.connect.users()) == (policy == "Retain")


def test_one_that_was_never_made_does_not_go_on_saying_that_it_will_be() -> None:
    world = World()
    later = a_spec(activeFrom="2999-01-01T00:00:00Z")
    world.until(lambda: world.reason() == "Scheduled", act=lambda: world.cluster.apply("jdoe", later))
    world.until(lambda: is_let_go(world), act=deleted_but_held(world))
    assert ready(world)["status"] == "False"
    assert world.connect.users() == []


def test_it_is_told_once_and_a_look_that_is_asked_for_is_answered() -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.until(lambda: is_let_go(world), act=deleted_but_held(world))
    world.restart()
    world.let_pass(60)
    before = raw(world)["metadata"]["resourceVersion"]
    world.restart()
    world.let_pass(900)
    assert raw(world)["metadata"]["resourceVersion"] == before
    raw(world)["metadata"].setdefault("annotations", {})["connect-operator.io/reconcile-requested-at"] = "now"
    world.until(
        lambda: raw(world)["status"].get("lastHandledReconcileAt") == "now", act=lambda: world.cluster.touch("jdoe")
    )


def test_of_many_finalizers_some_are_named() -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    holds = [f"example.com/hold-{number}" for number in range(16)]
    world.until(lambda: is_let_go(world), act=deleted_but_held(world, *holds))
    assert "example.com/hold-0" in ready(world)["message"]
    assert "and 13 others" in ready(world)["message"]


def test_it_counts_for_nothing_in_its_connect_instance() -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.until(lambda: world.cluster.instance["status"].get("objects") == {"total": 1, "notReady": 0})
    world.until(lambda: is_let_go(world), act=deleted_but_held(world))
    world.until(lambda: world.cluster.instance["status"].get("objects") == {"total": 0, "notReady": 0})
    assert world.cluster.instance["status"]["users"]["ready"] == 0


def test_who_goes_by_itself_is_not_told_about() -> None:
    """Nothing holds it: a status written then would be one write a deletion."""
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    assert not [each for each in world.cluster.events if "hold" in str(each)]
