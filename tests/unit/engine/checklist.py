"""What the tests of the checklist share: a user of ours that was read completely, and what a decision says."""

from __future__ import annotations

from typing import Any

from connect_operator.domain.connect.user import Described
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.users.situation import Conclude, Decision

from .builders import NOW, a_described_user, a_manifest, a_status, a_user, an_inventory

FORMER = "cluster-1/uid-0/team-a/jdoe"
OTHER_HERE = "cluster-1/uid-9/team-b/other"
ELSEWHERE = "cluster-2/uid-9/team-a/jdoe"


def reason_of(decision: Decision) -> str:
    assert isinstance(decision, Conclude), decision
    assert decision.verdict is not None
    return decision.verdict.reason.value


def message_of(decision: Decision) -> str:
    assert isinstance(decision, Conclude)
    assert decision.verdict is not None
    return decision.verdict.message


def described(inventory: Inventory, **held: Any) -> Inventory:  # noqa: ANN401 - any member of a user
    inventory.take_described(Described(user=a_described_user(**held), last_modified=NOW - 86_400), NOW - 5)
    return inventory


def ours(**held: Any) -> Inventory:  # noqa: ANN401 - any member of a user
    """An inventory in which our user is, completely read."""
    return described(an_inventory(a_user(**held)), **held)


def held_manifest(**members: Any) -> Any:  # noqa: ANN401 - any member of a manifest
    return a_manifest(**{"held": True, "status": a_status(), **members})
