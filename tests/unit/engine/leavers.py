"""A world whose ConnectInstance says what leavers get, and what people do to the one user in it."""

from __future__ import annotations

from typing import Any

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import a_spec, an_instance_raw
from .harness import World
from .script import Script

INACTIVE = {"securityProfileNames": ["No Access"], "routingProfileId": "rp-2"}
SIGN_OUT = "DeleteAllEntitySessions"
NOBODY = (frozenset({"sp-3"}), "rp-2")
OWN = (frozenset({"sp-1"}), "rp-1")


def a_world(script: Script | None = None, **instance: Any) -> World:  # noqa: ANN401 - any member
    world = World(script or Script())
    world.cluster.instance = an_instance_raw(**{"inactive": INACTIVE, **instance})
    return world


def held(world: World) -> tuple[frozenset[str], str]:
    """The profiles of the one user."""
    (user,) = world.connect.users()
    return user.security_profile_ids, user.routing_profile_id


def wrote(world: World) -> list[str]:
    return [operation for operation, _ in world.connect.writes]


def work(world: World, **spec: Any) -> ModelUser:  # noqa: ANN401 - any member
    """The user exists and is signed in."""
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(**spec)))
    (user,) = world.connect.users()
    world.connect.desks.signed_in.add(user.user_id)
    world.connect.writes.clear()
    return user


def edit(world: World, **spec: Any) -> None:  # noqa: ANN401 - any member
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(**spec)))


def delete(world: World) -> None:
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))


def message(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    return next(str(each["message"]) for each in raw["status"]["conditions"] if each["type"] == "Ready")
