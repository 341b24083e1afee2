"""What the tests of the inventory share: a user's record, and when it was last changed."""

from __future__ import annotations

from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.record import Record

from .builders import NOW, USER_ID

OLD = NOW - 86_400


def record(inventory: Inventory, user_id: str = USER_ID) -> Record:
    found = inventory.get(user_id)
    assert found is not None
    return found
