"""Agent statuses: the three that every instance of the simulator has. Users get them through PutUserStatus."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

from connect_sim.errors import not_found
from connect_sim.semantics.lookup import instance_of, local_id
from connect_sim.semantics.paging import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.world import InstanceState, World

AVAILABLE, OFFLINE = "Available", "Offline"
TYPES = {AVAILABLE: "ROUTABLE", "Break": "CUSTOM", OFFLINE: "OFFLINE"}
_LIST = Listing("ListAgentStatuses", "AgentStatusSummaryList")


class AgentStatus(NamedTuple):
    """A status; the ID is derived from the name, so it is the same in every run."""

    id: str
    arn: str
    name: str
    type: str


def statuses(state: InstanceState) -> list[AgentStatus]:
    """Return the statuses of an instance, by ID."""
    found = []
    for name, kind in TYPES.items():
        status_id = str(uuid.uuid5(uuid.NAMESPACE_URL, state.arn_of("agent-state", name)))
        found.append(AgentStatus(status_id, state.arn_of("agent-state", status_id), name, kind))
    return sorted(found)


def find_status(state: InstanceState, value: str, context: CallContext) -> AgentStatus:
    """Return the status of an ID or ARN."""
    status_id = local_id(state, value, "agent-state", context)
    for status in statuses(state):
        if status.id == status_id:
            return status
    raise not_found(f"The agent status {status_id} does not exist in instance {state.id}.")


def list_agent_statuses(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of summaries, of some types only if asked to."""
    state = instance_of(world, params, context)
    wanted = params.get("AgentStatusTypes") or TYPES.values()

    def after(key: str | None) -> Iterator[AgentStatus]:
        return (each for each in statuses(state) if each.type in wanted and (key is None or each.id > key))

    def write(item: AgentStatus) -> Output:
        return {"Id": item.id, "Arn": item.arn, "Name": item.name, "Type": item.type}

    return _LIST.output(params, context, after, write)
