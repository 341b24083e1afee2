"""A tenant with the shipped role applies what is dear to judge; its neighbour's one new user does not wait for that.

All passes share one process: what one of them thinks about for a second, everybody waits for, the health check
included. What counts is the process's own CPU, which a busy machine does not change much; what each kind cost before
was one to two minutes of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import psutil  # type: ignore[import-untyped]  # its stubs are not among the pinned packages
import pytest

from local_stack import OperatorProcess

from .conftest import NewStage, NewTenant
from .stage import Stage
from .tenants import Tenant

MANY = 400
AT_MOST = 45.0
"""Seconds of the operator's CPU from the neighbour's apply to its Ready."""
WORDS = ("Billing", "Support", "Sales", "Premium", "German", "English", "Night", "Basic", "Routing", "Profile")
_chance = random.Random(1)  # noqa: S311 - test data
PROFILES = [f"{' '.join(_chance.choices(WORDS, k=12))[:110]} {number}" for number in range(500)]


def cpu(process: OperatorProcess) -> float:
    """Seconds of CPU that it has used."""
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def wrong_names(hostile: Tenant, stage: Stage) -> None:
    """Each refers to another profile that does not exist, of the same words as five hundred that do."""
    for number in range(MANY):
        wrong = f"{' '.join(_chance.choices(WORDS, k=12))[:110]} x{number}"
        hostile.apply(stage, f"wrong-{number}", routingProfileName=wrong)


def wrong_paths(hostile: Tenant, stage: Stage) -> None:
    """Likewise a hierarchy group, of as many letters as there may be."""
    for number in range(MANY):
        hostile.apply(stage, f"path-{number}", hierarchyGroupPath=f"{'a' * 500}/{'b' * 500}/{number}")


def one_name(hostile: Tenant, stage: Stage) -> None:
    """All ask for one username."""
    for number in range(MANY):
        hostile.apply(stage, f"name-{number}", username="ceo")


@pytest.mark.parametrize("costs", [wrong_names, wrong_paths, one_name])
def test_a_neighbours_new_user_does_not_wait(
    new_stage: NewStage, tenant: NewTenant, operator: OperatorProcess, costs: Callable[[Tenant, Stage], None]
) -> None:
    groups = [{"name": profile[:100]} for profile in PROFILES[:50]]
    stage, hostile = (
        new_stage(routingProfiles=[{"name": each} for each in ("Basic Routing Profile", *PROFILES)], hierarchy=groups),
        tenant(),
    )
    stage.apply_user("first")
    stage.wait_ready("first")
    costs(hostile, stage)
    before = cpu(operator)
    stage.apply_user("neighbour")
    stage.wait_ready("neighbour")
    assert cpu(operator) - before < AT_MOST
