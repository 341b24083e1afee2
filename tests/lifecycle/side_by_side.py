"""Scenarios that wait more than they work, played at the same time, each in scenes of its own.

A module's fixture plays them all; each has a test of its own, which fails as the scenario did. Only for scenarios that
switch nothing in the simulator that others would feel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from .conftest import NewScene

Scenario = Callable[[NewScene], None]
Played = dict[str, Future[None]]


def play(scenarios: Sequence[Scenario], new_scene: NewScene) -> Played:
    """Play all of them to their ends; `result()` of each raises what went wrong."""
    with ThreadPoolExecutor(max_workers=len(scenarios)) as pool:
        played = {name_of(each): pool.submit(each, new_scene) for each in scenarios}
        wait(played.values())
    return played


def name_of(scenario: Scenario) -> str:
    """What the scenario is about."""
    return scenario.__name__.replace("_", " ")
