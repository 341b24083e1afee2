"""To whom a namespace may hand contacts: to anybody, or only to users that one of its own objects owns. Pure.

Whose a user is, its owner tag says, as Connect last showed it. The userId of a ConnectUser's status proves nothing:
others may have written it, and an object that only observes names a user that is not its own.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.connect.ownership import OWNER_TAG, parse_owner
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.record import NEVER

SHOWN_WITHIN = 120.0
"""Seconds: how long a reading of the tags counts. With the usual sweeps a call for them is seldom needed."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The users that one namespace may hand contacts to in one instance.

    `anybody`: all of them. `observed`: whether the instance's users were read whole; `problem`: why they were not.
    `namespace_of`: the namespace of the live object of a uid; None where there is none.
    """

    instance: str
    namespace: str
    anybody: bool
    observed: bool
    problem: Verdict | None
    inventory: Inventory
    namespace_of: Callable[[str], str | None]


class Standing(enum.Enum):
    """What a user is to the namespace."""

    OWN = "its owner tag names an object of the namespace, or anybody will do"
    UNTAGGED = "it has no owner tag"
    OTHERS = "its owner tag names something else"
    UNKNOWN = "Connect has not shown its tags"


def standing(reach: Reach, user_id: str) -> Standing:
    """What that user is to the namespace, as far as it is known."""
    if reach.anybody:
        return Standing.OWN
    record = reach.inventory.get(user_id)
    if record is None or record.partial or record.missing:
        return Standing.UNKNOWN
    tag = record.user.tags.get(OWNER_TAG)
    if tag is None:
        return Standing.UNTAGGED
    holder = parse_owner(tag)
    mine = holder is not None and reach.namespace_of(holder.uid) == reach.namespace
    return Standing.OWN if mine else Standing.OTHERS


def is_fresh(reach: Reach, user_id: str, now: float) -> bool:
    """Whether the user's tags were read recently enough to ring its desk; `now` in monotonic seconds."""
    if reach.anybody:
        return True
    record = reach.inventory.get(user_id)
    if record is None:
        return False
    swept = reach.inventory.swept_tick
    listed = NEVER if swept is None or record.missing else swept
    return now - max(record.described_tick, record.tags_read_tick, listed) <= SHOWN_WITHIN
