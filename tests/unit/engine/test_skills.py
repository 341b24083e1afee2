"""Proficiencies that are given and taken away: what does not exist is told at its value, and nobody gets poorer."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from .builders import a_spec
from .fake_users import summary
from .harness import World
from .script import DENY, answer

DESCRIBE = "DescribePredefinedAttribute"


def skills(*entries: tuple[str, str, float]) -> list[dict[str, Any]]:
    return [{"attributeName": name, "attributeValue": value, "level": level} for name, value, level in entries]


def held(world: World) -> dict[str, float]:
    [user] = world.connect.users()
    entries = summary(user).proficiencies
    assert isinstance(entries, tuple)
    return {f"{each.attribute_name}={each.attribute_value}": each.level for each in entries}


def message(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    return next(str(each["message"]) for each in raw["status"]["conditions"] if each["type"] == "Ready")


@pytest.fixture
def world() -> World:
    """A world in which jdoe speaks English."""
    made = World()
    spec = a_spec(proficiencies=skills(("Language", "English", 3.0)))
    made.until(made.ready, act=lambda: made.cluster.apply("jdoe", spec))
    return made


def edit(world: World, *entries: tuple[str, str, float]) -> None:
    world.cluster.apply("jdoe", a_spec(routingProfileId="rp-2", proficiencies=skills(*entries)))


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (
            ("language", "English", 4.0),
            (
                "spec.proficiencies[0].attributeName: the instance has no predefined attribute 'language'; "
                "did you mean 'Language'? It differs by upper and lower case only"
            ),
        ),
        (
            ("Language", "Klingon", 4.0),
            (
                "spec.proficiencies[0].attributeValue: predefined attribute 'Language' has no value 'Klingon'; "
                "it has 'English', 'German'"
            ),
        ),
        (
            ("Colour", "blue", 1.0),
            (
                "spec.proficiencies[0].attributeName: the instance has no predefined attribute 'Colour'; "
                "it has 'Language', 'a'"
            ),
        ),
    ],
)
def test_a_skill_that_does_not_exist_is_told_and_the_old_one_stays(
    world: World, wanted: tuple[str, str, float], told: str
) -> None:
    world.until(lambda: world.reason() == "ReferenceNotFound", act=lambda: edit(world, wanted))
    assert message(world) == told
    assert held(world) == {"Language=English": 3.0}
    [user] = world.connect.users()
    assert user.routing_profile_id == "rp-2", "the other sections go on"
    assert Counter(world.script.log)["before AssociateUserProficiencies"] == 1, "nothing is sent that must fail"


def test_a_skill_that_is_made_later_is_given_then(world: World) -> None:
    world.until(lambda: world.reason() == "ReferenceNotFound", act=lambda: edit(world, ("Language", "Frisian", 2.0)))
    world.connect.attributes["Language"] = ("English", "Frisian")
    world.until(world.ready)
    assert held(world) == {"Language=Frisian": 2.0}


@pytest.mark.parametrize("trouble", [DENY, answer("BrandNewRefusal", 400), answer("InternalServiceException", 500)])
def test_attributes_that_cannot_be_read_leave_the_word_to_connect(world: World, trouble: str) -> None:
    """An older IAM policy, for instance: the write is refused then, and still nothing is taken away."""
    world.script.troubles_by_name[DESCRIBE] = [trouble] * 99
    world.until(lambda: world.reason() == "ReferenceNotFound", act=lambda: edit(world, ("Colour", "blue", 1.0)))
    assert "AssociateUserProficiencies failed: ResourceNotFoundException" in message(world)
    assert held(world) == {"Language=English": 3.0}
    assert Counter(world.script.log)[DESCRIBE] <= 4, "what may not be read is not asked for again and again"


def test_an_exchange_within_ten_takes_nothing_away_for_what_does_not_exist(world: World) -> None:
    names = tuple(str(number) for number in range(9))
    world.connect.attributes["s"] = names
    full = [("Language", "English", 3.0), *(("s", name, 1.0) for name in names)]
    world.until(world.ready, act=lambda: edit(world, *full))
    world.until(lambda: world.reason() == "ReferenceNotFound", act=lambda: edit(world, ("s", "ninth", 1.0), *full[1:]))
    assert len(held(world)) == 10


def test_one_reading_serves_many_users(world: World) -> None:
    before = Counter(world.script.log)[DESCRIBE]

    def hire() -> None:
        for number in range(20):
            spec = a_spec(username=f"u{number}", proficiencies=skills(("Language", "German", 1.0)))
            world.cluster.apply(f"u{number}", spec)

    world.until(lambda: all(world.ready(f"u{number}") for number in range(20)), act=hire)
    assert Counter(world.script.log)[DESCRIBE] - before <= 2
