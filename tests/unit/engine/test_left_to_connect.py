"""What `ignoreDrift` leaves to Connect, and until when: through edits, restarts, adoption and lost statuses."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from connect_operator.domain.connect.ownership import DEACTIVATED_TAG, OWNER_TAG

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN, WINDOW, a_spec, an_instance_raw
from .hands import edit, move, user
from .harness import World
from .test_homes import ready_message
from .test_random_schedules import stranger

pytestmark = pytest.mark.usefixtures("quiet")

MOVED = "routingProfileId: rp-9 -> rp-1"


def a_world(*, instance: dict[str, Any] | None = None, **spec: Any) -> World:  # noqa: ANN401 - any member of a manifest
    """A user who is Ready, with routing profiles left to Connect, seen by a sweep since."""
    world = World()
    world.cluster.instance = an_instance_raw(**(instance or {}))
    wanted = a_spec(**{"ignoreDrift": ["routingProfile"], **spec})
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", wanted))
    world.let_pass(2.0)
    return world


def ignored(world: World) -> list[str]:
    raw = world.cluster.raw("jdoe")
    return list(raw["status"].get("ignored", ())) if raw is not None else []


def play(world: World, *acts: Callable[[], None], pause: float = 70.0) -> None:
    """One act after another, and time for each to be seen; in one process, unless one of the acts ends it."""
    world.play([(pause, act) for act in acts] + [(pause, lambda: None)], lambda: True)


def test_at_creation_everything_is_applied() -> None:
    assert user(a_world()).routing_profile_id == "rp-1"


@pytest.mark.parametrize("restart", [False, True])
def test_a_move_in_the_console_stays_and_is_told(*, restart: bool) -> None:
    world = a_world()
    play(world, move(world, routing_profile_id="rp-9"))
    if restart:
        world.let_pass(300.0)
    assert user(world).routing_profile_id == "rp-9"
    assert ignored(world) == [MOVED]
    assert world.ready()
    assert world.reason() == "Available"
    assert ready_message(world) == (
        "Connect holds what the manifest asks, but for what spec.ignoreDrift names: 1 difference is left to Connect, "
        "see status.ignored"
    )
    assert "plan" not in world.cluster.raw("jdoe")["status"]  # type: ignore[index]


@pytest.mark.parametrize("pause", [1.0, 10.0, 70.0])
@pytest.mark.parametrize("restart", ["never", "before the edit", "with the edit", "after the edit", "after the move"])
def test_an_edit_is_applied_once(restart: str, pause: float) -> None:
    """However soon after it somebody moves the user again, and whichever process sees that."""
    world = a_world()
    play(world, move(world, routing_profile_id="rp-9"))

    def ending(when: str) -> Callable[[], None]:
        return lambda: world.restart() if restart == when else None

    def both() -> None:
        edit(world, routingProfileId="rp-2")()
        ending("with the edit")()

    seen: list[str] = []
    world.play(
        [
            (1.0, ending("before the edit")),
            (1.0, both),
            (20.0, lambda: seen.append(user(world).routing_profile_id)),
            (pause, ending("after the edit")),
            (0.1, move(world, routing_profile_id="rp-3")),
            (pause, ending("after the move")),
            (200.0, lambda: None),
        ],
        lambda: True,
    )
    assert seen == ["rp-2"]
    assert user(world).routing_profile_id == "rp-3"
    assert ignored(world) == ["routingProfileId: rp-3 -> rp-2"]


@pytest.mark.parametrize("restart", [False, True])
def test_who_is_moved_back_at_once_after_an_edit_stays_there(*, restart: bool) -> None:
    world = a_world()
    acts: list[tuple[float, Callable[[], None]]] = [
        (5.0, edit(world, routingProfileId="rp-2")),
        (20.0, move(world, routing_profile_id="rp-1")),
        (1.0, world.restart if restart else lambda: None),
        (200.0, lambda: None),
    ]
    world.play(acts, lambda: True)
    assert user(world).routing_profile_id == "rp-1"
    assert ignored(world) == ["routingProfileId: rp-1 -> rp-2"]


def test_an_edit_of_another_section_leaves_it() -> None:
    world = a_world()
    play(world, move(world, routing_profile_id="rp-9"), edit(world, hierarchyGroupId="hg-1"))
    assert (user(world).routing_profile_id, user(world).hierarchy_group_id) == ("rp-9", "hg-1")


def test_what_is_not_named_is_put_back() -> None:
    world = a_world()
    play(world, move(world, routing_profile_id="rp-9", security_profile_ids=frozenset({"sp-9"})))
    assert (user(world).routing_profile_id, user(world).security_profile_ids) == ("rp-9", frozenset({"sp-1"}))


def test_another_spelling_of_the_same_value_is_no_edit() -> None:
    world = a_world()
    spelled = f"{ARN}/routing-profile/rp-1"
    play(world, move(world, routing_profile_id="rp-9"), edit(world, routingProfileId=spelled))
    assert user(world).routing_profile_id == "rp-9"


def test_a_section_that_is_not_ignored_any_more_is_put_back() -> None:
    world = a_world()
    play(world, move(world, routing_profile_id="rp-9"), edit(world, ignoreDrift=[]))
    assert user(world).routing_profile_id == "rp-1"
    assert ignored(world) == []
    assert "applied" not in world.cluster.raw("jdoe")["status"]  # type: ignore[index]


@pytest.mark.parametrize(("own", "stays"), [(None, True), ([], False), (["tags"], False)])
def test_the_instances_default_holds_where_the_manifest_says_nothing(own: list[str] | None, *, stays: bool) -> None:
    spec = {} if own is None else {"ignoreDrift": own}
    world = World()
    world.cluster.instance = an_instance_raw(defaultIgnoreDrift=["routingProfile"])
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(**spec)))
    play(world, move(world, routing_profile_id="rp-9"))
    assert user(world).routing_profile_id == ("rp-9" if stays else "rp-1")


def test_the_instances_tags_are_kept_where_the_manifests_own_are_left() -> None:
    world = a_world(instance={"defaultTags": {"cost": "1"}}, ignoreDrift=["tags"], tags={"team": "a"})
    tags = {**user(world).tags, "team": "b", "cost": "2", "more": "c"}
    play(world, move(world, tags=tags))
    found = {key: value for key, value in user(world).tags.items() if key != OWNER_TAG}
    assert found == {"team": "b", "cost": "1", "more": "c"}
    assert sorted(ignored(world)) == ["tags[more]: c -> (none)", "tags[team]: b -> a"]


@pytest.mark.parametrize("status", [{}, {"routingProfile": "0123456789ab"}])
def test_a_status_that_was_stripped_or_forged_loses_no_edit(status: dict[str, str]) -> None:
    """While the operator runs its own memory counts; after a restart what has no mark is applied once more."""
    world = a_world()
    play(world, move(world, routing_profile_id="rp-9"))

    def forge() -> None:
        raw = world.cluster.raw("jdoe")
        assert raw is not None
        raw["status"]["applied"] = status
        world.cluster.touch("jdoe")

    play(world, forge)
    assert user(world).routing_profile_id == "rp-9"

    def forge_and_edit() -> None:
        forge()
        edit(world, routingProfileId="rp-2")()
        world.restart()

    play(world, forge_and_edit)
    assert user(world).routing_profile_id == "rp-2"


@pytest.mark.parametrize("by_default", [True, False])
def test_who_was_deactivated_and_is_taken_over_again_gets_the_manifests_profiles(*, by_default: bool) -> None:
    """What they have is what leavers get: nobody has chosen it in Connect."""
    left = ["securityProfiles", "routingProfile"]
    world = World()
    grant = {"allowedAdoptionPolicies": ["Never", "IfUnowned"]}
    world.cluster.instance = an_instance_raw(**grant, **({"defaultIgnoreDrift": left} if by_default else {}))
    deactivated = dataclasses.replace(
        stranger("jdoe"),
        security_profile_ids=frozenset({"sp-3"}),
        routing_profile_id="rp-2",
        tags={DEACTIVATED_TAG: "2026-11-01T00:00:00Z"},
    )
    world.connect.put(deactivated, 0.0)
    spec = a_spec(adoptionPolicy="IfUnowned", **({} if by_default else {"ignoreDrift": left}))
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", spec))
    assert user(world).security_profile_ids == {"sp-1"}
    assert user(world).routing_profile_id == "rp-1"
    assert ignored(world) == []


@pytest.mark.parametrize("crash", [None, "after TagResource", "before TagResource", "after pin_user_status"])
def test_who_is_adopted_keeps_what_is_left_to_connect(crash: str | None) -> None:
    world = World()
    world.cluster.instance = an_instance_raw()
    found = ModelUser(
        user_id="u-9",
        arn=f"{ARN}/agent/u-9",
        username="jdoe",
        identity={"FirstName": "J", "LastName": "D"},
        routing_profile_id="rp-9",
        security_profile_ids=frozenset({"sp-1"}),
    )
    if crash is not None:
        world.script.troubles_by_name[crash] = ["crash"]
    spec = a_spec(ignoreDrift=["routingProfile"], adoptionPolicy="IfUnowned")

    def act() -> None:
        world.connect.put(found, world.connect.clock.now() - 3600)
        world.cluster.apply("jdoe", spec)

    world.until(world.ready, act=act)
    world.let_pass(120.0)
    assert user(world).routing_profile_id == "rp-9"
    assert user(world).identity["FirstName"] == "Jane"
    assert ignored(world) == [MOVED]
    play(world, edit(world, routingProfileId="rp-2"))
    assert user(world).routing_profile_id == "rp-2"


def test_who_was_deleted_in_the_console_is_created_as_the_manifest_says() -> None:
    world = a_world()
    play(world, move(world, routing_profile_id="rp-9"))
    play(world, lambda: world.connect.remove(user(world).user_id), pause=2 * WINDOW)
    assert user(world).routing_profile_id == "rp-1"
    play(world, move(world, routing_profile_id="rp-9"))
    assert user(world).routing_profile_id == "rp-9"


def test_an_edit_that_connect_acknowledges_and_drops_is_not_taken_for_applied() -> None:
    world = a_world()
    world.connect.ignores = frozenset({"UpdateUserRoutingProfile"})
    world.until(lambda: world.reason() == "NotConverging", act=edit(world, routingProfileId="rp-2"))
    world.connect.ignores = frozenset()
    world.let_pass(2 * 3600.0)
    assert user(world).routing_profile_id == "rp-2"


def test_an_address_that_is_left_to_connect_is_told_after_a_restart_too() -> None:
    identity = {"firstName": "Jane", "lastName": "Doe", "secondaryEmail": "jane@example.com"}
    world = a_world(ignoreDrift=["identityInfo"], identityInfo=identity)
    changed = {**user(world).identity, "SecondaryEmail": "private@example.com"}
    play(world, move(world, identity=changed))
    line = ["identityInfo.secondaryEmail: private@example.com -> jane@example.com"]
    assert ignored(world) == line
    world.let_pass(300.0)
    assert ignored(world) == line
    assert user(world).identity["SecondaryEmail"] == "private@example.com"


def test_who_only_observes_sees_what_would_be_left() -> None:
    world = a_world()
    play(world, move(world, routing_profile_id="rp-9"), edit(world, managementPolicy="Observe"))
    assert world.reason() == "Observing"
    assert ignored(world) == [MOVED]


def test_at_rest_nothing_is_written_but_what_was_applied_is_remembered() -> None:
    world = a_world()
    world.let_pass(100.0)
    before = len(world.script.log)
    world.let_pass(1200.0)
    assert [each for each in world.script.log[before:] if each.startswith("before")] == []
    assert list(world.cluster.raw("jdoe")["status"]["applied"]) == ["routingProfile"]  # type: ignore[index]


@pytest.mark.parametrize("repair", [False, True])
def test_who_is_inactive_loses_its_rights_whatever_is_left_to_connect(*, repair: bool) -> None:
    """And gets its own back when active again: that, too, is an edit of these sections."""
    instance: dict[str, Any] = {"inactive": {"securityProfileIds": ["sp-2"], "routingProfileId": "rp-2"}}
    if repair:
        hours = [{"start": "20:00", "end": "20:01"}]
        instance["driftRepair"] = {"timeZone": "UTC", "windows": hours}
    world = a_world(instance=instance, ignoreDrift=["routingProfile", "securityProfiles"])
    play(world, move(world, routing_profile_id="rp-9"), edit(world, state="Inactive"))
    assert (user(world).routing_profile_id, user(world).security_profile_ids) == ("rp-2", frozenset({"sp-2"}))
    play(world, move(world, routing_profile_id="rp-9"))
    assert user(world).routing_profile_id == "rp-2"
    play(world, edit(world, state="Active"))
    assert (user(world).routing_profile_id, user(world).security_profile_ids) == ("rp-1", frozenset({"sp-1"}))
    play(world, move(world, routing_profile_id="rp-9"))
    assert user(world).routing_profile_id == "rp-9"
