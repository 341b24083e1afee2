"""`deleteAfter`: the Secret that was made goes again in time, by the API server's clock, and no other ever does."""

from __future__ import annotations

import pytest

from connect_operator.domain.text.timestamps import epoch, rfc3339

from .harness import World
from .script import CRASH, Script
from .test_generated_passwords import PERSONS, SECRET, a_world, apply, message, wanted
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")

HOUR = 3600.0


def gone(world: World) -> bool:
    """Whether the Secret is gone, and status says so."""
    raw = world.cluster.raw("jdoe")
    told = raw is not None and "deletedTime" in raw["status"].get("passwordSecret", {})
    return told and world.cluster.secrets.all == {}


def test_it_goes_in_time_and_not_before() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world, deleteAfter="2h"))
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    created = epoch(raw["status"]["createdTime"])
    assert created is not None
    world.until(lambda: gone(world))
    assert created + 2 * HOUR <= EPOCH + world.elapsed <= created + 2 * HOUR + 5
    assert world.cluster.secrets.deleted == [SECRET]
    assert ("jdoe", "PasswordSecretDeleted") in world.cluster.events
    assert world.ready()


def test_a_crash_at_every_step_deletes_it_once() -> None:
    def lived(script: Script) -> World:
        world = a_world(script)
        world.until(lambda: gone(world), act=apply(world, deleteAfter="1m"))
        return world

    calm = lived(Script())
    for step, name in enumerate(calm.script.log):
        world = lived(Script({step: CRASH}))
        told = f"after a crash at step {step}, {name}: {world.script.log}"
        assert world.cluster.secrets.deleted == [SECRET], told
        assert world.cluster.secrets.made == [SECRET], told
        assert len(world.connect.users()) == 1, told


def test_a_restart_reads_no_secret_that_is_known_to_be_gone() -> None:
    world = a_world()
    world.until(lambda: gone(world), act=apply(world, deleteAfter="10m"))
    reads = world.script.log.count("read_secret")
    world.let_pass(HOUR)
    assert world.script.log.count("read_secret") == reads


def test_the_api_servers_clock_tells_the_time() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world, deleteAfter="72h"))
    world.let_pass(2 * HOUR)
    assert world.cluster.secrets.deleted == []

    def ahead() -> None:
        world.cluster.ahead = 70 * HOUR + 60

    before = world.elapsed
    world.until(lambda: gone(world), act=ahead)
    assert world.elapsed - before <= HOUR + 5  # though nothing wakes the object


def test_what_a_person_made_under_that_name_stays() -> None:
    world = a_world()
    world.cluster.secrets.put(SECRET, {"password": PERSONS})
    world.until(world.ready, act=apply(world, deleteAfter="10m"))
    world.let_pass(HOUR)
    assert world.cluster.secrets.text(SECRET) == PERSONS
    assert world.cluster.secrets.deleted == []


def test_what_a_person_put_in_its_place_stays() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world, deleteAfter="10m"))
    world.cluster.secrets.put(SECRET, {"password": PERSONS})
    world.let_pass(HOUR)
    assert world.cluster.secrets.text(SECRET) == PERSONS
    assert world.cluster.secrets.deleted == []


def test_one_that_a_person_deleted_is_noted_as_gone() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world, deleteAfter="10m"))
    world.cluster.secrets.all.clear()
    world.until(lambda: gone(world))
    assert world.cluster.secrets.deleted == []


def test_one_that_was_touched_in_the_same_moment_is_read_again() -> None:
    world = a_world()
    world.cluster.secrets.touched_before_deletion = True
    world.until(lambda: gone(world), act=apply(world, deleteAfter="10m"))
    assert world.script.log.count("before delete_secret") == 2


def test_an_edit_moves_the_time() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world, deleteAfter="720h"))
    world.until(lambda: gone(world), act=apply(world, deleteAfter="10m"))
    assert world.elapsed < HOUR


def test_without_deleteafter_it_stays() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world))
    world.let_pass(2 * HOUR)
    assert world.cluster.secrets.deleted == []


def test_a_status_that_others_wrote_deletes_nothing_early() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world, deleteAfter="2h"))
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    raw["status"]["createdTime"] = rfc3339(EPOCH - 1000 * HOUR)
    world.let_pass(HOUR)
    assert world.cluster.secrets.deleted == []


@pytest.mark.parametrize("member", [{"suspend": True}, {"managementPolicy": "Observe"}])
def test_a_suspended_or_observed_object_waits_with_it(member: dict[str, object]) -> None:
    world = a_world()
    world.until(world.ready, act=apply(world, deleteAfter="10m"))
    world.play(
        [(0.0, lambda: world.cluster.apply("jdoe", {**wanted(deleteAfter="10m"), **member})), (HOUR, lambda: None)],
        lambda: True,
    )
    assert world.cluster.secrets.deleted == []
    world.until(lambda: gone(world), act=apply(world, deleteAfter="10m"))


def test_without_the_right_the_user_stays_ready_and_says_what_to_grant() -> None:
    world = a_world()
    world.cluster.secrets.rights = {"get", "create"}
    world.until(lambda: "deleteAfter: grant delete" in message_or_nothing(world), act=apply(world, deleteAfter="10m"))
    assert world.ready()
    world.until(lambda: gone(world), act=lambda: world.cluster.secrets.rights.add("delete"))
    assert "grant" not in message(world)


def message_or_nothing(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    return message(world) if raw is not None and raw["status"].get("conditions") else ""
