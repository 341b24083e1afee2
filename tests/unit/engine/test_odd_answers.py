"""Answers that are no word about the manifest, to every call: they pass, nobody has to help, and no read ever blames.

Each call is answered with all of them, one after another; only then it is let through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from . import harness
from .builders import ARN, a_spec
from .harness import World
from .script import Script, answer

pytestmark = pytest.mark.usefixtures("quiet")

PASSING = [
    *(answer(str(status), status) for status in (301, 304, 307, 400, 401, 402, 403, 404, 405, 406, 407, 409, 410)),
    *(answer(str(status), status) for status in (408, 411, 413, 414, 417, 421, 422, 425, 426, 428, 431, 451)),
    answer("NotAuthorized", 400),
    answer("IncompleteSignature", 400),
    answer("IncompleteSignatureException", 400),
    answer("OptInRequired", 403),
    answer("ValidationException", 400),
    answer("UnknownOperationException", 404),
    answer("BrandNewRefusal", 400),
]
OF_READS = [
    *PASSING,
    answer("InvalidRequestException", 400),
    answer("InvalidParameterException", 400),
    answer("DuplicateResourceException", 409),
    answer("LimitExceededException", 429),
]
JANE = {"firstName": "Jane", "lastName": "Doe", "secondaryEmail": "jane@example.com"}
FULL = a_spec(
    identityInfo=JANE, proficiencies=[{"attributeName": "Language", "attributeValue": "German", "level": 3.0}]
)
EDITED = {**FULL, "identityInfo": {**JANE, "firstName": "Janet"}}


@pytest.fixture(autouse=True)
def days(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty answers, and up to five minutes after each."""
    monkeypatch.setattr(harness, "PATIENCE", 86400.0)


def left(world: World, step: str) -> list[str]:
    return world.script.troubles_by_name.get(step, [])


def through(world: World, step: str, done: Callable[[], bool], *timeline: tuple[float, Callable[[], None]]) -> None:
    """Live until all answers were given and that holds; no reason may ever be InvalidSpec."""

    def over() -> bool:
        assert all(reason != "InvalidSpec" for _, reason in world.cluster.events), (
            left(world, step),
            world.cluster.events,
        )
        return not left(world, step) and done()

    world.play(list(timeline), over)


@pytest.mark.parametrize(
    ("step", "answers"),
    [
        ("DescribeInstance", OF_READS),
        ("ListUsers", OF_READS),
        ("SearchUsers", OF_READS),
        ("List routing profiles", OF_READS),
        ("ListUserProficiencies", OF_READS),
        ("before CreateUser", PASSING),
        ("before AssociateUserProficiencies", PASSING),
    ],
)
def test_a_user_is_made_all_the_same(step: str, answers: list[str]) -> None:
    world = World()
    if step == "ListUserProficiencies":
        world.until(world.ready, act=lambda: world.cluster.apply("jdoe", {**FULL, "proficiencies": []}))
        world.let_pass(1000.0)  # a process that has read none
    world.script.troubles_by_name[step] = list(answers)
    through(world, step, world.ready, (0.0, lambda: world.cluster.apply("jdoe", FULL)))
    assert len(world.connect.users()) == 1


@pytest.mark.parametrize(
    ("step", "answers"),
    [("DescribeUser", OF_READS), ("SearchUsers", OF_READS), ("before UpdateUserIdentityInfo", PASSING)],
)
def test_a_user_is_edited_all_the_same(step: str, answers: list[str]) -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", FULL))
    world.let_pass(1000.0)
    world.script.troubles_by_name[step] = list(answers)
    through(world, step, world.ready, (0.0, lambda: world.cluster.apply("jdoe", EDITED)))
    [user] = world.connect.users()
    assert user.identity["FirstName"] == "Janet"


@pytest.mark.parametrize("step", ["before DeleteUser", "DescribeUser", "SearchUsers"])
def test_a_user_is_deleted_all_the_same(step: str) -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", FULL))
    world.let_pass(1000.0)
    world.script.troubles_by_name[step] = list(PASSING if step.startswith("before") else OF_READS)
    through(world, step, lambda: world.cluster.raw("jdoe") is None, (0.0, lambda: world.cluster.delete("jdoe")))
    assert world.connect.users() == []


def test_a_bare_404_is_no_proof_of_absence() -> None:
    """A proxy says 404 to everything for a while: nobody is called deleted, released or made anew."""
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", FULL))
    world.let_pass(1000.0)
    [before] = world.connect.users()
    world.script.troubles_by_name = {name: [answer("404", 404)] * 20 for name in ("DescribeUser", "before DeleteUser")}
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    assert world.connect.users() == []
    assert world.connect.writes[-1] == ("DeleteUser", before.user_id)


def test_the_tag_is_taken_off_for_retain_after_a_few_odd_answers() -> None:
    world = World()
    spec = {**FULL, "deletionPolicy": "Retain"}
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", spec))
    world.let_pass(1000.0)
    world.script.troubles_by_name["before UntagResource"] = [answer("407", 407)] * 3
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    [user] = world.connect.users()
    assert user.tags == {}


def test_for_retain_nothing_waits_for_ever() -> None:
    world = World()
    spec = {**FULL, "deletionPolicy": "Retain"}
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", spec))
    world.script.troubles_by_name["before UntagResource"] = [answer("BrandNewRefusal", 400)] * 1000
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    assert len(world.connect.users()) == 1


AGENT = ModelUser("u-9", f"{ARN}/agent/u-9", "agent", {"FirstName": "A", "LastName": "B"})
HAND: dict[str, Any] = {"userId": AGENT.user_id, "activeDeadlineSeconds": 7200}


def test_a_contact_is_handed_over_all_the_same() -> None:
    step = "before AssociateContactWithUser"
    world = World(Script(troubles_by_name={step: list(PASSING)}))
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "*", "contactAssignments": "AnyUser"}]
    world.connect.put(AGENT, 0.0)
    world.until(
        lambda: not left(world, step) and world.assignments.ended("hand"),
        act=lambda: world.assignments.create("hand", **HAND),
    )
    assert world.assignments.reason("hand") == "Assigned", left(world, step)


def test_what_is_certain_stays_so() -> None:
    """The two codes that speak of the manifest wait for an edit, as before."""
    refused = answer("InvalidParameterException", 400)
    world = World(Script(troubles_by_name={"before CreateUser": [refused]}))
    world.play(
        [(0.0, lambda: world.cluster.apply("jdoe", FULL)), (7200.0, lambda: None)],
        lambda: True,
    )
    assert (world.reason(), world.connect.users()) == ("InvalidSpec", [])
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", EDITED))
