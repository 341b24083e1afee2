"""A contact is handed over once, whatever goes wrong and whenever, by one operator or two: in virtual time.

CONNECT_OPERATOR_EXAMPLES sets how many random schedules are tried; the suite tries a few.
"""

from __future__ import annotations

import os
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .assignment_world import ASSOCIATE, BY_ID, a_world, calls, create_all, ends
from .builders import WINDOW
from .script import CRASH, FAIL, LOSE, THROTTLE, Script

pytestmark = pytest.mark.usefixtures("quiet")
EXAMPLES = int(os.environ.get("CONNECT_OPERATOR_EXAMPLES", "60"))


def test_two_operators_do_not_overwrite_each_other_all_the_time() -> None:
    world = a_world()
    world.operators = 2
    names = [f"hand-{number}" for number in range(10)]

    def begin() -> None:
        world.script.troubles_by_name[f"before {ASSOCIATE}"] = [THROTTLE] * 12
        create_all(world, names)

    world.until(ends(world, *names), act=begin)
    assert [calls(world, name) for name in names] == [1] * 10
    waited = world.elapsed
    told = len([phase for _, phase in world.assignments.writes if phase == "Pending"])
    assert told < 10 * 2 * (3 + waited / 5.0) + 2 * 12, f"{told} in {waited:.0f} s"


def _steps() -> int:
    world = a_world()
    world.until(ends(world), act=lambda: world.assignments.create("hand", **BY_ID))
    return len(world.script.log)


@pytest.mark.parametrize("trouble", [CRASH, FAIL, LOSE, THROTTLE])
@pytest.mark.parametrize("step", range(_steps()))
def test_trouble_at_any_step_never_doubles_the_call(step: int, trouble: str) -> None:
    world = a_world(Script({step: trouble}))
    world.until(ends(world), act=lambda: world.assignments.create("hand", **BY_ID))
    assert calls(world) <= 1
    phase, carried_out = world.assignments.status("hand")["phase"], calls(world) == 1
    # Connect shows who has the contact: so what was carried out is known in the end.
    assert phase == ("Assigned" if carried_out else "Failed"), world.script.log
    if phase == "Failed":
        assert world.assignments.reason("hand") == "OutcomeUnknown"


def test_two_operators_make_one_call_each_object() -> None:
    world = a_world()
    world.operators = 2
    names = [f"hand-{number}" for number in range(10)]
    world.until(ends(world, *names), act=partial(create_all, world, names))
    assert [calls(world, name) for name in names] == [1] * 10
    assert {world.assignments.reason(name) for name in names} == {"Assigned"}


_troubles = st.dictionaries(st.integers(0, 150), st.sampled_from([CRASH, LOSE, FAIL, THROTTLE]), max_size=8)
_acts = st.lists(
    st.tuples(
        st.sampled_from(["create", "delete", "restart", "touch"]),
        st.sampled_from(["one", "two", "three"]),
        st.sampled_from([0.0, 0.02, 0.06, 0.1, 0.3, 1.0, 31.0]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(troubles=_troubles, acts=_acts, operators=st.sampled_from([1, 2]), shows=st.booleans())
def test_random_schedules(
    troubles: dict[int, str], acts: list[tuple[str, str, float]], operators: int, *, shows: bool
) -> None:
    world = a_world(Script(troubles))
    world.operators, world.connect.shows_agents = operators, shows
    created: list[str] = []

    def act(kind: str, name: str) -> None:
        if kind == "restart":
            world.restart()
        elif kind == "delete":
            world.assignments.delete(name)
        elif kind == "touch" and world.assignments.raw(name) is not None:
            world.assignments.touch(name)
        elif kind == "create" and world.assignments.raw(name) is None:
            created.append(name)
            world.assignments.create(name, contactId=f"contact-{len(created)}", **BY_ID)

    world.play(
        [(pause, partial(act, kind, name)) for kind, name, pause in acts],
        lambda: all(raw["status"].get("phase") in ("Assigned", "Failed") for raw in world.assignments.objects.values()),
    )
    world.let_pass(WINDOW)
    for number in range(1, len(created) + 1):
        assert world.connect.writes.count((ASSOCIATE, f"contact-{number}")) <= 1
    for raw in world.assignments.objects.values():
        has_it = world.connect.contacts.get(raw["spec"]["contactId"]) == "u-9"
        if raw["status"]["phase"] == "Assigned":
            assert has_it
        elif shows:
            assert not has_it, "carried out, and Connect shows it"
        # An outcome is final: nothing is written about it any more.
        assert world.assignments.writes.count((raw["metadata"]["name"], "Assigned")) <= len(created)
