"""A contact is handed over once, or the object says why not: in virtual time, over the fakes."""

from __future__ import annotations

from functools import partial

import pytest

from connect_operator.engine.assignments.decide import GRACE
from connect_operator.engine.pace.quota import Priority

from .assignment_world import ASSOCIATE, BY_ID, a_world, calls, create_all, ends, messages, sent
from .builders import ARN, WINDOW, a_spec
from .harness import FIND_OUT
from .script import FAIL, LOSE, THROTTLE

pytestmark = pytest.mark.usefixtures("quiet")


def test_a_contact_is_handed_over() -> None:
    world = a_world()
    world.until(ends(world), act=lambda: world.assignments.create("hand", **BY_ID))
    status = world.assignments.status("hand")
    assert (status["phase"], status["userId"], world.assignments.reason("hand")) == ("Assigned", "u-9", "Assigned")
    assert status["attemptedTime"] <= status["completionTime"].replace("Z", ".999999Z")
    assert [(each["type"], each["status"]) for each in status["conditions"]] == [("Complete", "True")]
    assert world.connect.contacts == {"contact-of-hand": "u-9"}
    assert world.assignments.events == [("hand", "Assigned")]
    # The attempt, and the result.
    assert [phase for _, phase in world.assignments.writes if phase != "Pending"] == ["Assigned"]


def test_it_waits_for_the_connect_user() -> None:
    world = a_world()

    def begin() -> None:
        world.assignments.create("hand", userRef={"name": "jdoe"})

    world.play(
        [(0.0, begin), (20.0, lambda: world.cluster.apply("jdoe", a_spec()))],
        ends(world),
    )
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert world.connect.contacts == {"contact-of-hand": raw["status"]["userId"]}
    assert ("hand", "ReferenceNotFound") in world.assignments.events


def test_what_has_ended_is_left_alone() -> None:
    world = a_world()
    names = [f"hand-{number}" for number in range(50)]
    world.until(ends(world, *names), act=partial(create_all, world, names))
    writes, steps = len(world.assignments.writes), sent(world)
    world.let_pass(3600.0)
    assert (len(world.assignments.writes), sent(world)) == (writes, steps)


@pytest.mark.parametrize(
    ("reason", "spec", "expected"),
    [
        ("a contact that is in no queue", {"contactId": "taken"}, "ContactNotQueued"),
        ("a user that does not exist", {"userId": "nobody"}, "ReferenceNotFound"),
        (
            "a contact of another instance",
            {"contactId": str(ARN).replace("i-1", "i-2") + "/contact/c"},
            "InvalidSpec",
        ),
        ("a user of another instance", {"userId": str(ARN).replace("i-1", "i-2") + "/agent/u-9"}, "InvalidSpec"),
    ],
)
def test_refusals_are_final(reason: str, spec: dict[str, str], expected: str) -> None:
    world = a_world()
    world.connect.contacts["taken"] = "somebody"
    world.until(ends(world), act=lambda: world.assignments.create("hand", **{**BY_ID, **spec}))
    world.let_pass(900.0)
    status = world.assignments.status("hand")
    assert (status["phase"], world.assignments.reason("hand")) == ("Failed", expected), reason
    assert [(each["type"], each["status"]) for each in status["conditions"]] == [
        ("Complete", "False"),
        ("Failed", "True"),
    ]
    assert sent(world) <= 1


def test_a_namespace_that_may_not_use_the_instance_is_final_and_nothing_is_called() -> None:
    world = a_world()
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-b"}]
    world.until(ends(world), act=lambda: world.assignments.create("hand", **BY_ID))
    assert world.assignments.reason("hand") == "PermissionDenied"
    assert sent(world) == 0
    assert world.elapsed >= GRACE


def test_a_namespace_that_is_admitted_in_the_same_breath_is_waited_for() -> None:
    world = a_world()
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-b"}]

    def admit() -> None:
        world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-a", "contactAssignments": "AnyUser"}]
        world.cluster.instance["metadata"]["generation"] = 2
        world.cluster.change_instance()

    world.play([(0.0, lambda: world.assignments.create("hand", **BY_ID)), (GRACE / 2, admit)], ends(world))
    assert world.assignments.reason("hand") == "Assigned"


def test_throttling_is_retried_and_leaves_no_attempt_behind() -> None:
    world = a_world()
    seen: list[object] = []

    def throttle_twice() -> None:
        world.assignments.create("hand", **BY_ID)
        world.script.troubles_by_name[f"before {ASSOCIATE}"] = [THROTTLE, THROTTLE]

    def look() -> bool:
        seen.append((world.assignments.reason("hand"), world.assignments.status("hand").get("attemptedTime")))
        return world.assignments.ended("hand")

    world.until(look, act=throttle_twice)
    assert ("Throttled", None) in seen
    assert (world.assignments.status("hand")["phase"], sent(world), calls(world)) == ("Assigned", 3, 1)


@pytest.mark.parametrize("trouble", [LOSE, FAIL], ids=["the answer is lost", "500 after it was carried out"])
def test_what_became_of_a_call_is_found_out_where_connect_shows_it(trouble: str) -> None:
    world = a_world()

    def begin() -> None:
        world.assignments.create("hand", **BY_ID)
        world.script.troubles_by_name[f"after {ASSOCIATE}"] = [trouble]

    world.until(ends(world), act=begin)
    assert (world.assignments.status("hand")["phase"], sent(world), calls(world)) == ("Assigned", 1, 1)
    assert "as Connect shows" in messages(world)


@pytest.mark.parametrize("step", ["before", "after"])
def test_else_it_is_unknown_and_never_sent_again(step: str) -> None:
    world = a_world()
    world.connect.shows_agents = False  # an offer that nobody has accepted yet shows nowhere

    def begin() -> None:
        world.assignments.create("hand", **BY_ID)
        world.script.troubles_by_name[f"{step} {ASSOCIATE}"] = [LOSE]

    world.until(ends(world), act=begin)
    world.let_pass(WINDOW)
    status = world.assignments.status("hand")
    assert (status["phase"], world.assignments.reason("hand"), sent(world)) == ("Failed", "OutcomeUnknown", 1)
    assert "attemptedTime" in status
    assert "ring a desk twice" in messages(world)


def test_an_attempt_that_is_found_is_not_repeated() -> None:
    """A restored backup, or a process that has died: who knows whether its call was made."""
    world = a_world()

    def begin() -> None:
        world.assignments.create("hand", age=60.0, **BY_ID)
        raw = world.assignments.raw("hand")
        assert raw is not None
        raw["status"] = {"phase": "Pending", "userId": "u-9", "attemptedTime": "2027-01-15T07:59:30.000000Z"}
        world.assignments.touch("hand")

    world.until(ends(world), act=begin)
    assert world.assignments.reason("hand") == "OutcomeUnknown"
    assert sent(world) == 0
    assert world.elapsed >= FIND_OUT


def test_a_permission_that_is_withdrawn_before_the_call_counts() -> None:
    """Each has its turn a little ahead; meanwhile the line is paused, and the namespace is shut out."""
    world = a_world()
    names = [f"hand-{number}" for number in range(4)]

    def begin() -> None:
        world.script.troubles_by_name[f"before {ASSOCIATE}"] = [THROTTLE] * 3
        create_all(world, names)

    def shut_out() -> None:
        world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-b"}]
        world.cluster.instance["metadata"]["generation"] = 2
        world.cluster.change_instance()

    world.play([(0.0, begin), (2.0, shut_out)], ends(world, *names))
    assert [calls(world, name) for name in names] == [0] * 4
    assert {world.assignments.reason(name) for name in names} == {"PermissionDenied"}


def test_those_that_wait_are_told_with_the_instance() -> None:
    world = a_world()
    names = [f"hand-{number}" for number in range(60)]
    seen: list[int] = []

    def look() -> bool:
        seen.append(world.cluster.instance["status"].get("backlog", {}).get("pending", 0))
        return ends(world, *names)()

    world.until(look, act=partial(create_all, world, names))
    assert 30 < max(seen) < 60
    world.let_pass(60.0)
    assert world.cluster.instance["status"]["backlog"]["pending"] == 0


def test_it_is_deleted_when_its_time_has_come_and_not_before_it_has_ended() -> None:
    world = a_world()

    def begin() -> None:
        world.assignments.create("hand", ttlSecondsAfterFinished=3600, **BY_ID)
        world.assignments.create("waiting", userRef={"name": "nobody"}, ttlSecondsAfterFinished=0)
        world.assignments.create("stays", **BY_ID)

    world.until(ends(world), act=begin)
    ended = world.elapsed
    world.let_pass(200.0)
    assert world.assignments.raw("waiting") is not None
    world.until(lambda: world.assignments.raw("hand") is None)
    assert 3599.0 <= world.elapsed - ended < 3700.0
    assert world.assignments.raw("waiting") is None
    assert world.assignments.raw("stays") is not None


def test_a_deleted_one_makes_no_call() -> None:
    world = a_world()
    gone = partial(world.assignments.delete, "hand")
    world.play(
        [
            (0.0, lambda: world.assignments.create("hand", userRef={"name": "jdoe"})),
            (1.0, gone),
            (0.0, lambda: world.cluster.apply("jdoe", a_spec())),
        ],
        lambda: world.ready("jdoe"),
    )
    assert sent(world) == 0


def test_assignments_go_before_everything_else() -> None:
    assert min(Priority) is Priority.ASSIGNMENT
