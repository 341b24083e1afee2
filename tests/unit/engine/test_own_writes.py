"""How long what we wrote is not overruled: by the write of that very field, however often others are written."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from connect_operator.domain.connect.user import Described, ObservedUser
from connect_operator.engine.instances.inventory import Inventory

from .builders import NOW, USER_ID, WINDOW, a_described_user, a_sweep, a_user, an_inventory
from .records import OLD, record

OURS = ("sp-agent",)
PROMOTED = ("sp-admin",)


def write(inventory: Inventory, at: float, **fields: object) -> None:
    """A write of ours, acknowledged by a server whose clock agrees with ours."""
    inventory.take_written(replace(record(inventory).user, **fields), now=at, stamp=float(int(at)))


def an_edit_loop(until: float) -> Inventory:
    """The profiles written once, and another field every second from then on."""
    inventory = an_inventory(a_user())
    write(inventory, NOW, security_profile_ids=OURS)
    for number in range(1, int(until - NOW) + 1):
        write(inventory, NOW + number, routing_profile_id=f"rp-{number}")
    return inventory


def promoted(inventory: Inventory) -> ObservedUser:
    """The user as Connect has it after somebody changed its profiles."""
    return replace(record(inventory).user, security_profile_ids=PROMOTED)


@pytest.mark.parametrize(
    ("reason", "started", "counts"),
    [
        ("within the window of the write of that very field", NOW + WINDOW - 1, False),
        ("after it, though another field was written a second ago", NOW + WINDOW, True),
    ],
)
def test_a_sweep_overrules_each_field_by_its_own_age(reason: str, started: float, counts: bool) -> None:  # noqa: FBT001
    inventory = an_edit_loop(started)
    inventory.take_sweep(
        a_sweep(promoted(inventory), started=started + 0.5 if counts else started, stamps={USER_ID: OLD})
    )
    user = record(inventory).user
    assert (user.security_profile_ids == PROMOTED) is counts, reason
    assert user.routing_profile_id == f"rp-{int(started - NOW)}"


@pytest.mark.parametrize(
    ("reason", "stamp", "counts"),
    [
        ("the version before our write", OLD, False),
        ("the version of our write itself", NOW + 0.9, False),
        ("the version of a later write of another field: newer than the write of this one", NOW + 3.2, True),
        ("no stamp", None, False),
    ],
)
def test_a_version_that_is_newer_than_the_write_of_a_field_overrules_that_field(
    reason: str,
    stamp: float | None,
    counts: bool,  # noqa: FBT001
) -> None:
    inventory = an_edit_loop(NOW + 5)
    shown = replace(a_described_user(), security_profile_ids=PROMOTED, routing_profile_id="rp-3")
    inventory.take_described(Described(user=shown, last_modified=stamp), NOW + 5.5)
    user = record(inventory).user
    assert (user.security_profile_ids == PROMOTED) is counts, reason
    assert user.routing_profile_id == "rp-5", "this field was written after that version"


def test_the_two_lists_may_be_of_two_ages() -> None:
    """ListUsers has the stamp and SearchUsers the fields: the one says nothing about how old the other is."""
    inventory = an_edit_loop(NOW + 5)
    lagging = replace(a_user(), security_profile_ids=PROMOTED)
    inventory.take_sweep(a_sweep(lagging, started=NOW + 5.5, stamps={USER_ID: NOW + 5.2}))
    assert record(inventory).user.security_profile_ids == OURS


def test_what_no_version_of_the_user_shows_is_not_overruled_by_its_stamp() -> None:
    inventory = an_inventory(a_user())
    write(inventory, NOW, proficiencies=())
    write(inventory, NOW + 5, routing_profile_id="rp-5")
    inventory.take_described(Described(user=a_described_user(), last_modified=NOW + 5.2), NOW + 6)
    assert record(inventory).user.proficiencies == ()
    inventory.take_proficiencies(USER_ID, (), NOW + 7)
    assert record(inventory).shown is not None
