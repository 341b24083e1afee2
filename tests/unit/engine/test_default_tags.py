"""The tags that a ConnectInstance keeps on every user that is managed there, in virtual time."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from connect_operator.domain.connect.ownership import own_tags

from .builders import a_spec, an_instance_raw
from .harness import World

pytestmark = pytest.mark.usefixtures("quiet")


def a_world(**spec: Any) -> World:  # noqa: ANN401 - any member of a manifest
    """A user who is Ready in an instance with default tags."""
    world = World()
    world.cluster.instance = an_instance_raw(defaultTags={"cost": "1", "site": "Bonn"})
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(**spec)))
    return world


def tags(world: World) -> dict[str, str]:
    [user] = world.connect.users()
    return own_tags(user.tags)


def set_default(world: World, default: dict[str, str]) -> None:
    """An administrator edits the ConnectInstance."""
    world.cluster.instance["spec"]["defaultTags"] = default
    world.cluster.instance["metadata"]["generation"] += 1
    world.cluster.change_instance()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, {"cost": "1", "site": "Bonn"}),
        ({"tags": {}}, {"cost": "1", "site": "Bonn"}),
        ({"tags": {"cost": "2", "team": "red"}}, {"cost": "2", "site": "Bonn", "team": "red"}),
    ],
)
def test_a_new_user_has_them_from_the_very_call(spec: dict[str, Any], expected: dict[str, str]) -> None:
    world = a_world(**spec)
    assert tags(world) == expected
    assert not any(each.startswith(("TagResource", "UntagResource")) for each in world.script.log)


@pytest.mark.parametrize("restart", [False, True])
def test_an_edit_of_the_instance_reaches_users_that_exist(*, restart: bool) -> None:
    world = a_world(tags={"team": "red"})

    def edit() -> None:
        set_default(world, {"cost": "3"})
        if restart:
            world.restart()

    world.play([(1.0, edit)], lambda: tags(world) == {"cost": "3", "team": "red"})


def test_what_is_taken_out_stays_where_the_manifest_says_nothing_of_tags() -> None:
    world = a_world()
    world.play([(1.0, lambda: set_default(world, {"cost": "1"}))], lambda: True)
    world.let_pass(300.0)
    assert tags(world) == {"cost": "1", "site": "Bonn"}


def message(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    return str(raw["status"]["conditions"][0]["message"])


def test_too_many_tags_are_told_without_a_call_and_an_edit_of_the_instance_helps() -> None:
    world = World()
    world.cluster.instance = an_instance_raw(defaultTags={f"d{number}": "1" for number in range(20)})
    own = {f"k{number}": "1" for number in range(31)}
    told: list[str] = []
    timeline = [
        (0.0, lambda: world.cluster.apply("jdoe", a_spec(tags=own))),
        (300.0, lambda: told.append(message(world))),
        (0.0, lambda: set_default(world, {f"d{number}": "1" for number in range(18)})),
    ]
    world.play(timeline, world.ready)
    (found,) = told
    assert found == (
        "spec.tags has 31 and spec.defaultTags of ConnectInstance support adds 20; with the owner tag that makes 52, "
        "and Connect allows 50: take 2 out of spec.tags, or ask the instance's administrator to shorten "
        "spec.defaultTags"
    )
    assert world.script.log.count("before CreateUser") == 1
    assert len(tags(world)) == 49


def test_room_that_is_made_in_connect_is_used() -> None:
    world = a_world()
    [user] = world.connect.users()
    full = {**user.tags, **{f"z{number}": "1" for number in range(40)}}
    told: list[str] = []

    def carry(found: dict[str, str]) -> None:
        world.connect.put(dataclasses.replace(user, tags=found), world.connect.clock.now())

    many = {**{f"d{number}": "1" for number in range(18)}, "cost": "1", "site": "Bonn"}
    timeline = [
        (60.0, lambda: carry(full)),
        (120.0, lambda: set_default(world, many)),
        (300.0, lambda: told.append(message(world))),
        (0.0, lambda: carry({key: value for key, value in full.items() if not key.startswith("z3")})),
    ]
    world.play(timeline, lambda: world.ready() and len(tags(world)) == 49)
    (found,) = told
    assert found == (
        "spec.tags: the user has 40 other tags in Connect and spec.defaultTags of ConnectInstance support adds 20; "
        "with the owner tag that makes 61, and Connect allows 50: take 11 off in Connect, or ask the instance's "
        "administrator to shorten spec.defaultTags"
    )
