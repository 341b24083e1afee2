"""Users at work: sessions, statuses and the contacts at their desks.

DeleteAllEntitySessions, GetCurrentUserData and PutUserStatus, after the service model. What is not documented there is
a switch: what becomes of a contact whose agent is signed out, who is shown, and what a strange filter gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from connect_sim.errors import ApiError, invalid_parameter
from connect_sim.semantics.agent_statuses import OFFLINE, find_status, statuses
from connect_sim.semantics.hierarchy import LEVELS, path_of
from connect_sim.semantics.lookup import find_record, find_user, find_user_to_write, instance_of, local_id
from connect_sim.semantics.paging import Listing
from connect_sim.state.records import Contact, Presence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.records import User
    from connect_sim.state.world import InstanceState, World

_CURRENT = Listing("GetCurrentUserData", "UserDataList")
_RESOURCE_FILTERS = ("Queues", "RoutingProfiles", "Agents", "UserHierarchyGroups")
# The simulator's states of a contact -> what GetCurrentUserData calls them; others are at nobody's desk.
_AT_DESK = {"CONNECTING": "CONNECTING", "CONNECTED": "CONNECTED", "MISSED": "MISSED", "ACW": "ENDED"}
_HANDLED = ("CONNECTED", "ACW")


def presence_of(state: InstanceState, user_id: str) -> Presence:
    """Return where a user is; nowhere, if nothing was said."""
    return state.presences.get(user_id) or Presence(id=user_id)


def delete_all_entity_sessions(world: World, params: Params, context: CallContext) -> None:
    """Sign a user out everywhere."""
    state = instance_of(world, params, context, for_write=True)
    user = find_user_to_write(state, params["EntityId"], context)
    if presence_of(state, user.id).sessions == 0 and context.settings["endSessionsOfNobody"] == "refused":
        raise ApiError("ResourceNotFoundException", f"User {user.id} has no session.")
    sign_out(world, state, user.id, context)


def sign_out(world: World, state: InstanceState, user_id: str, context: CallContext) -> None:
    """End the sessions of a user."""
    if context.settings["endSessionsOnContact"] == "ended":
        for contact in _at_desk(state, user_id):
            ended = replace(contact, state="ENDED", disconnect_time=context.modified_now)
            world.put(state, "contact", replace(ended, last_update_time=context.modified_now))
    gone = Presence(id=user_id, sessions=0, status=OFFLINE, status_since=context.modified_now)
    world.put(state, "presence", gone)


def put_user_status(world: World, params: Params, context: CallContext) -> Output:
    """Set the status of a user, or the next one while a contact is handled (documented)."""
    state = instance_of(world, params, context, for_write=True)
    user = find_user_to_write(state, params["UserId"], context)
    status = find_status(state, params["AgentStatusId"], context)
    now = presence_of(state, user.id)
    if any(contact.state in _HANDLED for contact in _at_desk(state, user.id)):
        world.put(state, "presence", replace(now, next_status=status.name))
    else:
        moved = replace(now, status=status.name, status_since=context.modified_now, next_status=None)
        world.put(state, "presence", moved)
    return {}


def get_current_user_data(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of the users that are at work, with the contacts at their desks."""
    state = instance_of(world, params, context)
    filters = params["Filters"]
    given = [name for name in _RESOURCE_FILTERS if name in filters]
    if len(given) > 1:
        raise invalid_parameter(f"Filters may hold one of {', '.join(_RESOURCE_FILTERS)} only.")
    if not filters and context.settings["currentDataWithoutFilter"] == "refused":
        raise invalid_parameter("Filters must not be empty.")
    matches = _filter(state, filters, context)
    contact_states = filters.get("ContactFilter", {}).get("ContactStates", ())

    def after(key: str | None) -> Iterator[User]:
        seen = state.users.after(key, context.reader("search"))
        return (user for user in seen if matches(user) and _shown(state, user, contact_states, context))

    page = _CURRENT.output(params, context, after, lambda user: _view(state, user))
    return {**page, "ApproximateTotalCount": sum(1 for _ in after(None))}


def _filter(state: InstanceState, filters: Mapping[str, Any], context: CallContext) -> Callable[[User], bool]:
    if "Agents" in filters:
        agents = _agents(state, filters["Agents"], context)
        return lambda user: user.id in agents
    if "RoutingProfiles" in filters:
        profiles = {find_record(state, value, "routing-profile", context).id for value in filters["RoutingProfiles"]}
        return lambda user: user.routing_profile_id in profiles
    if "UserHierarchyGroups" in filters:
        group = find_record(state, filters["UserHierarchyGroups"][0], "agent-group", context).id
        return lambda user: group in _path_ids(state, user)
    if "Queues" in filters:
        queues = {value.rpartition("/")[2] for value in filters["Queues"]}
        return lambda user: bool(queues.intersection(_queues(state, user)))
    return lambda _: True


def _agents(state: InstanceState, values: list[str], context: CallContext) -> set[str]:
    policy = context.settings["unknownAgentFilter"]
    if policy == "ignored":
        return {local_id(state, value, "agent", context) for value in values}
    try:
        return {find_user(state, value, context).id for value in values}
    except ApiError as error:
        raise ApiError(policy, error.message) from None


def _shown(state: InstanceState, user: User, contact_states: list[str], context: CallContext) -> bool:
    held = {_AT_DESK[contact.state] for contact in _at_desk(state, user.id)}
    if contact_states and not held.intersection(contact_states):
        return False
    at_work = presence_of(state, user.id).sessions > 0 or bool(held)
    return at_work or context.settings["currentDataOfOffline"] == "shown"


def _at_desk(state: InstanceState, user_id: str) -> list[Contact]:
    """Return the contacts that are offered to a user, handled by it, or being wrapped up."""
    return [
        contact
        for contact in state.contacts.after(None)
        if user_id in (contact.agent_id, contact.offered_user_id) and contact.state in _AT_DESK
    ]


def _queues(state: InstanceState, user: User) -> tuple[str, ...]:
    profile = state.routing_profiles.get(user.routing_profile_id)
    return (*profile.queue_ids, *profile.manual_queue_ids) if profile else ()


def _path_ids(state: InstanceState, user: User) -> list[str]:
    group = state.hierarchy_groups.get(user.hierarchy_group_id or "")
    return [each.id for each in path_of(group, state)] if group else []


def _view(state: InstanceState, user: User) -> dict[str, Any]:
    presence = presence_of(state, user.id)
    status = next((each for each in statuses(state) if each.name == presence.status), None)
    contacts = _at_desk(state, user.id)
    active: dict[str, int] = {}
    for contact in contacts:
        active[contact.channel] = active.get(contact.channel, 0) + 1
    path = {
        level: {"Id": group_id, "Arn": state.arn_of("agent-group", group_id)}
        for level, group_id in zip(LEVELS, _path_ids(state, user), strict=False)
    }
    return {
        "User": {"Id": user.id, "Arn": user.arn},
        "RoutingProfile": {
            "Id": user.routing_profile_id,
            "Arn": state.arn_of("routing-profile", user.routing_profile_id),
        },
        "HierarchyPath": path or None,
        "Status": {
            "StatusStartTimestamp": presence.status_since,
            "StatusArn": status.arn if status else None,
            "StatusName": presence.status,
        },
        "NextStatus": presence.next_status,
        "ActiveSlotsByChannel": active,
        "Contacts": [_contact(state, contact) for contact in contacts],
    }


def _contact(state: InstanceState, contact: Contact) -> dict[str, Any]:
    queue = {"Id": contact.queue_id, "Arn": state.arn_of("queue", contact.queue_id)} if contact.queue_id else None
    return {
        "ContactId": contact.id,
        "Channel": contact.channel,
        "InitiationMethod": contact.initiation_method,
        "AgentContactState": _AT_DESK[contact.state],
        "StateStartTimestamp": contact.last_update_time,
        "ConnectedToAgentTimestamp": contact.connected_time,
        "Queue": queue,
    }
