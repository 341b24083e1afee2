"""Drift is put back in windows only, edits are applied at any time; what one window leaves is done in the next."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connect_operator.domain.connect.ownership import OWNER_TAG

from .builders import WINDOW, a_spec, an_instance_raw
from .hands import crowd, edit, move, move_all, user
from .harness import World
from .virtual_time import EPOCH

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.no_cover]  # long

BERLIN = "Europe/Berlin"
LUNCH = {"timeZone": BERLIN, "windows": [{"start": "11:00", "end": "13:00"}]}
# The world begins on a Friday at 9 o'clock in Berlin.
OPENS = 2 * 3600.0


def a_world(repair: dict[str, Any] = LUNCH, **spec: Any) -> World:  # noqa: ANN401 - any member of a manifest
    world = World()
    world.cluster.instance = an_instance_raw(driftRepair=repair)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(**spec)))
    world.let_pass(120.0)
    return world


def until(world: World, moment: float) -> list[tuple[float, Callable[[], None]]]:
    """Let time pass until so many seconds after the beginning, in one process."""
    return [(moment - world.elapsed, lambda: None)]


def message(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    return next(str(each["message"]) for each in raw["status"]["conditions"] if each["type"] == "Ready")


def synced(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    return next(str(each["status"]) for each in raw["status"]["conditions"] if each["type"] == "Synced")


def test_drift_is_told_at_once_and_put_back_when_the_window_opens() -> None:
    world = a_world()
    world.play([(0.0, move(world, routing_profile_id="rp-9")), (70.0, lambda: None)], lambda: True)
    assert (world.reason(), world.ready(), synced(world)) == ("DriftPending", True, "False")
    assert "routingProfileId" in message(world)
    assert "Fri 2027-01-15 11:00 +0100 Europe/Berlin (2027-01-15T10:00:00Z)" in message(world)
    assert list(world.cluster.raw("jdoe")["status"]["plan"]) == ["routingProfileId: rp-9 -> rp-1"]  # type: ignore[index]
    world.play(until(world, OPENS - 1), lambda: True)
    assert user(world).routing_profile_id == "rp-9"
    before = len(world.script.log)
    world.play(until(world, OPENS + 60), lambda: True)
    assert user(world).routing_profile_id == "rp-1"
    assert (world.reason(), synced(world)) == ("Available", "True")
    assert "before UpdateUserRoutingProfile" in world.script.log[before:]


@pytest.mark.parametrize("lives", [1, 3])
def test_a_restart_forgets_neither_drift_nor_edit(lives: int) -> None:
    world = a_world()
    world.play([(0.0, move(world, routing_profile_id="rp-9")), (70.0, lambda: None)], lambda: True)
    for _ in range(lives):
        world.let_pass(1800.0)
    assert (user(world).routing_profile_id, world.reason()) == ("rp-9", "DriftPending")

    def edited() -> None:
        edit(world, hierarchyGroupId="hg-1")()
        world.restart()

    world.play([(1.0, edited), (120.0, lambda: None)], lambda: True)
    assert (user(world).routing_profile_id, user(world).hierarchy_group_id) == ("rp-9", "hg-1")
    assert (world.reason(), world.ready()) == ("DriftPending", True)


def test_an_edit_is_applied_in_the_middle_of_the_day() -> None:
    world = a_world()
    acts = [(0.0, move(world, routing_profile_id="rp-9")), (70.0, edit(world, routingProfileId="rp-2"))]
    world.play([*acts, (30.0, lambda: None)], lambda: True)
    assert (user(world).routing_profile_id, world.reason()) == ("rp-2", "Available")


def test_what_the_window_does_not_finish_goes_on_in_the_next() -> None:
    """So many users do not fit into a minute at two calls a second. No write is made outside."""
    world = World()
    short = {"timeZone": "UTC", "windows": [{"start": "08:30", "end": "08:31"}, {"start": "09:00", "end": "09:02"}]}
    world.cluster.instance = an_instance_raw(driftRepair=short)
    names = crowd(world, 150)
    world.let_pass(120.0)

    def left() -> int:
        return sum(each.routing_profile_id == "rp-9" for each in world.connect.users())

    counts: list[int] = []
    world.play(
        [
            (0.0, move_all(world, routing_profile_id="rp-9")),
            *((moment - previous, lambda: counts.append(left())) for previous, moment in _pairs(world.elapsed)),
            (1.0, lambda: None),
        ],
        lambda: True,
    )
    before, first, second_opens, second = counts
    assert before == len(names)
    assert 0 < first < len(names)
    assert second_opens == first, "writes outside of the windows"
    assert second == 0
    assert world.reason("user0") == "Available"


def _pairs(now: float) -> list[tuple[float, float]]:
    hour = 3600.0
    moments = [now, hour / 2 - 5, hour / 2 + 65, hour - 5, hour + 125]
    return list(itertools.pairwise(moments))


def test_while_its_turn_comes_a_user_stays_ready() -> None:
    world = World()
    world.cluster.instance = an_instance_raw(driftRepair=LUNCH)
    names = crowd(world, 40)
    world.let_pass(120.0)

    reasons: set[str] = set()

    def watch() -> bool:
        reasons.update(world.reason(name) for name in names)
        return True

    world.play([(0.0, move_all(world, routing_profile_id="rp-9")), (70.0, lambda: None)], watch)

    def look() -> None:
        watch()

    looks: list[tuple[float, Callable[[], None]]] = [(5.0, look)] * 20
    world.play([*until(world, OPENS), *looks], watch)
    assert all(world.reason(name) == "Available" for name in names)
    assert reasons == {"DriftPending", "Available"}


def test_a_window_that_is_open_puts_back_at_once() -> None:
    world = a_world({"timeZone": "UTC", "windows": [{"start": "00:00", "end": "24:00"}]})
    world.play([(0.0, move(world, routing_profile_id="rp-9")), (75.0, lambda: None)], lambda: True)
    assert user(world).routing_profile_id == "rp-1"


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../etc/passwd", "Europe"])
def test_a_zone_that_nobody_knows_is_told_and_nothing_is_put_back(zone: str) -> None:
    world = a_world({"timeZone": zone, "windows": [{"start": "00:00", "end": "24:00"}]})
    acts = [(0.0, move(world, routing_profile_id="rp-9")), (90.0, edit(world, hierarchyGroupId="hg-1"))]
    world.play([*acts, (3600.0, lambda: None)], lambda: True)
    assert (user(world).routing_profile_id, user(world).hierarchy_group_id) == ("rp-9", "hg-1")
    assert world.reason() == "DriftPending"
    ready = next(each for each in world.cluster.instance["status"]["conditions"] if each["type"] == "Ready")
    assert (ready["status"], ready["reason"]) == ("False", "InvalidSpec")
    assert zone in ready["message"]
    assert "spec.driftRepair.timeZone" in ready["message"]

    def correct() -> None:
        world.cluster.instance["spec"]["driftRepair"]["timeZone"] = "UTC"
        world.cluster.instance["metadata"]["generation"] += 1
        world.cluster.change_instance()

    world.play([(1.0, correct), (60.0, lambda: None)], lambda: True)
    assert user(world).routing_profile_id == "rp-1"


def test_windows_that_are_taken_away_put_back_at_once() -> None:
    world = a_world()

    def remove() -> None:
        del world.cluster.instance["spec"]["driftRepair"]
        world.cluster.instance["metadata"]["generation"] += 1
        world.cluster.change_instance()

    world.play([(0.0, move(world, routing_profile_id="rp-9")), (70.0, remove), (30.0, lambda: None)], lambda: True)
    assert user(world).routing_profile_id == "rp-1"


def test_tag_and_user_are_put_back_at_any_time() -> None:
    world = a_world()
    tags = {key: value for key, value in user(world).tags.items() if key != OWNER_TAG}
    world.play([(10.0, move(world, tags=tags)), (90.0, lambda: None)], lambda: True)
    assert OWNER_TAG in user(world).tags
    world.play([(0.0, lambda: world.connect.remove(user(world).user_id)), (2 * WINDOW, lambda: None)], lambda: True)
    assert user(world).routing_profile_id == "rp-1"


def test_an_ignored_section_is_not_put_back_in_a_window_either() -> None:
    world = a_world(ignoreDrift=["routingProfile"])
    moved = move(world, routing_profile_id="rp-9", security_profile_ids=frozenset({"sp-9"}))
    world.play([(0.0, moved), (70.0, lambda: None)], lambda: True)
    assert world.reason() == "DriftPending"
    assert "routingProfileId" not in message(world)
    world.play(until(world, OPENS + 60), lambda: True)
    assert (user(world).routing_profile_id, user(world).security_profile_ids) == ("rp-9", frozenset({"sp-1"}))


def test_deletion_and_suspension_wait_for_no_window() -> None:
    world = a_world()
    world.play([(0.0, move(world, routing_profile_id="rp-9")), (70.0, edit(world, suspend=True))], lambda: True)
    world.play([*until(world, OPENS + 600), (1.0, edit(world, suspend=False)), (60.0, lambda: None)], lambda: True)
    assert user(world).routing_profile_id == "rp-1"
    world.play([(0.0, lambda: world.cluster.delete("jdoe")), (60.0, lambda: None)], lambda: True)
    assert world.connect.users() == []


def test_the_world_begins_on_a_friday_morning() -> None:
    assert datetime.fromtimestamp(EPOCH, UTC).astimezone(ZoneInfo(BERLIN)).strftime("%a %H:%M") == "Fri 09:00"
