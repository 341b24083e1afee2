"""AssociateContactWithUser and DescribeContact.

A queued contact is offered to a user whatever the user's state. With auto-accept it is connected at once (the switch
`contactAcceptance`). DescribeContact shows no state: clients derive it from the timestamps, and AgentInfo only appears
once an agent has accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from connect_sim.errors import ApiError, invalid_request
from connect_sim.semantics.lookup import find_record, find_user, instance_of
from connect_sim.semantics.phone_settings import AUTO_ACCEPT

if TYPE_CHECKING:
    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.records import Contact, User
    from connect_sim.state.world import InstanceState, World


def describe_contact(world: World, params: Params, context: CallContext) -> Output:
    """Return one contact."""
    state = instance_of(world, params, context)
    contact: Contact = find_record(state, params["ContactId"], "contact", context)
    return {"Contact": contact_view(contact)}


def associate_with_user(world: World, params: Params, context: CallContext) -> Output:
    """Offer a queued contact to a user."""
    state = instance_of(world, params, context, for_write=True)
    contact: Contact = find_record(state, params["ContactId"], "contact", context)
    user = find_user(state, params["UserId"], context)
    settings = context.settings
    if contact.channel == "VOICE" and settings["voiceAssociation"] == "refused":
        raise invalid_request("Voice contacts cannot be associated with a user.")
    if contact.state != "QUEUED":
        raise ApiError(settings["contactNotQueuedCode"], f"Contact {contact.id} is not in a queue.")
    if settings["contactQueueMustMatch"] == "yes" and not _has_queue(user, contact, state):
        raise invalid_request("The user's routing profile does not have the contact's queue.")
    offered = replace(contact, state="CONNECTING", offered_user_id=user.id, last_update_time=context.modified_now)
    if _accepts(user, contact, settings["contactAcceptance"]):
        offered = connected(offered, user.id, context.modified_now)
    world.put(state, "contact", offered)
    return {}


def connected(contact: Contact, user_id: str, now: float) -> Contact:
    """Return the contact after an agent has accepted it."""
    return replace(
        contact,
        state="CONNECTED",
        offered_user_id=user_id,
        agent_id=user_id,
        connected_time=now,
        last_update_time=now,
    )


def _has_queue(user: User, contact: Contact, state: InstanceState) -> bool:
    profile = state.routing_profiles.get(user.routing_profile_id)
    return profile is not None and contact.queue_id in (*profile.queue_ids, *profile.manual_queue_ids)


def _accepts(user: User, contact: Contact, policy: str) -> bool:
    if policy != "by-auto-accept":
        return policy == "at-once"
    element = user.channels.get(AUTO_ACCEPT, {}).get(contact.channel, {})
    return bool(element.get("AutoAccept", False))


def contact_view(contact: Contact) -> dict[str, Any]:
    """Return DescribeContact's Contact."""
    queue = {"Id": contact.queue_id, "EnqueueTimestamp": contact.enqueue_time} if contact.queue_id else None
    agent = None
    if contact.agent_id:
        agent = {
            "Id": contact.agent_id,
            "AcceptedByAgentTimestamp": contact.connected_time,
            "ConnectedToAgentTimestamp": contact.connected_time,
        }
    return {
        "Arn": contact.arn,
        "Id": contact.id,
        "InitiationMethod": contact.initiation_method,
        "Name": contact.name,
        "Channel": contact.channel,
        "QueueInfo": queue,
        "AgentInfo": agent,
        "InitiationTimestamp": contact.initiation_time,
        "DisconnectTimestamp": contact.disconnect_time,
        "LastUpdateTimestamp": contact.last_update_time,
        "Tags": contact.tags or None,
    }
