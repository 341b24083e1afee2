"""The record of the acts: what is observed, what fails, what is not played; and the exit code that follows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

import pytest
from kubernetes.client import ApiException
from rich.console import Console

from connect_sim.fault_handle import SimError
from demo.act import Act
from demo.acts import ACTS
from demo.scene import NotObservedError, Scene
from demo.screen import Screen
from demo.story import Outcome, Verdict, all_observed, play, record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def an_act(title: str, error: Exception | None = None, *, others_need_it: bool = False) -> Act:
    def act(_: Scene) -> str:
        if error is not None:
            raise error
        return "seen"

    return Act(title, "a story", 1.0, act, others_need_it=others_need_it)


def played(
    acts: Sequence[Act], broken: Callable[[], str | None] = lambda: None
) -> tuple[list[tuple[str, Verdict]], list[Outcome]]:
    screen = Screen(Console(file=io.StringIO(), width=100), lambda: 0.0)
    outcomes = play(acts, screen, lambda _: cast("Scene", None), broken)
    return [(each.title, each.verdict) for each in outcomes], outcomes


_FAILURES = [
    (NotObservedError("not seen within 5 s: jane.doe is Ready"), "not seen within 5 s"),
    (ApiException(status=403, reason="Forbidden"), "403 Forbidden"),
    (SimError("no such user"), "no such user"),
    (ConnectionRefusedError("nobody listens"), "nobody listens"),
]


@pytest.mark.parametrize(("error", "told"), _FAILURES, ids=lambda value: type(value).__name__)
def test_a_failure_is_told_and_the_next_act_is_played(error: Exception, told: str) -> None:
    verdicts, outcomes = played([an_act("first", error), an_act("second")])
    assert verdicts == [("first", Verdict.FAILED), ("second", Verdict.OBSERVED)]
    assert told in outcomes[0].told
    assert not all_observed(outcomes)


def test_acts_that_build_on_a_failed_one_are_not_played() -> None:
    verdicts, _ = played([an_act("users", NotObservedError("none"), others_need_it=True), an_act("edit")])
    assert verdicts == [("users", Verdict.FAILED), ("edit", Verdict.NOT_PLAYED)]


def test_nothing_is_played_after_a_server_has_ended() -> None:
    acts = [an_act("users", NotObservedError("none")), an_act("edit")]
    verdicts, outcomes = played(acts, lambda: "the operator has ended")
    assert verdicts == [("users", Verdict.FAILED), ("edit", Verdict.NOT_PLAYED)]
    assert outcomes[1].told == "the operator has ended"


def test_only_a_complete_record_counts_as_observed() -> None:
    seen = Outcome("a", "seen", Verdict.OBSERVED)
    assert all_observed([seen])
    assert not all_observed([seen, Outcome("b", "", Verdict.NOT_PLAYED)])
    assert not all_observed([])


def test_the_closing_table_names_act_observation_and_verdict() -> None:
    out = io.StringIO()
    Console(file=out, width=100).print(record([Outcome("An edit", "2 changes", Verdict.OBSERVED)]))
    assert out.getvalue().split() == ["ACT", "OBSERVED", "VERDICT", "An", "edit", "2", "changes", "ok"]


def test_the_acts_have_titles_of_their_own_and_deadlines() -> None:
    assert len({act.title for act in ACTS}) == len(ACTS) >= 8
    assert all(0 < act.seconds <= 300 for act in ACTS)
