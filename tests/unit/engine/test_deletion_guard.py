"""The deletion guard in a whole engine: trickles, a pause that stays, confirmations, uninstalling, and what counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from connect_operator.domain.kinds.objects import FINALIZER, ObjectKey
from connect_operator.domain.text.timestamps import rfc3339

from .builders import ARN, a_spec
from .guarded_world import (
    NAMES,
    SMALL,
    annotate,
    apply_all,
    delete_all,
    deletions,
    instance_condition,
    paused,
    populated,
    unconfirmed,
)
from .harness import World
from .script import DENY, Script
from .two_instances import two


def admit(world: World, namespace: str) -> None:
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": namespace}]
    world.cluster.instance["metadata"]["generation"] += 1
    world.cluster.change_instance()


def test_a_trickle_pauses_like_a_wave() -> None:
    names = [f"u{number}" for number in range(60)]
    world = populated(names)
    world.let_pass(700)
    world.play([(2.0, partial(world.cluster.delete, name)) for name in names], lambda: True)
    world.let_pass(60)
    assert len(world.connect.users()) == 40
    assert instance_condition(world)["reason"] == "DeletionsPaused"
    assert "20 were within the last 1h" in instance_condition(world)["message"]


def test_one_before_is_told_as_one() -> None:
    world = populated([f"u{number}" for number in range(6)], {"maxPending": "1%", "minPending": 1})
    steps = [(0.0, partial(world.cluster.delete, "u1")), (60.0, partial(delete_all, world, ["u2", "u3", "u4"]))]
    world.play(steps, lambda: instance_condition(world)["reason"] == "DeletionsPaused")
    assert "1 was within the last 1h" in instance_condition(world)["message"]


@pytest.mark.parametrize("strict", ["support", "second"])
def test_of_two_connectinstances_of_one_instance_the_stricter_guard_counts(strict: str) -> None:
    some, all_of_them = {"maxPending": 2, "minPending": 1}, {"maxPending": "100%", "minPending": 100}
    here, there = (some, all_of_them) if strict == "support" else (all_of_them, some)
    world, first, _ = two(Script(), same=True, deletionGuard=here, second={"deletionGuard": there})
    names = NAMES[:6]
    world.until(lambda: all(world.ready(name) for name in names), act=lambda: apply_all(world, names))
    world.play([(0.0, partial(delete_all, world, names[:4]))], lambda: paused(world, names[:4]))
    assert "DeleteUser" not in [operation for operation, _ in first.writes]


def test_a_trickle_over_restarts_pauses_too() -> None:
    names = [f"u{number}" for number in range(60)]
    world = populated(names)
    world.let_pass(700)
    for first in range(0, 60, 10):
        world.play([(2.0, partial(world.cluster.delete, name)) for name in names[first : first + 10]], lambda: True)
        world.let_pass(30)  # by another process
    assert len(world.connect.users()) == 40


@pytest.mark.parametrize("restarts", [False, True])
def test_a_paused_wave_stays_paused_while_somebody_keeps_its_users_one_by_one(*, restarts: bool) -> None:
    world = populated()
    world.until(lambda: paused(world, NAMES), act=lambda: delete_all(world, NAMES))
    keep: list[tuple[float, Callable[[], None]]] = [
        (20.0, partial(world.cluster.apply, name, a_spec(deletionPolicy="Retain"))) for name in NAMES[:25]
    ]
    played = [[each] for each in keep] if restarts else [keep]
    for acts in played:
        world.play(acts, lambda: True)  # each time a new process
        world.let_pass(60)
    assert deletions(world) == 0
    assert all(world.cluster.raw(name) is None for name in NAMES[:25])
    assert paused(world, NAMES[25:])


def test_a_wave_of_which_one_deletion_is_refused_does_not_block_the_next() -> None:
    world = populated(guard=SMALL)
    world.until(lambda: paused(world, NAMES[:5]), act=lambda: delete_all(world, NAMES[:5]))

    def confirm() -> None:
        world.script.troubles_by_name["before DeleteUser"] = [DENY] * 200
        annotate(world, "true")

    world.until(lambda: unconfirmed(world), act=confirm)
    world.script.troubles_by_name.clear()
    assert deletions(world) == 0


def test_another_value_than_true_is_told() -> None:
    world = populated(guard=SMALL)
    world.until(lambda: paused(world, NAMES[:5]), act=lambda: delete_all(world, NAMES[:5]))
    world.until(lambda: "'yes'" in instance_condition(world)["message"], act=lambda: annotate(world, "yes"))
    assert "--overwrite" in instance_condition(world)["message"]
    assert deletions(world) == 0


def test_another_value_than_true_is_told_where_nothing_waits() -> None:
    world = populated(NAMES[:2])
    world.until(lambda: "'yes'" in instance_condition(world)["message"], act=lambda: annotate(world, "yes"))
    assert instance_condition(world)["status"] == "True"


def test_what_a_mixed_wave_would_do_is_told_apart() -> None:
    world = populated(guard=SMALL)
    inactive = {"securityProfileNames": ["Agent"], "routingProfileName": "Basic"}

    def leave() -> None:
        world.cluster.instance["spec"]["inactive"] = inactive
        world.cluster.instance["metadata"]["generation"] += 1
        world.cluster.change_instance()
        for name in NAMES[:2]:
            world.cluster.apply(name, a_spec(deletionPolicy="Deactivate"))
        delete_all(world, NAMES[:5])

    world.until(lambda: instance_condition(world)["reason"] == "DeletionsPaused", act=leave)
    told = instance_condition(world)["message"]
    assert "3 of the 30 users" in told
    assert "are to be deleted, and 2 to be deactivated, more than" in told
    assert "none is deleted or deactivated until that is confirmed. To delete or deactivate them: connect-" in told


@pytest.mark.parametrize("what", ["CustomResourceDefinition connectusers.connect-operator.io is being deleted"])
def test_what_is_uninstalled_holds_even_one_deletion_until_confirmed(what: str) -> None:
    world = populated(NAMES[:4])

    def uninstall() -> None:
        world.cluster.torn = what
        delete_all(world, NAMES[:4])

    world.until(lambda: paused(world, NAMES[:4]), act=uninstall)
    world.let_pass(4000)
    world.let_pass(4000)
    assert deletions(world) == 0
    message = instance_condition(world)["message"]
    assert message.startswith(f"{what}: 4 of the 4 users")
    world.until(lambda: not world.connect.users(), act=lambda: annotate(world, "true"))
    world.until(lambda: unconfirmed(world))


def test_a_connectinstance_that_is_being_deleted_deletes_nobody() -> None:
    world = populated(NAMES[:4])

    def uninstall() -> None:
        world.cluster.instance["metadata"]["deletionTimestamp"] = rfc3339(world.cluster.clock.now())
        world.cluster.change_instance()
        delete_all(world, NAMES[:4])

    world.until(lambda: paused(world, NAMES[:4]), act=uninstall)
    world.until(lambda: "ConnectInstance support is being deleted" in instance_condition(world)["message"])
    assert deletions(world) == 0
    world.until(lambda: not world.connect.users(), act=lambda: annotate(world, "true"))


def test_a_grant_that_is_taken_away_deletes_nobody_until_it_is_confirmed_or_given_again() -> None:
    world = populated(NAMES[:4])

    def revoke() -> None:
        admit(world, "team-b")
        delete_all(world, NAMES[:4])

    world.until(lambda: paused(world, NAMES[:4]), act=revoke)
    world.let_pass(1000)
    assert deletions(world) == 0
    assert "does not admit namespace team-a any more" in instance_condition(world)["message"]
    world.until(lambda: not world.connect.users(), act=lambda: annotate(world, "true"))


def test_objects_of_a_namespace_that_is_not_admitted_make_nobody_wait() -> None:
    world = populated(["alice", "bob", "carol"], guard=SMALL)

    def squat() -> None:
        admit(world, "team-a")
        for number in range(25):
            metadata = {
                "name": f"fake-{number}",
                "namespace": "tenant-x",
                "uid": f"fake-{number}",
                "generation": 1,
                "finalizers": [FINALIZER],
                "creationTimestamp": rfc3339(world.cluster.clock.now()),
                "deletionTimestamp": rfc3339(world.cluster.clock.now()),
            }
            raw = {"metadata": metadata, "spec": a_spec(username="alice"), "status": {"userId": "u-1"}}
            world.cluster.objects[ObjectKey("tenant-x", f"fake-{number}")] = raw
            world.cluster._changed(ObjectKey("tenant-x", f"fake-{number}"))  # noqa: SLF001 - as the watch tells it
        world.cluster.delete("bob")

    world.until(lambda: world.cluster.raw("bob") is None, act=squat)
    assert sorted(user.username for user in world.connect.users()) == ["alice", "carol"]


def test_a_wave_of_users_that_no_list_shows_yet_pauses_whole() -> None:
    """A former process made them a moment ago; the next one has only their status to go by."""
    names = NAMES[:5]
    world = World(delay=40.0)
    world.cluster.instance["spec"]["deletionGuard"] = SMALL
    world.until(lambda: all(world.ready(name) for name in names), act=lambda: apply_all(world, names))
    world.until(lambda: paused(world, names), act=lambda: delete_all(world, names))
    assert deletions(world) == 0


def test_forged_times_of_creation_make_nobody_wait_and_keep_no_pause() -> None:
    """Of an admitted namespace, whose status somebody writes: users that no list shows yet, again and again."""
    world = populated(["alice", "bob", "carol"], guard=SMALL)
    told = {"userId": "u-none", "instanceArn": str(ARN)}

    def forge() -> None:
        for number in range(25):
            key, now = ObjectKey("tenant-x", f"fake-{number}"), rfc3339(world.cluster.clock.now())
            metadata = {
                "name": key.name,
                "namespace": key.namespace,
                "uid": key.name,
                "generation": 1,
                "finalizers": [FINALIZER],
                "creationTimestamp": now,
                "deletionTimestamp": now,
            }
            status = {**told, "createdTime": now}
            world.cluster.objects[key] = {"metadata": metadata, "spec": a_spec(username=key.name), "status": status}
            world.cluster._changed(key)  # noqa: SLF001 - as the watch tells it

    world.play([(0.0, forge), (30.0, partial(world.cluster.delete, "bob"))], lambda: world.cluster.raw("bob") is None)
    assert sorted(user.username for user in world.connect.users()) == ["alice", "carol"]
    assert instance_condition(world)["reason"] == "Available"
