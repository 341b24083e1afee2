"""No contact is handed over past its deadline, whatever it waited for."""

from __future__ import annotations

from functools import partial

import pytest

from .assignment_world import ASSOCIATE, BY_ID, a_world, calls, create_all, ends, messages, sent
from .script import THROTTLE

pytestmark = pytest.mark.usefixtures("quiet")


def test_past_its_deadline_no_call_is_made() -> None:
    world = a_world()
    world.until(ends(world), act=lambda: world.assignments.create("hand", age=301.0, **BY_ID))
    assert (world.assignments.reason("hand"), sent(world)) == ("DeadlineExceeded", 0)
    assert "activeDeadlineSeconds (300)" in messages(world)


def test_the_deadline_ends_the_wait_for_a_user() -> None:
    world = a_world()
    world.until(ends(world), act=lambda: world.assignments.create("hand", userRef={"name": "nobody"}))
    assert world.assignments.reason("hand") == "DeadlineExceeded"
    assert "ConnectUser team-a/nobody does not exist" in messages(world)
    assert 299.0 < world.elapsed < 310.0


def test_the_deadline_ends_the_wait_for_quota() -> None:
    """800 at 2 a second take 400 s; those that are not done after 300 s are never done."""
    world = a_world()
    names = [f"hand-{number:03}" for number in range(800)]
    world.until(ends(world, *names), act=partial(create_all, world, names))
    done = [name for name in names if calls(world, name)]
    assert 590 < len(done) < 620
    assert {world.assignments.reason(name) for name in set(names) - set(done)} == {"DeadlineExceeded"}
    assert 299.0 < world.elapsed < 310.0
    assert sent(world) == len(done)


def test_the_deadline_passes_between_the_turn_and_the_call() -> None:
    """Both have their turn; the first one's call is throttled, which pauses the line until the second is too late."""
    world = a_world()

    def begin() -> None:
        world.script.troubles_by_name[f"before {ASSOCIATE}"] = [THROTTLE]
        world.assignments.create("one", **BY_ID)
        world.assignments.create("two", activeDeadlineSeconds=1, **BY_ID)

    world.until(ends(world, "one", "two"), act=begin)
    assert world.assignments.reason("one") == "Assigned"
    assert (world.assignments.reason("two"), calls(world, "two")) == ("DeadlineExceeded", 0)
    assert "attemptedTime" not in world.assignments.status("two")
