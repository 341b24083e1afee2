"""What an act sees of an object, and what it tells when it does not see it in time."""

from __future__ import annotations

import io
from typing import Any, cast

import pytest
from rich.console import Console

from connect_sim.control_client import SimControl
from demo.scene import NotObservedError, Scene, reason_and_message
from demo.screen import Screen

_NOT_YET = {
    "phase": "Pending",
    "conditions": [{"type": "Complete", "status": "False", "reason": "ReferenceNotFound", "message": "no user"}],
}
_DONE = {
    "phase": "Assigned",
    "conditions": [{"type": "Complete", "status": "True", "reason": "Assigned", "message": "handed over"}],
}


class _Control:
    def journal_position(self) -> int:
        return 0


class _Objects:
    """Shows one status after the other, and then the last one again and again."""

    def __init__(self, *statuses: dict[str, Any]) -> None:
        self._statuses = list(statuses)

    def get(self, *_: object) -> dict[str, Any]:
        status = self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]
        return {"status": status} if status else {}


def a_scene(*statuses: dict[str, Any]) -> Scene:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    screen = Screen(Console(file=io.StringIO()), lambda: now[0])
    scene = Scene(screen, cast("Any", None), cast("SimControl", _Control()), {}, 5.0, sleep)
    scene.objects = cast("Any", _Objects(*statuses))
    return scene


def test_an_assignment_is_followed_until_it_has_the_phase_and_the_reason() -> None:
    assert a_scene({}, _NOT_YET, _NOT_YET, _DONE).until_phase("chat", "Assigned", "Assigned") == "handed over"


def test_an_assignment_that_stays_as_it_is_fails_the_act_with_what_it_says() -> None:
    with pytest.raises(NotObservedError, match="instead: Pending: ReferenceNotFound: no user"):
        a_scene(_NOT_YET).until_phase("chat", "Assigned", "Assigned")


def test_the_phase_alone_is_not_enough() -> None:
    with pytest.raises(NotObservedError):
        a_scene(_NOT_YET).until_phase("chat", "Pending", "Throttled")


def test_reason_and_message_are_those_of_the_condition_that_was_asked_for() -> None:
    assert reason_and_message({"status": _DONE}, "Complete") == ("Assigned", "handed over")
    assert reason_and_message({"status": _DONE}) == ("", "")
    assert reason_and_message(None) == ("", "")
