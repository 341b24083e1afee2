"""Nothing is decided while the list of objects is being read: what is on a later page is not missing."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.kinds.objects import INSTANCE_FINALIZER
from connect_operator.domain.text.timestamps import rfc3339

from .builders import WINDOW, a_spec, an_instance_raw
from .fake_cluster import FakeCluster
from .harness import World
from .script import Script
from .virtual_time import EPOCH

ALL = {"allowedAdoptionPolicies": ["Never", "IfUnowned", "Always"]}
SECONDS = (0.0, 1.0, 30.0)


def a_world(**instance: Any) -> World:  # noqa: ANN401 - any member of a ConnectInstance
    world = World(Script())
    world.cluster = FakeCluster(world.script, instance=an_instance_raw(**instance))
    return world


@pytest.mark.parametrize("seconds", SECONDS)
def test_an_owner_on_a_later_page_is_alive(seconds: float) -> None:
    """The younger object, which may take what nobody alive has, comes first on the list."""
    world = a_world(**ALL)
    world.until(lambda: world.ready("zoe"), act=lambda: world.cluster.apply("zoe", a_spec(username="jdoe")))
    world.let_pass(2 * WINDOW)
    world.until(
        lambda: world.reason("adam") == "UsernameTaken",
        act=lambda: world.cluster.apply("adam", a_spec(username="jdoe", adoptionPolicy="Always")),
    )
    world.cluster.list_takes = seconds
    world.let_pass(60.0)
    (user,) = world.connect.named("jdoe")
    assert user.tags[OWNER_TAG].endswith("/team-a/zoe")
    assert world.ready("zoe")


@pytest.mark.parametrize("seconds", SECONDS)
def test_an_older_rival_on_a_later_page_comes_first(seconds: float) -> None:
    world = a_world()
    for name, age in (("adam", 10.0), ("zoe", 3600.0)):
        world.until(lambda: True, act=partial(world.cluster.apply, name, a_spec(username="jdoe", suspend=True)))
        raw = world.cluster.raw(name)
        assert raw is not None
        raw["metadata"]["creationTimestamp"] = rfc3339(EPOCH - age)
        raw["spec"]["suspend"] = False
        raw["metadata"]["generation"] += 1
    world.cluster.list_takes = seconds
    world.until(lambda: world.ready("zoe"))
    (user,) = world.connect.named("jdoe")
    assert user.tags[OWNER_TAG].endswith("/team-a/zoe")


def test_an_instance_that_is_to_be_deleted_keeps_its_hold_until_all_who_need_it_are_known() -> None:
    world = a_world()
    world.until(lambda: world.ready("zoe"), act=lambda: world.cluster.apply("zoe", a_spec()))
    assert world.cluster.instance["metadata"]["finalizers"] == [INSTANCE_FINALIZER]
    world.play([(0.0, lambda: world.cluster.apply("adam", a_spec(instanceRef={"name": "elsewhere"})))], lambda: True)
    world.cluster.instance["metadata"]["deletionTimestamp"] = rfc3339(EPOCH)
    world.cluster.list_takes = 30.0
    world.let_pass(60.0)
    assert world.cluster.instance["metadata"]["finalizers"] == [INSTANCE_FINALIZER]
