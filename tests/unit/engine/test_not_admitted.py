"""Who is not admitted does not count: objects with finalizer and status set by hand hold nobody and nothing up."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.kinds.objects import FINALIZER, ObjectKey
from connect_operator.domain.text.timestamps import rfc3339

from .builders import ARN, CLUSTER, WINDOW, a_spec
from .harness import World
from .test_random_schedules import stranger

pytestmark = pytest.mark.usefixtures("quiet")

INTRUDER = ObjectKey("tenant-x", "intruder")
ELSEWHERE = str(ARN).replace("i-1", "i-77")


def a_world() -> World:
    """One that admits team-a only; the administrator `root` is nobody's."""
    world = World()
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-a"}]
    world.connect.put(stranger("root"), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    return world


def intrude(world: World, *, deleted: bool, **status: Any) -> None:  # noqa: ANN401 - any member of a status
    now = rfc3339(world.cluster.clock.now())
    metadata: dict[str, Any] = {
        "name": INTRUDER.name,
        "namespace": INTRUDER.namespace,
        "uid": "intruder",
        "generation": 1,
        "finalizers": [FINALIZER],
        "creationTimestamp": now,
    }
    if deleted:
        metadata["deletionTimestamp"] = now
    raw = {"metadata": metadata, "spec": a_spec(username="root", adoptionPolicy="IfUnowned"), "status": status}
    world.cluster.objects[INTRUDER] = raw
    world.cluster._changed(INTRUDER)  # noqa: SLF001 - as the watch tells it


def root(world: World) -> str:
    (found,) = world.connect.named("root")
    return found.user_id


STATUSES: dict[str, dict[str, Any]] = {
    "none": {},
    "the administrator's": {"userId": "root", "instanceArn": str(ARN), "createdTime": "2027-01-15T08:00:00Z"},
    "an instance alone": {"instanceArn": str(ARN)},
}


@pytest.mark.parametrize("status", STATUSES.values(), ids=STATUSES)
@pytest.mark.parametrize("restarted", [False, True])
def test_its_deletion_needs_nobody_and_touches_nobody(status: dict[str, Any], *, restarted: bool) -> None:
    world = a_world()
    before, truth = list(world.connect.writes), world.connect.users()

    def begin() -> None:
        told = {**status, "userId": root(world)} if "userId" in status else status
        intrude(world, deleted=True, **told)
        if restarted:
            world.restart()

    since = world.elapsed
    world.play([(1.0, begin)], lambda: INTRUDER not in world.cluster.objects)
    assert world.elapsed - since < (WINDOW + 400.0 if "instanceArn" in status else 30.0)
    assert world.connect.writes == before
    assert world.connect.users() == truth


@pytest.mark.parametrize("status", STATUSES.values(), ids=STATUSES)
def test_it_does_not_keep_a_connect_instance(status: dict[str, Any]) -> None:
    world = a_world()

    def begin() -> None:
        intrude(world, deleted=False, **status)
        world.cluster.objects[ObjectKey("team-a", "jdoe")]["spec"]["deletionPolicy"] = "Retain"
        world.cluster.delete("jdoe")

    def uninstall() -> None:
        world.cluster.instance["metadata"]["deletionTimestamp"] = rfc3339(world.cluster.clock.now())
        world.cluster.change_instance()

    world.play(
        [(1.0, begin), (120.0, uninstall), (60.0, lambda: None)],
        lambda: not world.cluster.instance["metadata"]["finalizers"],
    )
    assert world.cluster.instance["status"]["objects"]["total"] == 0


def test_a_user_that_carries_its_tag_still_counts() -> None:
    """Admission was taken away, and the object's user is there: nothing is deleted or forgotten without a word."""
    world = a_world()

    def begin() -> None:
        tags = {OWNER_TAG: f"{CLUSTER}/intruder/tenant-x/intruder"}
        (admin,) = world.connect.named("root")
        world.connect.put(dataclasses.replace(admin, tags=tags), world.connect.clock.now())
        intrude(world, deleted=True, userId=admin.user_id, instanceArn=str(ARN))

    world.play([(1.0, begin), (2 * WINDOW + 400.0, lambda: None)], lambda: True)
    assert INTRUDER in world.cluster.objects
    assert len(world.connect.named("root")) == 1


def test_where_its_home_cannot_be_read_it_is_kept() -> None:
    """What status says of an instance that nobody serves can be true: the user would be left behind."""
    world = a_world()
    begin = (1.0, lambda: intrude(world, deleted=True, instanceArn=ELSEWHERE))
    world.play([begin, (2 * WINDOW, lambda: None)], lambda: True)
    assert INTRUDER in world.cluster.objects


def test_who_was_shut_out_holds_nobody_elses_deletion_up() -> None:
    """Its own users wait until that is confirmed; they are no wave of the others'."""
    world, names = a_world(), [f"shut-out-{number}" for number in range(6)]
    world.cluster.instance["spec"]["deletionGuard"] = {"maxPending": "0%", "minPending": 3}
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-a"}, {"name": "team-b"}]

    def make() -> None:
        for name in names:
            world.cluster.apply(name, a_spec(), namespace="team-b")

    def shut_out_and_delete() -> None:
        world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-a"}]
        world.cluster.instance["metadata"]["generation"] += 1
        world.cluster.change_instance()
        for name in names:
            key = ObjectKey("team-b", name)
            world.cluster.objects[key]["metadata"]["deletionTimestamp"] = rfc3339(world.cluster.clock.now())
            world.cluster._changed(key)  # noqa: SLF001 - as the watch tells it
        world.cluster.delete("jdoe")

    world.until(lambda: len(world.connect.users()) == len(names) + 2, act=make)
    world.until(lambda: world.cluster.raw("jdoe") is None, act=shut_out_and_delete)
    assert {user.username for user in world.connect.users()} == {"root", *names}
