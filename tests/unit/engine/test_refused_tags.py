"""An owner tag that Connect refuses: one call, told with its reason, and nothing of it repeated at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from connect_operator.domain.connect.ownership import OWNER_TAG

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN, a_spec, an_instance_raw
from .harness import World
from .script import DENY

TAG = "before TagResource"


def a_user(tags: dict[str, str] | None = None) -> ModelUser:
    identity = {"FirstName": "Jane", "LastName": "Doe"}
    return ModelUser(
        "u-9",
        f"{ARN}/agent/u-9",
        "jdoe",
        identity,
        routing_profile_id="rp-1",
        security_profile_ids=frozenset({"sp-1"}),
        tags=tags or {},
    )


def test_an_adoption_that_is_refused_is_told_and_left_alone() -> None:
    world = World()
    world.connect.put(a_user(), 0.0)
    world.script.troubles_by_name[TAG] = [DENY] * 100
    world.until(
        lambda: world.reason() == "PermissionDenied",
        act=lambda: world.cluster.apply("jdoe", a_spec(adoptionPolicy="IfUnowned")),
    )
    world.let_pass(60.0)
    assert world.reason() == "PermissionDenied"
    assert world.script.log.count(TAG) <= 3
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    message = raw["status"]["conditions"][0]["message"]
    assert OWNER_TAG in message
    assert "TagResource" in message
    assert ("jdoe", "PermissionDenied") in world.cluster.events


def test_a_tag_that_cannot_be_put_back_is_told_and_the_rest_goes_on() -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    [user] = world.connect.users()

    def take_it_off() -> None:
        world.connect.put(dataclasses.replace(user, tags={}, routing_profile_id="rp-2"), world.connect.clock.now())

    world.script.troubles_by_name[TAG] = [DENY] * 100
    world.play([(1200.0, take_it_off)], lambda: world.reason() == "PermissionDenied" and _profile(world) == "rp-1")
    before = world.script.log.count(TAG)
    world.let_pass(60.0)
    assert world.script.log.count(TAG) - before <= 2


def _profile(world: World) -> str:
    [user] = world.connect.users()
    return user.routing_profile_id


def test_what_is_granted_later_goes_on() -> None:
    world = World()
    world.connect.put(a_user(), 0.0)
    world.script.troubles_by_name[TAG] = [DENY]
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(adoptionPolicy="IfUnowned")))
    assert world.script.log.count(TAG) == 2


def strip(world: World) -> Callable[[], None]:
    """Somebody takes the owner tag off and moves the user; the tag cannot be put back."""

    def act() -> None:
        [user] = world.connect.users()
        world.script.troubles_by_name[TAG] = ["InvalidParameterException/400"] * 100
        world.connect.put(dataclasses.replace(user, tags={}, routing_profile_id="rp-2"), world.connect.clock.now())

    return act


def test_what_is_left_to_connect_is_still_shown() -> None:
    world = World()
    spec = a_spec(ignoreDrift=["routingProfile"])
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", spec))
    world.play([(1200.0, strip(world)), (120.0, lambda: None)], lambda: world.reason() == "InvalidSpec")
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert raw["status"]["ignored"] == ("routingProfileId: rp-2 -> rp-1",)


def test_the_next_window_is_not_forgotten() -> None:
    """A tag that only an edit of the manifest can help is looked at by no timer of its own."""
    world = World()
    hours = {"timeZone": "UTC", "windows": [{"start": "10:00", "end": "11:00"}]}
    world.cluster.instance = an_instance_raw(driftRepair=hours)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    before: list[tuple[str, str]] = []

    def look() -> None:
        before.append((world.reason(), _profile(world)))

    # In one process: the next one could not tell any more whose the user is.
    world.play([(1200.0, strip(world)), (120.0, look), (7200.0, lambda: None)], lambda: True)
    assert before == [("InvalidSpec", "rp-2")]
    assert _profile(world) == "rp-1"
