"""A user lives where its object was pinned before the call, whatever the reference becomes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from .builders import ARN, WINDOW, a_spec
from .harness import World
from .script import CRASH, FAIL, LOSE
from .test_random_schedules import stranger
from .two_instances import OTHER, Acting, two

pytestmark = pytest.mark.usefixtures("quiet")


def referring(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a manifest
    """A spec that refers to the second instance by its ARN, which the schema cannot tell from a move."""
    return {name: value for name, value in a_spec(instanceId=str(OTHER), **members).items() if name != "instanceRef"}


@pytest.mark.parametrize("step", ["before CreateUser", "after CreateUser", "after pin_user_status"])
@pytest.mark.parametrize("trouble", [None, LOSE, FAIL, CRASH])
@pytest.mark.parametrize("delay", [0.0, 40.0])
def test_a_reference_that_is_replaced_while_the_user_is_created(step: str, trouble: str | None, delay: float) -> None:
    script = Acting(troubles_by_name={"after CreateUser": [trouble]} if trouble else {})
    world, first, other = two(script, delay)
    other.put(stranger("somebody"), 0.0)  # so that ids differ
    script.on(step, lambda: world.cluster.apply("jdoe", referring()))
    world.play(
        [(1.0, lambda: world.cluster.apply("jdoe", a_spec()))], lambda: bool(first.users() or other.named("jdoe"))
    )
    world.let_pass(3 * WINDOW)
    users = first.users() + other.named("jdoe")
    assert len(users) == 1, "doubled, or lost"
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert raw["status"]["userId"] == users[0].user_id
    assert raw["status"]["instanceArn"] == str(ARN if first.users() else OTHER)
    assert world.reason() == ("ImmutableField" if first.users() else "Available")
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    assert first.users() == []
    assert other.named("jdoe") == []


@pytest.mark.parametrize("moved_to", ["another", "nowhere"])
def test_a_user_is_deleted_where_it_lives_though_the_reference_says_otherwise(moved_to: str) -> None:
    world, first, other = two(Acting())
    other.put(stranger("somebody"), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    spec = referring() if moved_to == "another" else a_spec(instanceRef={"name": "nowhere"})

    def move_and_delete() -> None:
        world.cluster.apply("jdoe", spec)
        world.cluster.delete("jdoe")

    world.until(lambda: world.cluster.raw("jdoe") is None, act=move_and_delete)
    assert first.users() == []


def test_the_tag_tells_where_a_user_lives_when_status_was_stripped_and_the_reference_replaced() -> None:
    world, first, other = two(Acting())
    other.put(stranger("somebody"), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))

    def strip_and_move() -> None:
        raw = world.cluster.raw("jdoe")
        assert raw is not None
        raw["status"] = {}
        world.cluster.apply("jdoe", referring())
        world.restart()

    world.play([(1.0, strip_and_move), (300.0, lambda: None)], lambda: True)
    assert world.reason() == "ImmutableField"
    assert other.named("jdoe") == []
    assert len(first.users()) == 1


def test_what_is_new_where_a_user_lives_reaches_it_though_the_reference_says_otherwise() -> None:
    world, first, other = two(Acting())
    other.put(stranger("somebody"), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.until(lambda: world.reason() == "ImmutableField", act=lambda: world.cluster.apply("jdoe", referring()))
    world.let_pass(3 * WINDOW)
    [user] = first.users()
    moved = replace(user, routing_profile_id="rp-2")
    world.play([(1.0, lambda: first.put(moved, first.clock.now()))], lambda: first.users() == [moved])
    world.until(lambda: first.users()[0].routing_profile_id == "rp-1")


def ready_message(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    return next(str(each["message"]) for each in raw["status"]["conditions"] if each["type"] == "Ready")


def test_a_home_that_lost_its_connectinstance_is_told_at_once() -> None:
    world, first, _ = two(Acting())
    first.put(stranger("somebody"), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", referring()))
    world.until(lambda: world.reason() == "ImmutableField", act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.let_pass(3 * WINDOW)

    def go() -> None:
        world.cluster.sink.instance_gone("second", "iuid-second")

    world.play([(5.0, go), (5.0, lambda: None)], lambda: True)
    assert f"create a ConnectInstance for {OTHER} again" in ready_message(world)


def test_what_was_refused_for_certain_leaves_the_manifest_free_to_be_corrected() -> None:
    """status.instanceArn is what admission goes by: while it is absent nothing was attempted."""
    world, first, _ = two(Acting())
    first.put(stranger("jdoe"), 0.0)

    def pinned() -> bool:
        raw = world.cluster.raw("jdoe")
        return raw is not None and "instanceArn" in raw["status"]

    world.until(lambda: world.reason() == "UsernameTaken", act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.let_pass(60.0)
    assert not pinned()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(username="jane")))
    assert pinned()
    assert [user.username for user in first.users()] == ["jdoe", "jane"]


def test_creating_is_said_before_the_call() -> None:
    script = Acting()
    world, _, _ = two(script)
    said: list[tuple[str, str]] = []

    def look() -> None:
        raw = world.cluster.raw("jdoe")
        assert raw is not None
        said.append((world.reason(), raw["status"].get("instanceArn", "")))

    script.on("before CreateUser", look)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    assert said == [("Creating", str(ARN))]
    writes = [step for step in script.log if step in ("before write_user_status", "before pin_user_status")]
    assert len(writes) == 2, "one status write more than the one that says Available"


def test_a_revoked_namespace_cannot_reach_its_user_through_another_instance() -> None:
    world, first, other = two(Acting())
    other.put(stranger("somebody"), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))

    def revoke() -> None:
        world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-b"}]
        world.cluster.instance["metadata"]["generation"] += 1
        world.cluster.change_instance()
        world.cluster.apply("jdoe", referring(securityProfileIds=["sp-2"]))

    world.play([(1.0, revoke), (300.0, lambda: None)], lambda: True)
    assert world.reason() == "PermissionDenied"
    (user,) = first.users()
    assert user.security_profile_ids == {"sp-1"}
