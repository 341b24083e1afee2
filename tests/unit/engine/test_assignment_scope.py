"""To whom a namespace may hand contacts: without AnyUser only to users that one of its own objects owns."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.engine.assignments.decide import GRACE

from .assignment_world import AGENT, calls, ends, messages, sent
from .builders import CLUSTER, a_spec
from .harness import World
from .script import CRASH, THROTTLE, Script

pytestmark = pytest.mark.usefixtures("quiet")

OWN: dict[str, Any] = {"userRef": {"name": "jdoe"}}


def a_world(script: Script | None = None, delay: float = 0.0) -> World:
    """One whose instance says nothing of contacts; the user `agent` has no owner."""
    world = World(script if script is not None else Script(), delay)
    world.connect.put(AGENT, 0.0)
    return world


def id_of(world: World, name: str = "jdoe") -> str:
    raw = world.cluster.raw(name)
    assert raw is not None
    return str(raw["status"]["userId"])


def with_jdoe(world: World) -> World:
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    return world


def described(world: World) -> int:
    return world.script.log.count("DescribeUser")


@pytest.mark.parametrize("by_id", [False, True], ids=["userRef", "userId"])
def test_an_own_user_is_handed_the_contact_and_needs_no_reading_of_its_own(by_id: bool) -> None:  # noqa: FBT001 - a case
    world = with_jdoe(a_world())
    spec: dict[str, Any] = {"userId": id_of(world)} if by_id else OWN
    before = described(world)
    world.until(ends(world), act=lambda: world.assignments.create("hand", **spec))
    assert world.connect.contacts == {"contact-of-hand": id_of(world)}
    assert described(world) == before


def of_another_namespace(world: World) -> str:
    world.cluster.apply("other", a_spec(), namespace="team-b")
    return f"{CLUSTER}/uid-2/team-b/other"


def of_nobody(world: World) -> str:
    del world
    return f"{CLUSTER}/uid-77/team-a/former"


def of_another_cluster(world: World) -> str:
    del world
    return "cluster-2/uid-9/team-a/jdoe"


@pytest.mark.parametrize("tag", [None, of_another_namespace, of_nobody, of_another_cluster])
@pytest.mark.parametrize("user_id", [AGENT.user_id, "no-such-user"])
def test_nobody_elses_desk_is_rung(tag: Any, user_id: str) -> None:  # noqa: ANN401 - one of the functions above
    world = with_jdoe(a_world())

    def begin() -> None:
        if tag is not None:
            world.connect.put(dataclasses.replace(AGENT, tags={OWNER_TAG: tag(world)}), world.connect.clock.now())
        world.assignments.create("hand", userId=user_id)

    world.until(ends(world), act=begin)
    assert (world.assignments.reason("hand"), sent(world)) == ("PermissionDenied", 0)
    said = messages(world)
    assert f"spec.userId: user {user_id} is not managed by a ConnectUser of namespace 'team-a'" in said
    assert "contactAssignments: AnyUser" in said
    assert "team-b" not in said


def test_a_forged_user_id_of_a_connect_user_reaches_nobody_else() -> None:
    world = with_jdoe(a_world())

    def forge() -> None:
        world.cluster.apply("watcher", a_spec(username="agent", managementPolicy="Observe"))
        raw = world.cluster.raw("watcher")
        assert raw is not None
        raw["status"] = {"userId": AGENT.user_id, "instanceArn": AGENT.arn.partition("/agent")[0]}
        world.cluster.touch("watcher")
        world.assignments.create("hand", userRef={"name": "watcher"})

    world.until(ends(world), act=forge)
    assert sent(world) == 0


def test_a_forged_attempt_does_not_tell_who_has_a_contact_of_others() -> None:
    """Whoever finds out what became of an attempt sees who has the contact; of others that is nobody's business."""
    world = with_jdoe(a_world())
    world.connect.contacts["contact-of-hand"] = AGENT.user_id

    def forge() -> None:
        world.assignments.create("hand", **OWN)
        raw = world.assignments.raw("hand")
        assert raw is not None
        raw["status"] = {"phase": "Pending", "userId": id_of(world), "attemptedTime": "2027-01-15T07:59:30.000000Z"}
        world.assignments.touch("hand")

    world.until(ends(world), act=forge)
    assert (world.assignments.reason("hand"), sent(world)) == ("OutcomeUnknown", 0)
    assert "the contact is with another user" in messages(world)
    assert AGENT.user_id not in str(world.assignments.status("hand"))


def test_one_that_another_owns_by_now_is_refused() -> None:
    world = with_jdoe(a_world())
    (mine,) = [user for user in world.connect.users() if user.username == "jdoe"]

    def taken() -> None:
        tags = {OWNER_TAG: "cluster-2/uid-9/team-z/thief"}
        world.connect.put(dataclasses.replace(mine, tags=tags), world.connect.clock.now())

    world.play([(700.0, taken), (120.0, lambda: world.assignments.create("hand", **OWN))], ends(world))
    assert (world.assignments.reason("hand"), sent(world)) == ("PermissionDenied", 0)
    assert f"spec.userRef: ConnectUser team-a/jdoe: its user {mine.user_id} is not managed by" in messages(world)


def test_a_permission_applied_in_the_same_breath_is_waited_for() -> None:
    world = a_world()

    def permit() -> None:
        world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "*", "contactAssignments": "AnyUser"}]
        world.cluster.instance["metadata"]["generation"] = 2
        world.cluster.change_instance()

    begin = (0.0, lambda: world.assignments.create("hand", userId=AGENT.user_id))
    world.play([begin, (GRACE / 2, permit)], ends(world))
    assert world.assignments.reason("hand") == "Assigned"


def test_after_a_restart_it_waits_until_the_users_were_read() -> None:
    """Before the first sweep nothing is known of whose a user is; that is no refusal, however long it takes."""
    world = with_jdoe(a_world())

    def begin() -> None:
        world.script.troubles_by_name["SearchUsers"] = [THROTTLE] * 4
        world.restart()
        world.assignments.create("hand", **OWN)
        world.assignments.create("by-id", userId=id_of(world))

    world.until(ends(world, "hand", "by-id"), act=begin)
    assert {world.assignments.reason(name) for name in ("hand", "by-id")} == {"Assigned"}


@pytest.mark.parametrize("delay", [20.0, 120.0])
def test_a_new_user_that_connect_does_not_show_yet_is_waited_for(delay: float) -> None:
    """The process that made it is gone; its owner tag shows when Connect does."""
    world = with_jdoe(a_world(delay=delay))

    def begin() -> None:
        world.restart()
        world.assignments.create("hand", **OWN)

    world.until(ends(world), act=begin)
    assert world.assignments.reason("hand") == "Assigned"


def test_of_what_was_read_long_ago_nothing_is_concluded() -> None:
    """Sweeps come once in an hour here: the tags are read once more right before the call."""
    world = a_world()
    world.cluster.instance["spec"]["driftCheckInterval"] = "1h"
    with_jdoe(world)
    world.let_pass(1800.0)
    (mine,) = [user for user in world.connect.users() if user.username == "jdoe"]

    def taken() -> None:
        tags = {OWNER_TAG: "cluster-2/uid-9/team-z/thief"}
        world.connect.put(dataclasses.replace(mine, tags=tags), world.connect.clock.now())

    pause = (600.0, lambda: None)
    world.play([pause, (0.0, taken), (1.0, lambda: world.assignments.create("hand", **OWN))], ends(world))
    assert (world.assignments.reason("hand"), sent(world)) == ("PermissionDenied", 0)


def test_in_a_long_line_the_reading_is_repeated_and_the_turn_kept() -> None:
    """400 contacts take 200 s, longer than a reading counts; sweeps are rare. All are handed over, each once."""
    world = a_world()
    world.cluster.instance["spec"]["driftCheckInterval"] = "1h"
    with_jdoe(world)
    names = [f"hand-{number:03}" for number in range(400)]

    def begin() -> None:
        for name in names:
            world.assignments.create(name, **OWN)

    world.until(ends(world, *names), act=begin)
    assert {world.assignments.reason(name) for name in names} == {"Assigned"}
    assert [calls(world, name) for name in names] == [1] * 400
    assert described(world) < 10


@pytest.mark.parametrize("trouble", [THROTTLE, CRASH, "AccessDeniedException/403", "InternalServiceException/500"])
def test_trouble_while_the_owner_is_read_ends_nothing(trouble: str) -> None:
    world = a_world()
    world.cluster.instance["spec"]["driftCheckInterval"] = "1h"
    with_jdoe(world)

    def begin() -> None:
        world.script.troubles_by_name["DescribeUser"] = [trouble]
        world.assignments.create("hand", **OWN)

    world.play([(600.0, begin)], ends(world))
    assert (world.assignments.reason("hand"), calls(world)) == ("Assigned", 1)


def test_a_right_that_is_missing_while_the_owner_is_read_is_told_with_what_to_grant() -> None:
    world = a_world()
    world.cluster.instance["spec"]["driftCheckInterval"] = "1h"
    with_jdoe(world)

    def begin() -> None:
        world.script.troubles_by_name["DescribeUser"] = ["AccessDeniedException/403"] * 2
        world.assignments.create("hand", **OWN)

    def is_told() -> bool:
        return "grant connect:DescribeUser to the operator's role" in str(world.assignments.status("hand"))

    world.play([(600.0, begin)], is_told)
