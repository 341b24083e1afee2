"""A refusal is of what was asked: another value, which no edit of the manifest has made, is another question."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.domain.connect.ownership import own_tags
from connect_operator.domain.text.timestamps import rfc3339

from .builders import a_spec, an_instance_raw
from .harness import World
from .script import DENY, Script
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")

INVALID = "InvalidParameterException/400"
INACTIVE = {"securityProfileNames": ["No Access"], "routingProfileId": "rp-2"}
NOBODY = (frozenset({"sp-3"}), "rp-2")
MINUTES = 60.0


def a_world(troubles: dict[str, list[str]] | None = None, **instance: Any) -> World:  # noqa: ANN401 - any member
    world = World(Script(troubles_by_name=troubles or {}))
    world.cluster.instance = an_instance_raw(**{"inactive": INACTIVE, **instance})
    return world


def held(world: World) -> tuple[frozenset[str], str]:
    (user,) = world.connect.users()
    return user.security_profile_ids, user.routing_profile_id


def edit_instance(world: World, **members: Any) -> None:  # noqa: ANN401 - any member
    world.cluster.instance["spec"].update(members)
    world.cluster.instance["metadata"]["generation"] += 1
    world.cluster.change_instance()


def refuse(world: World, trouble: str, operation: str) -> None:
    """Connect refuses the next one."""
    world.script.troubles_by_name[f"before {operation}"] = [trouble]


@pytest.mark.parametrize("trouble", [INVALID, DENY])
def test_whose_last_edit_was_refused_loses_access_on_the_last_day_all_the_same(trouble: str) -> None:
    """In one process, as all here: the next one would know nothing of the refusal."""
    world, last = a_world(), rfc3339(EPOCH + 2000)
    reasons: list[str] = []

    def move() -> None:
        refuse(world, trouble, "UpdateUserSecurityProfiles")
        world.cluster.apply("jdoe", a_spec(activeUntil=last, securityProfileIds=["sp-2"]))

    timeline = [
        (0.0, lambda: world.cluster.apply("jdoe", a_spec(activeUntil=last))),
        (1950.0, move),
        (40.0, lambda: reasons.append(world.reason())),
    ]
    world.play(timeline, lambda: world.reason() == "Inactive")
    assert reasons == ["InvalidSpec" if trouble == INVALID else "PermissionDenied"]
    assert held(world) == NOBODY
    assert world.elapsed - 2000 < 60


def test_a_refused_creation_is_tried_again_when_the_instance_asks_for_something_else() -> None:
    world = a_world(defaultTags={"cost": "a value that Connect refuses"})
    refuse(world, INVALID, "CreateUser")
    reasons: list[str] = []
    timeline = [
        (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
        (10 * MINUTES, lambda: reasons.append(world.reason())),
        (0.0, lambda: edit_instance(world, defaultTags={"cost": "1"})),
    ]
    world.play(timeline, world.ready)
    assert reasons == ["InvalidSpec"]
    (user,) = world.connect.users()
    assert own_tags(user.tags) == {"cost": "1"}


def test_a_default_tag_that_was_refused_is_tried_again_with_its_new_value() -> None:
    world = a_world()
    reasons: list[str] = []

    def spoil() -> None:
        refuse(world, INVALID, "TagResource")
        edit_instance(world, defaultTags={"cost": "a value that Connect refuses"})

    timeline = [
        (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
        (10 * MINUTES, spoil),
        (5 * MINUTES, lambda: reasons.append(world.reason())),
        (0.0, lambda: edit_instance(world, defaultTags={"cost": "1"})),
    ]
    world.play(timeline, world.ready)
    assert reasons == ["InvalidSpec"]
    (user,) = world.connect.users()
    assert own_tags(user.tags) == {"cost": "1"}


def test_an_inactive_profile_that_was_refused_is_tried_again_with_the_new_one() -> None:
    world = a_world(inactive={"securityProfileNames": ["Admin"], "routingProfileId": "rp-1"})
    reasons: list[str] = []

    def leave() -> None:
        refuse(world, INVALID, "UpdateUserSecurityProfiles")
        world.cluster.apply("jdoe", a_spec(state="Inactive"))

    timeline = [
        (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
        (10 * MINUTES, leave),
        (5 * MINUTES, lambda: reasons.append(world.reason())),
        (0.0, lambda: edit_instance(world, inactive=INACTIVE)),
    ]
    world.play(timeline, lambda: world.reason() == "Inactive")
    assert reasons == ["InvalidSpec"]
    assert held(world) == NOBODY


@pytest.mark.parametrize(
    ("operation", "spec"),
    [
        ("CreateUser", {}),
        ("UpdateUserSecurityProfiles", {"securityProfileIds": ["sp-2"]}),
        ("TagResource", {"tags": {"team": "red"}}),
        # Tags that make room for others, and tags that go last: two calls of one operation.
        ("UntagResource", {"tags": {f"n{number}": "1" for number in range(10)}}),
    ],
)
def test_the_same_is_asked_for_once(operation: str, spec: dict[str, Any]) -> None:
    world = a_world()
    full = {f"k{number}": "1" for number in range(45)} if operation == "UntagResource" else {}

    def edit() -> None:
        world.script.troubles_by_name[f"before {operation}"] = [INVALID] * 100
        # Without its guard the model would take more tags than Connect does.
        world.script.troubles_by_name.setdefault("before TagResource", [INVALID] * 100)
        world.cluster.apply("jdoe", a_spec(**spec))

    timeline = [
        (0.0, edit if operation == "CreateUser" else lambda: world.cluster.apply("jdoe", a_spec(tags=full))),
        (10 * MINUTES, edit),
        (5 * MINUTES, lambda: edit_instance(world, driftCheckInterval="61s")),
        (5 * MINUTES, lambda: edit_instance(world, driftCheckInterval="62s")),
        (5 * MINUTES, lambda: None),
    ]
    world.play(timeline, lambda: True)
    assert world.reason() == "InvalidSpec"
    assert world.script.log.count(f"before {operation}") == 1
