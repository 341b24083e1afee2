"""Scenarios that wait more than they work, played at the same time, each in stages of its own.

A module's fixture plays them all; each has a test of its own, which fails as the scenario did. Only for scenarios that
switch nothing in the simulator that others would feel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait

from .conftest import NewStage

Scenario = Callable[[NewStage], None]
Played = dict[str, Future[None]]

# Each takes some work of the operator's single process, so more of them would only wait for each other.
_AT_A_TIME = 10


def named(*scenarios: Scenario) -> dict[str, Scenario]:
    """The scenarios by what they are about."""
    return {each.__name__.replace("_", " "): each for each in scenarios}


def play(scenarios: Mapping[str, Scenario], new_stage: NewStage) -> Played:
    """Play all of them to their ends; `result()` of each raises what went wrong."""
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        played = {name: pool.submit(each, new_stage) for name, each in scenarios.items()}
        wait(played.values())
    return played
