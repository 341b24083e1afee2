"""The tags that a ConnectInstance keeps on every user that is managed there, in virtual time."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.domain.ownership import own_tags

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
