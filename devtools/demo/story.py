"""Plays the acts one after the other and keeps the record: what was observed, what was not, what was not played."""

from __future__ import annotations

import enum
import subprocess
import textwrap
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kubernetes.client import ApiException
from rich.table import Table
from rich.text import Text

from connect_sim.fault_handle import SimError
from demo.act import Act
from demo.scene import NotObservedError, Scene
from demo.screen import Screen

_LONGEST = 160
"""Characters of a failure in the record; the whole of it stands where it happened."""


class Verdict(enum.StrEnum):
    """How an act ended."""

    OBSERVED = "ok"
    FAILED = "FAILED"
    NOT_PLAYED = "not played"


class Outcome(NamedTuple):
    """One line of the record."""

    title: str
    told: str
    verdict: Verdict


def play(
    acts: Sequence[Act],
    screen: Screen,
    scene_for: Callable[[Act], Scene],
    broken: Callable[[], str | None],
    ended: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Play all acts. After an act on which the others build, or when `broken` names a server that has ended, stop.

    `ended` is told the number of each act that was played.
    """
    outcomes: list[Outcome] = []
    obstacle: str | None = None
    for number, act in enumerate(acts, 1):
        if obstacle is not None:
            outcomes.append(Outcome(act.title, obstacle, Verdict.NOT_PLAYED))
            continue
        screen.heading(f"Act {number} of {len(acts)}: {act.title}")
        screen.say(act.story)
        outcome = _played(act, screen, scene_for)
        outcomes.append(outcome)
        ended(str(number))
        if outcome.verdict is Verdict.FAILED:
            obstacle = broken() or (f"it builds on '{act.title}'" if act.others_need_it else None)
    return outcomes


def _played(act: Act, screen: Screen, scene_for: Callable[[Act], Scene]) -> Outcome:
    try:
        return Outcome(act.title, act.play(scene_for(act)), Verdict.OBSERVED)
    except NotObservedError as error:
        told = str(error)
    except ApiException as error:
        told = f"the API server answered {error.status} {error.reason}: {error.body}"
    except (SimError, OSError, subprocess.TimeoutExpired) as error:
        told = f"{type(error).__name__}: {error}"
    screen.failed(told)
    return Outcome(act.title, textwrap.shorten(told, _LONGEST), Verdict.FAILED)


def record(outcomes: Sequence[Outcome]) -> Table:
    """The closing table."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for heading in ("ACT", "OBSERVED", "VERDICT"):
        table.add_column(heading, overflow="fold")
    for outcome in outcomes:
        style = "green" if outcome.verdict is Verdict.OBSERVED else "bold red"
        table.add_row(outcome.title, outcome.told, Text(outcome.verdict.value, style=style))
    return table


def all_observed(outcomes: Sequence[Outcome]) -> bool:
    """Whether everything was seen."""
    return bool(outcomes) and all(outcome.verdict is Verdict.OBSERVED for outcome in outcomes)
