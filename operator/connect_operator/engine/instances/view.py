"""One Connect instance as a pass over an object sees it. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.domain.plan.desired import Catalogs
from connect_operator.engine.instances.attributes import Attributes
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.on_contacts import OnContacts


@dataclass(frozen=True, slots=True)
class GuardView:
    """What the deletion guard says to one deletion.

    `paused`: why it waits, "" when it does not. `applies`: there are enough users for the guard. `last_requested`: when
    the deletion of any of the instance's users was last asked for, in epoch seconds. `unread`: it has to be read first
    what is being uninstalled around the object.
    """

    paused: str = ""
    applies: bool = False
    last_requested: float = float("-inf")
    unread: bool = False


@dataclass(frozen=True, slots=True)
class RepairView:
    """Whether drift is put back now, and until when that is so.

    `until` in epoch seconds, None where no change is foreseen; `shown`: the same for people, "" for None.
    """

    is_open: bool
    until: float | None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class InstanceView:
    """One instance as a pass sees it.

    `problem`: why it cannot be used or observed at present. `full`: CreateUser was refused for want of room.
    `guard`: what the deletion guard says to this object, while it is being deleted. `repair`: whether a window for
    putting drift back is open; None: drift is put back at once.
    `guard`: what the deletion guard says to this object, while it is being deleted. `on_contacts`: who of its leavers
    is on a contact.
    """

    name: str
    spec: ConnectInstanceSpec
    arn: InstanceArn | None
    identity_type: str
    catalogs: Catalogs
    inventory: Inventory
    problem: Verdict | None
    full: ConnectError | None
    guard: GuardView = GuardView()
    repair: RepairView | None = None
    on_contacts: OnContacts = field(default_factory=OnContacts)
    attributes: Attributes = field(default_factory=Attributes)
