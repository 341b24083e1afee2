"""The process dies once at each numbered point of every scenario: just before and just after each call and write.

The suite takes some of the points, and what is written is visible after 40 s; CONNECT_OPERATOR_CAMPAIGN=1 takes every
one, with other delays, too.
"""

from __future__ import annotations

import os

import pytest

from campaign.tally import TALLY

from .crash_case import Scenario, a_case
from .crash_oracle import carried_out, check
from .crash_scenarios import SCENARIOS
from .script import CRASH

pytestmark = [pytest.mark.usefixtures("quiet"), pytest.mark.no_cover]  # long

DELAYS = (0.0, 2.0, 40.0, 300.0) if os.environ.get("CONNECT_OPERATOR_CAMPAIGN") else (40.0,)
STRIDE = 1 if os.environ.get("CONNECT_OPERATOR_CAMPAIGN") else 7


@pytest.mark.parametrize("delay", DELAYS, ids=lambda delay: f"visible after {delay:.0f} s")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_crash_at_every_point(scenario: Scenario, delay: float) -> None:
    clean = a_case(scenario, delay)
    first = len(clean.world.script.log)
    scenario.play(clean)
    last, made = len(clean.world.script.log), carried_out(clean)
    check(clean, scenario, made)
    made = carried_out(clean)  # with what was seen late, and done while it came to rest
    for step in range(first, last, STRIDE):
        TALLY.point()
        case = a_case(scenario, delay)
        case.world.script.troubles = {step: CRASH}
        try:
            scenario.play(case)
            check(case, scenario, made)
        except AssertionError as failure:
            steps = case.world.script.log
            raise AssertionError(f"crash at step {step}, {steps[step]}: {failure}\n{steps[first:]}") from failure
        assert case.world.lives > clean.world.lives - 1, "nobody has died"
