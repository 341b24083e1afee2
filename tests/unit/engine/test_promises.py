"""Nobody is leaked, taken or stuck: each case is a schedule that once broke that promise."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from typing import Any

import pytest

from connect_operator.domain.connect.ownership import OWNER_TAG

from . import harness
from .builders import WINDOW, a_spec
from .fake_cluster import FakeCluster
from .flapping import Flapping
from .harness import World
from .script import CRASH, FAIL, LOSE, Script
from .test_random_schedules import stranger
from .two_instances import two

pytestmark = pytest.mark.usefixtures("quiet")

FOREIGN = "cluster-2/uid-9/team-z/other"


def gone(world: World, name: str = "jdoe") -> bool:
    return world.cluster.raw(name) is None


def delete_in_console(world: World, keep: str = "") -> None:
    for user in world.connect.users():
        if user.username != keep:
            world.connect.remove(user.user_id)


@pytest.mark.parametrize("policy", ["Delete", "Retain"])
@pytest.mark.parametrize("restart", [False, True])
def test_an_object_whose_user_is_gone_can_be_deleted(policy: str, *, restart: bool) -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(deletionPolicy=policy)))
    world.let_pass(2 * WINDOW)
    before = len(world.script.log)

    def both() -> None:
        delete_in_console(world)
        world.cluster.delete("jdoe")
        if restart:
            world.restart()

    world.play([(1.0, both)], lambda: gone(world))
    assert Counter(world.script.log[before:])["DescribeUser"] <= 3


@pytest.mark.parametrize("lost", [False, True])
def test_a_young_user_is_deleted_though_every_reading_lags(*, lost: bool) -> None:
    """Also one whose CreateUser had no answer: it is as young from when it was recognised."""
    world = World(Script(troubles_by_name={"after CreateUser": [LOSE]} if lost else {}))
    world.connect = connect = Flapping(world.script)
    world.play(
        [
            (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
            (30.0, lambda: connect.darken(240.0)),
            (1.0, lambda: world.cluster.delete("jdoe")),
        ],
        lambda: gone(world),
    )
    assert world.connect.users() == []


@pytest.mark.parametrize("policy", ["Delete", "Retain"])
@pytest.mark.parametrize("pause", [5.0, 200.0])
def test_a_user_that_another_cluster_has_taken_is_left_alone(policy: str, pause: float) -> None:
    world = World()

    def take_over() -> None:
        (user,) = world.connect.users()
        taken = dataclasses.replace(user, tags={**user.tags, OWNER_TAG: FOREIGN})
        world.connect.put(taken, world.connect.clock.now())

    world.play(
        [
            (0.0, lambda: world.cluster.apply("jdoe", a_spec(deletionPolicy=policy))),
            (60.0, take_over),
            (pause, lambda: world.cluster.delete("jdoe")),
        ],
        lambda: gone(world),
    )
    (user,) = world.connect.users()
    assert user.tags[OWNER_TAG] == FOREIGN


def test_an_update_is_not_sent_to_a_user_that_was_taken_since_the_last_sweep() -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.let_pass(300.0)

    def take_and_edit() -> None:
        (user,) = world.connect.users()
        taken = dataclasses.replace(user, tags={**user.tags, OWNER_TAG: FOREIGN})
        world.connect.put(taken, world.connect.clock.now())
        world.cluster.apply("jdoe", a_spec(routingProfileId="rp-2"))

    world.until(lambda: world.reason() == "OwnershipLost", act=take_and_edit)
    (user,) = world.connect.users()
    assert user.routing_profile_id == "rp-1"


def test_of_two_connect_instances_for_one_instance_the_older_claim_keeps_the_user() -> None:
    world, first, _ = two(Script(), same=True)
    first.put(stranger("jdoe"), 0.0)
    older = a_spec(username="jdoe", adoptionPolicy="IfUnowned")
    younger = a_spec(username="jdoe", adoptionPolicy="IfUnowned", instanceRef={"name": "second"})
    world.play(
        [
            (2.0, lambda: world.cluster.apply("adam", older)),
            (5.0, lambda: world.cluster.apply("berta", younger)),
            (300.0, lambda: None),
        ],
        lambda: True,
    )
    (user,) = first.users()
    assert user.tags[OWNER_TAG].endswith("/adam")
    assert (world.reason("adam"), world.reason("berta")) == ("Available", "UsernameTaken")


@pytest.mark.parametrize("delay", [0.0, 40.0, 300.0])
@pytest.mark.parametrize("trouble", [LOSE, FAIL, CRASH])
@pytest.mark.parametrize("pause", [0.3, 0.6, 5.0])
def test_no_tag_of_a_dead_object_is_left_after_an_adoption_of_unknown_outcome(
    trouble: str, delay: float, pause: float
) -> None:
    world = World(Script(troubles_by_name={"after TagResource": [trouble]}), delay)
    world.connect.put(stranger("jdoe"), 0.0)
    world.let_pass(2 * 300.0)
    world.play(
        [
            (0.0, lambda: world.cluster.apply("jdoe", a_spec(adoptionPolicy="IfUnowned"))),
            (pause, lambda: world.cluster.delete("jdoe")),
        ],
        lambda: gone(world),
    )
    assert all(OWNER_TAG not in user.tags for user in world.connect.users())


def test_another_cluster_id_changes_the_tag_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    monkeypatch.setattr(harness, "CLUSTER", "cluster-9")
    world.let_pass(3 * WINDOW)
    assert world.reason() == "Available"
    (user,) = world.connect.users()
    assert user.tags[OWNER_TAG].startswith("cluster-9/")
    world.until(lambda: gone(world), act=lambda: world.cluster.delete("jdoe"))
    assert world.connect.users() == []


@pytest.mark.parametrize("seconds", [90.0, 180.0, 400.0])
def test_a_while_without_sight_of_anybody(seconds: float) -> None:
    """Whatever the operator concludes meanwhile: it does not spin, and all is well when Connect shows users again."""
    world = World()
    world.connect = connect = Flapping(world.script)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.let_pass(2 * WINDOW)
    before = len(world.script.log)
    reasons: set[str] = set()

    def done() -> bool:
        reasons.add(world.reason())
        return asyncio.get_running_loop().time() > 2 * WINDOW + 2 * seconds

    world.play([(1.0, lambda: connect.darken(seconds)), (2 * seconds, lambda: None)], done)
    calls = Counter(world.script.log[before:])
    assert "NotConverging" not in reasons
    assert calls["SearchUsers"] < 2 * seconds / 60 + 20, "a sweep a minute, and some looks"
    assert world.ready()
    assert len(world.connect.users()) == 1


def test_those_who_wait_for_a_name_are_woken_when_its_holder_goes_in_mid_pass() -> None:
    class Slow(FakeCluster):
        """The object is deleted just when its finalizer is to be put on."""

        async def add_finalizer(self, user: Any) -> Any:  # noqa: ANN401 - as the port has it
            if user.metadata.name == "adam":
                self.delete("adam")
            return await FakeCluster.add_finalizer(self, user)

    world = World()
    world.cluster = Slow(world.script, instance=world.cluster.instance, watch_delay=0.2)

    def both() -> None:
        world.cluster.apply("adam", a_spec(username="jdoe"))
        world.cluster.apply("berta", a_spec(username="jdoe"))

    world.play([(5.0, both)], lambda: world.ready("berta"))
    assert world.elapsed < 60


def test_users_that_are_gone_are_not_counted() -> None:
    world = World()
    for number in range(5):
        world.connect.put(stranger(f"s{number}"), 0.0)
    world.play(
        [
            (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
            (2 * WINDOW, lambda: delete_in_console(world, keep="jdoe")),
            (WINDOW, lambda: None),
        ],
        world.ready,
    )
    assert world.cluster.instance["status"]["users"]["total"] == 1
