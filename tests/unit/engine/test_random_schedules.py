"""Whatever goes wrong in whatever order: users exist exactly once, strangers are left alone, nothing leaks.

CONNECT_OPERATOR_EXAMPLES sets how many schedules are tried; the suite tries a few.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from connect_operator.domain.connect.ownership import OWNER_TAG

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN, WINDOW, a_spec
from .harness import World
from .script import CRASH, FAIL, LOSE, THROTTLE, Script

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.no_cover]  # long

EXAMPLES = int(os.environ.get("CONNECT_OPERATOR_EXAMPLES", "25"))
NAMES = ("jdoe", "jroe", "jpoe")

_troubles = st.dictionaries(st.integers(0, 120), st.sampled_from([CRASH, LOSE, FAIL, THROTTLE]), max_size=8)
_edits = st.sampled_from([{}, {"routingProfileId": "rp-2"}, {"hierarchyGroupId": "hg-1"}, {"tags": {"team": "a"}}])
_actions = st.lists(
    st.tuples(
        st.sampled_from(["apply", "delete", "restart"]),
        st.sampled_from(NAMES),
        _edits,
        st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.4, 1.0, 5.0, 90.0]),
    ),
    min_size=1,
    max_size=8,
)


def stranger(username: str) -> ModelUser:
    user_id = f"x-{username}"
    return ModelUser(user_id, f"{ARN}/agent/{user_id}", username, {"FirstName": "S", "LastName": "T"}, tags={"a": "b"})


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(
    troubles=_troubles,
    actions=_actions,
    delay=st.sampled_from([0.0, 2.0, 40.0]),
    taken=st.sampled_from([None, *NAMES]),
)
def test_random_schedules(
    troubles: dict[int, str], actions: list[tuple[str, str, dict[str, object], float]], delay: float, taken: str | None
) -> None:
    world = World(Script(troubles), delay)
    foreign = {}
    if taken is not None:
        world.connect.put(stranger(taken), 0.0)
        foreign = {taken: stranger(taken)}
    wanted: dict[str, dict[str, object]] = {}
    timeline = [(pause, act_on(world, wanted, kind, name, edit)) for kind, name, edit, pause in actions]
    world.play(timeline, lambda: settled(world, wanted, foreign))
    # What was observed just before may have been out of date: a drift check after the window shows it.
    world.let_pass(2 * WINDOW)
    world.until(lambda: settled(world, wanted, foreign))
    check(world, wanted, foreign)


def act_on(
    world: World, wanted: dict[str, dict[str, object]], kind: str, name: str, edit: dict[str, object]
) -> Callable[[], None]:
    """What a person, or fate, does to an object; `wanted` is what they want by then."""

    def act() -> None:
        if kind == "restart":
            world.restart()
        elif kind == "delete":
            wanted.pop(name, None)
            world.cluster.delete(name)
        elif not being_deleted(world, name):
            wanted[name] = a_spec(**edit)
            world.cluster.apply(name, wanted[name])

    return act


def being_deleted(world: World, name: str) -> bool:
    raw = world.cluster.raw(name)
    return raw is not None and "deletionTimestamp" in raw["metadata"]


def settled(world: World, wanted: dict[str, dict[str, object]], foreign: dict[str, ModelUser]) -> bool:
    for name in NAMES:
        if name not in wanted:
            if world.cluster.raw(name) is not None:
                return False
        elif name in foreign:
            if world.reason(name) != "UsernameTaken":
                return False
        elif not world.ready(name):
            return False
    return True


def check(world: World, wanted: dict[str, dict[str, object]], foreign: dict[str, ModelUser]) -> None:
    for name in NAMES:
        users = world.connect.named(name)
        if name in foreign:
            assert users == [foreign[name]], "a stranger was touched"
        elif name not in wanted:
            assert users == [], "a user was left behind"
        else:
            (user,) = users
            raw = world.cluster.raw(name)
            assert raw is not None
            assert raw["status"].get("userId") == user.user_id
            assert user.tags[OWNER_TAG] == f"cluster-1/{raw['metadata']['uid']}/team-a/{name}"
            assert user.routing_profile_id == wanted[name]["routingProfileId"]
            if "hierarchyGroupId" in wanted[name]:
                assert user.hierarchy_group_id == wanted[name]["hierarchyGroupId"]
            if "tags" in wanted[name]:
                assert user.tags["team"] == "a"


@pytest.mark.parametrize("delay", [0.0, 2.0, 40.0])
@pytest.mark.parametrize("trouble", [LOSE, FAIL, CRASH])
@pytest.mark.parametrize("pause", [0.5, 0.7, 3.0, 50.0, 700.0])
def test_deleted_after_a_creation_of_unknown_outcome(trouble: str, delay: float, pause: float) -> None:
    calm = World()
    calm.play([(0.0, lambda: calm.cluster.apply("jdoe", a_spec()))], calm.ready)
    world = World(Script({calm.script.log.index("after CreateUser"): trouble}), delay)
    timeline: list[tuple[float, Callable[[], None]]] = [
        (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
        (pause, lambda: world.cluster.delete("jdoe")),
    ]
    world.play(timeline, lambda: world.cluster.raw("jdoe") is None)
    assert world.connect.users() == []
    assert [operation for operation, _ in world.connect.writes].count("CreateUser") == 1
