"""Once only: under SIGKILL before and after the call, lost answers, outages, restarts, and two operators."""

from __future__ import annotations

from pathlib import Path

import pytest

from connect_sim.process import SimProcess
from local_stack.objects import condition

from .assignments import ASSOCIATE, ContactDesk
from .conftest import StartOperator
from .running import Operators
from .stage import Stage, wait_for

# What the operator may take to find out what became of a call, and some time for a busy machine.
FOUND_OUT = 75.0


@pytest.fixture
def desk(stage: Stage) -> ContactDesk:
    return ContactDesk.at(stage)


def committed(desk: ContactDesk, contact: str) -> int:
    return len([call for call in desk.calls(contact) if call.committed])


@pytest.mark.parametrize("acceptance", ["at-once", "never"])
def test_a_kill_around_the_call(run_operator: StartOperator, desk: ContactDesk, acceptance: str) -> None:
    """Three calls are under way when the process is killed; each has a fate of its own."""
    desk.stage.sim.settings(contactAcceptance=acceptance)
    contacts = {"lost": desk.queue(), "done": desk.queue(), "late": desk.queue()}
    barriers = {
        name: desk.stage.fault(
            "barrier", ASSOCIATE, when="after" if name == "done" else "before", match={"contactId": contact}
        )
        for name, contact in contacts.items()
    }
    desk.stage.fault("drop-before", ASSOCIATE, match={"contactId": contacts["lost"]})
    operator = run_operator()
    for name, contact in contacts.items():
        desk.apply(name, contact)
    for barrier in barriers.values():
        barrier.wait_for_waiting()
    attempted = {name: (desk.get(name) or {})["status"]["attemptedTime"] for name in contacts}
    operator.kill()
    barriers["lost"].remove()
    barriers["done"].remove()
    operator.start()
    wait_for(lambda: operator.log.count("1 ConnectInstances") > 1, "the second start")
    barriers["late"].remove()

    for name, contact in contacts.items():
        known = name != "lost" and acceptance == "at-once"
        found = desk.wait_phase(name, "Assigned" if known else "Failed", FOUND_OUT)
        if not known:
            message = desk.assert_failed(found, "OutcomeUnknown")
            assert attempted[name] in message
            assert "create another ConnectContactAssignment" in message
        assert found["status"]["attemptedTime"] == attempted[name]
        assert len(desk.calls(contact)) == 1
        assert committed(desk, contact) == (0 if name == "lost" else 1)
    desk.stage.sim.settings(contactAcceptance=None)


def test_a_kill_after_the_end_is_no_event(run_operator: StartOperator, desk: ContactDesk) -> None:
    operator = run_operator()
    contact = desk.queue()
    desk.apply("hand", contact)
    before = desk.wait_phase("hand", "Assigned")
    operator.kill()
    operator.start()
    desk.apply("next", desk.queue())
    desk.wait_phase("next", "Assigned")
    assert desk.get("hand") == before
    assert len(desk.calls(contact)) == 1


def test_lost_answers_are_never_repeated(run_operator: StartOperator, desk: ContactDesk) -> None:
    """All at once, for each takes as long as an outcome is sought."""
    run_operator()
    kinds = ("drop-before", "drop-after-commit", "500-before", "500-after-commit", "refuse")
    contacts = {kind: desk.queue() for kind in kinds}
    for kind, contact in contacts.items():
        desk.stage.fault(kind, ASSOCIATE, match={"contactId": contact})
        desk.apply(kind, contact)
    for kind, contact in contacts.items():
        found = desk.wait_phase(kind, "Failed", FOUND_OUT)
        message = desk.assert_failed(found, "OutcomeUnknown")
        assert "ring a desk twice" in message
        assert len(desk.calls(contact)) == 1
        assert condition(found, "Failed")["observedGeneration"] == 1
        desk.stage.wait_event(kind, "OutcomeUnknown")


def test_a_lost_answer_is_found_out_where_connect_shows_it(run_operator: StartOperator, desk: ContactDesk) -> None:
    run_operator()
    kinds = ("drop-after-commit", "500-after-commit")
    contacts = {kind: desk.queue() for kind in kinds}
    for kind, contact in contacts.items():
        desk.stage.fault(kind, ASSOCIATE, match={"contactId": contact})
        desk.apply(kind, contact)
    for kind, contact in contacts.items():
        desk.wait_reason(kind, "OutcomeUnknown")
        assert condition(desk.get(kind), "Complete")["status"] == "Unknown"
        desk.stage.sim.move_contact(contact, "CONNECTED")  # the agent accepts
        desk.wait_phase(kind, "Assigned", FOUND_OUT)
        assert len(desk.calls(contact)) == 1


def test_an_answer_that_comes_late_is_waited_for(run_operator: StartOperator, desk: ContactDesk) -> None:
    operator = run_operator()
    contact = desk.queue()
    desk.stage.fault("delay", ASSOCIATE, seconds=2.0, when="after")
    desk.apply("hand", contact)
    wait_for(lambda: desk.calls(contact), "the call")
    # Stopped meanwhile in an orderly way, it still records the answer.
    assert operator.stop() == 0
    assert (desk.get("hand") or {})["status"]["phase"] == "Assigned"
    assert len(desk.calls(contact)) == 1


def test_what_was_not_sent_is_tried_again(operators: Operators, empty_stage: Stage, tmp_path: Path) -> None:
    """Connect is away, so that no connection can be made: it is certain that nothing was carried out."""
    operators.stop_shared()
    stage = empty_stage
    with SimProcess(state=tmp_path / "state") as sim:
        sim.control.unlimited()
        arn = sim.control.instances()[0]["arn"]
        agent = sim.control.add_users([{"Username": "agent"}])[0]["Id"]
        contact = str(sim.control.add_record("contacts", channel="TASK")["id"])
        stage.apply_instance(instanceId=arn)
        desk = ContactDesk(stage, agent)
        with operators.own(stage.namespace, sim.env):
            stage.wait_instance(lambda found: condition(found, "Ready").get("status") == "True")
            sim.stop()
            desk.apply("hand", contact)
            assert "EndpointConnectionError" in desk.wait_reason("hand", "ServiceUnavailable")
            assert "attemptedTime" not in (desk.get("hand") or {})["status"]
            sim.restart()
            desk.wait_phase("hand", "Assigned", timeout=60)
            assert sim.control.contact(contact)["offeredUserId"] == agent
            assert len(sim.control.journal(operation=ASSOCIATE)) == 1


def test_two_operators_make_one_call_for_each(run_operator: StartOperator, desk: ContactDesk) -> None:
    contacts = {f"hand-{number}": desk.queue() for number in range(12)}
    for _ in range(2):
        run_operator()
    for name, contact in contacts.items():
        desk.apply(name, contact)
    for name, contact in contacts.items():
        found = desk.wait_phase(name, "Assigned")
        assert condition(found, "Complete")["reason"] == "Assigned"
        assert len(desk.calls(contact)) == 1
        assert desk.offered_to(contact) == desk.agent


def test_of_two_operators_the_one_that_is_killed_in_the_call_leaves_no_second(
    run_operator: StartOperator, desk: ContactDesk
) -> None:
    desk.stage.sim.settings(contactAcceptance="at-once")
    contact = desk.queue()
    barrier = desk.stage.fault("barrier", ASSOCIATE, when="after")
    operators = [run_operator() for _ in range(2)]
    desk.apply("hand", contact)
    barrier.wait_for_waiting()
    for each in operators:  # whichever it was; the other is started again
        each.kill()
    barrier.remove()
    for each in operators:
        each.start()
    desk.wait_phase("hand", "Assigned", FOUND_OUT)
    assert len(desk.calls(contact)) == 1
    desk.stage.sim.settings(contactAcceptance=None)


def test_one_that_was_given_up_stays_so_and_the_truth_is_told(run_operator: StartOperator, desk: ContactDesk) -> None:
    """An operator is stopped in its call for longer than anybody waits for the outcome."""
    contact = desk.queue()
    barrier = desk.stage.fault("barrier", ASSOCIATE)
    paused = run_operator()
    desk.apply("hand", contact)
    barrier.wait_for_waiting()
    paused.pause()
    run_operator()
    before = desk.wait_phase("hand", "Failed", FOUND_OUT)
    desk.assert_failed(before, "OutcomeUnknown")
    barrier.release()
    wait_for(lambda: committed(desk, contact), "the call")
    paused.resume()
    told = desk.stage.wait_event("hand", "Assigned")
    assert "given up" in told["message"]
    assert desk.get("hand") == before
    assert len(desk.calls(contact)) == 1
