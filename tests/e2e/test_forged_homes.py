"""Somebody may write status, and has two instances to use: the operator starts, and one of them is not read yet.

Only status could tell then where the user of an object lives. It gains the forger no second user, and loses nobody one.
"""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import NewStage, NewTenant
from .running import Operators
from .stage import Stage, mentions, wait_for
from .tenants import Tenant, admit

DENIED = {"code": "AccessDeniedException", "status": 403, "times": None}


@pytest.fixture
def forger(tenant: NewTenant) -> Tenant:
    return tenant(status_too=True)


@pytest.fixture
def homes(new_stage: NewStage, forger: Tenant) -> tuple[Stage, Stage]:
    """Two instances that the forger's namespace may use."""
    here, there = new_stage(), new_stage()
    for stage in (here, there):
        admit(stage, {"name": forger.namespace}, driftCheckInterval="10s")
    return here, there


def move(forger: Tenant, there: Stage, status: dict[str, Any] | None) -> None:
    """The status says nothing, or that the user lives there; and the manifest asks for it there."""
    forger.forge("own", None)
    reference = {"instanceRef": {"name": there.instance}}
    forger.objects.patch("ConnectUser", forger.namespace, "own", {"spec": reference})
    if status is not None:
        forger.forge("own", status)


@pytest.mark.parametrize("trouble", ["slow", "denied"])
@pytest.mark.parametrize("told", [False, True], ids=["stripped", "the other"])
@pytest.mark.parametrize("deleted", [False, True], ids=["moved", "moved and deleted"])
def test_where_its_user_lives_is_waited_for(
    operators: Operators, homes: tuple[Stage, Stage], forger: Tenant, trouble: str, *, told: bool, deleted: bool
) -> None:
    here, there = homes
    operators.stop_shared()
    settings = {"CONNECT_OPERATOR_CONSISTENCY_WINDOW": "10m"}
    with operators.own(forger.namespace, settings):
        forger.apply(here, "own")
        forger.wait_reason("own", "Available")
    kind, options = ("barrier", {"times": None}) if trouble == "slow" else ("error", DENIED)
    move(forger, there, {"instanceArn": there.instance_arn} if told else None)
    if deleted:
        forger.delete("own")
    with operators.own(forger.namespace, settings):
        with here.fault(kind, "ListUsers", **options) as fault:
            since = there.mark()
            wait_for(lambda: len(there.calls("ListUsers", since)) > 1, "two sweeps of the other one")
            if trouble == "slow":
                fault.wait_for_waiting()
            else:
                forger.wait("own", mentions(here.instance, "this object's user may be there"))
            assert there.usernames() == []
            assert here.usernames() == ["own"]
            assert forger.wait("own", lambda found: found is not None)
        if deleted:
            forger.wait_gone("own")
            assert here.usernames() == []
        else:
            forger.wait_reason("own", "ImmutableField")
            assert here.usernames() == ["own"]
    assert there.usernames() == []
