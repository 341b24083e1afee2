"""The whole simulated cloud: instances with their tables, accounts, roles and temporary sessions.

Every change goes through `put_*` and `remove_*`, which report it to `on_change`: the state file hangs there. No rules
of the API live here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from connect_sim.state.records import (
    Contact,
    HierarchyGroup,
    Instance,
    PredefinedAttribute,
    Presence,
    QuickConnect,
    RoutingProfile,
    SecurityProfile,
    Session,
    User,
)
from connect_sim.state.table import Table
from connect_sim.state.user_table import NO_DELAY, Delays, StoredUser, UserTable

if TYPE_CHECKING:
    from collections.abc import Callable

# Record types by the name under which tables and the state file keep them.
RECORD_TYPES: dict[str, type[Struct]] = {
    "routing-profile": RoutingProfile,
    "security-profile": SecurityProfile,
    "agent-group": HierarchyGroup,
    "predefined-attribute": PredefinedAttribute,
    "contact": Contact,
    "transfer-destination": QuickConnect,
    "presence": Presence,
}


class Change(Struct, frozen=True, kw_only=True):
    """One change: `record` is None for a removal. `kind` is a table's name, "instance", "user" or "session"."""

    kind: str
    instance_id: str | None
    key: str
    record: Any


class Role(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """An IAM role that AssumeRole knows; `external_id` is demanded when it is set."""

    arn: str
    external_id: str | None = None

    @property
    def account(self) -> str:
        """The role's account, from its ARN."""
        return self.arn.split(":")[4]


class InstanceState:
    """An instance and everything in it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.users = UserTable()
        self.routing_profiles: Table[RoutingProfile] = Table()
        self.security_profiles: Table[SecurityProfile] = Table()
        self.hierarchy_groups: Table[HierarchyGroup] = Table()
        self.predefined_attributes: Table[PredefinedAttribute] = Table()
        self.contacts: Table[Contact] = Table()
        self.quick_connects: Table[QuickConnect] = Table()
        self.presences: Table[Presence] = Table()

    @property
    def id(self) -> str:
        """The instance's ID."""
        return self.instance.id

    def arn_of(self, resource_type: str, resource_id: str) -> str:
        """Return the ARN of a resource; users are of type `agent`, hierarchy groups `agent-group`, quick connects
        `transfer-destination`, agent statuses `agent-state`.
        """  # noqa: D205 - the types are one list
        return f"{self.instance.arn}/{resource_type}/{resource_id}"

    def table(self, kind: str) -> Table[Any]:
        """Return a table by its name in RECORD_TYPES."""
        tables: dict[str, Table[Any]] = {
            "routing-profile": self.routing_profiles,
            "security-profile": self.security_profiles,
            "agent-group": self.hierarchy_groups,
            "predefined-attribute": self.predefined_attributes,
            "contact": self.contacts,
            "transfer-destination": self.quick_connects,
            "presence": self.presences,
        }
        return tables[kind]


class World:
    """All state that a call can read or change."""

    def __init__(self, on_change: Callable[[Change], None] = lambda _: None) -> None:
        self.on_change = on_change
        self.default_account = ""
        self.default_region = ""
        # access key -> account
        self.access_keys: dict[str, str] = {}
        self.roles: dict[str, Role] = {}
        self.instances: Table[InstanceState] = Table()
        self.sessions: dict[str, Session] = {}

    def put_instance(self, instance: Instance) -> InstanceState:
        """Add an instance, or replace its own record and keep what is in it."""
        state = self.instances.get(instance.id)
        if state is None:
            state = InstanceState(instance)
            self.instances.put(state)
        state.instance = instance
        self.on_change(Change(kind="instance", instance_id=None, key=instance.id, record=instance))
        return state

    def remove_instance(self, instance_id: str) -> bool:
        """Remove an instance and everything in it."""
        if self.instances.remove(instance_id) is None:
            return False
        self.on_change(Change(kind="instance", instance_id=None, key=instance_id, record=None))
        return True

    def put(self, state: InstanceState, kind: str, record: Any) -> None:  # noqa: ANN401 - any type of RECORD_TYPES
        """Add or replace a record in one of the instance's tables."""
        state.table(kind).put(record)
        self.on_change(Change(kind=kind, instance_id=state.id, key=record.id, record=record))

    def remove(self, state: InstanceState, kind: str, key: str) -> bool:
        """Remove a record from one of the instance's tables."""
        if state.table(kind).remove(key) is None:
            return False
        self.on_change(Change(kind=kind, instance_id=state.id, key=key, record=None))
        return True

    def put_user(
        self,
        state: InstanceState,
        user: User,
        *,
        now: float,
        visible_from: Delays | None = None,
        keep_older: float = 0.0,
    ) -> None:
        """Add a user, or replace its record; `visible_from` keeps its value unless given."""
        before = state.users.get(user.id)
        if visible_from is None:
            visible_from = before.visible_from if before else NO_DELAY
        stored = StoredUser(user=user, visible_from=visible_from)
        state.users.put(stored, replaced_at=now, keep_older=keep_older)
        self.on_change(Change(kind="user", instance_id=state.id, key=user.id, record=stored))

    def remove_user(self, state: InstanceState, user_id: str, *, now: float, linger: Delays = NO_DELAY) -> bool:
        """Remove a user."""
        if state.users.remove(user_id, now=now, linger=linger) is None:
            return False
        self.on_change(Change(kind="user", instance_id=state.id, key=user_id, record=None))
        return True

    def put_session(self, session: Session) -> None:
        """Add or replace temporary credentials."""
        self.sessions[session.id] = session
        self.on_change(Change(kind="session", instance_id=None, key=session.id, record=session))
