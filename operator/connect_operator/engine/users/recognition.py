"""Which Connect user an object stands for, and whether it is the object's. Pure; a Situation asks it once.

Ownership is told by the owner tag alone, or by what this very process has done. Status may have been written by anybody
who may write it, so it gives an id to look at, never a right.
"""

from __future__ import annotations

import re

from msgspec import UNSET

from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.connect.ownership import Claim, Owner, claim_of
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.record import Record
from connect_operator.engine.users.memory import Memory

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def match(user: ConnectUser, me: Owner, memory: Memory, inventory: Inventory) -> Record | None:
    """The user that the object stands for: by the id that this process knows, by its owner tag, or by its name.

    Anybody who may tag can copy the tag to other users; of several that carry it, the one of the name counts.
    """
    if memory.user_id:
        return inventory.get(memory.user_id)
    named = inventory.named(user.username)
    if named is not None and claim_of(named.user.tags, me) is Claim.MINE:
        return named
    return inventory.owned_by(me.uid) or named


def is_own(user: ConnectUser, me: Owner, memory: Memory, record: Record) -> bool:
    """Whether the user is this object's: its tag says so, or it is missing from one that this process saw with it."""
    claim = claim_of(record.user.tags, me)
    seen = memory.user_id == record.user.user_id and user.has_finalizer
    return claim is Claim.MINE or (claim is Claim.MISSING and seen)


def known_id(user: ConnectUser, memory: Memory, arn: InstanceArn) -> str:
    """The id under which the object's user is looked for: as this process knows it, else by status; "" when unknown."""
    return memory.user_id or _hinted_id(user, memory, arn)


def _hinted_id(user: ConnectUser, memory: Memory, arn: InstanceArn) -> str:
    """The id of a user to look at, by status: of one that was created or seen equal, not merely observed; else "".

    What is no bare id, or stands beside another instance's ARN, is not looked at.
    """
    status = user.status
    user_id = "" if status.user_id is UNSET else status.user_id
    elsewhere = status.instance_arn is not UNSET and status.instance_arn != str(arn)
    was_ours = status.created_time is not UNSET or status.verified is not UNSET
    if elsewhere or not was_ours or user_id == memory.identity.foreign or _ID.fullmatch(user_id) is None:
        return ""
    return user_id
