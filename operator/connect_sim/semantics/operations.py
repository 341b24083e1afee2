"""Which function answers which operation. An operation that is not here is refused as unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect_sim.semantics import (
    agent_statuses,
    attributes,
    contacts,
    hierarchy,
    instances,
    presence,
    proficiencies,
    profiles,
    quick_connects,
    tagging,
    user_lifecycle,
    user_reads,
    user_search,
    user_updates,
)

if TYPE_CHECKING:
    from connect_sim.semantics.context import Handler

OPERATIONS: dict[str, Handler] = {
    "CreateUser": user_lifecycle.create_user,
    "DescribeUser": user_reads.describe_user,
    "ListUsers": user_reads.list_users,
    "SearchUsers": user_search.search_users,
    "UpdateUserIdentityInfo": user_updates.update_identity_info,
    "UpdateUserPhoneConfig": user_updates.update_phone_config,
    "UpdateUserConfig": user_updates.update_config,
    "UpdateUserSecurityProfiles": user_updates.update_security_profiles,
    "UpdateUserRoutingProfile": user_updates.update_routing_profile,
    "UpdateUserHierarchy": user_updates.update_hierarchy,
    "AssociateUserProficiencies": proficiencies.associate,
    "UpdateUserProficiencies": proficiencies.update,
    "DisassociateUserProficiencies": proficiencies.disassociate,
    "ListUserProficiencies": proficiencies.list_proficiencies,
    "TagResource": tagging.tag_resource,
    "UntagResource": tagging.untag_resource,
    "ListTagsForResource": tagging.list_tags,
    "DeleteUser": user_lifecycle.delete_user,
    "DescribeInstance": instances.describe_instance,
    "ListInstances": instances.list_instances,
    "ListRoutingProfiles": profiles.list_routing_profiles,
    "SearchRoutingProfiles": profiles.search_routing_profiles,
    "ListSecurityProfiles": profiles.list_security_profiles,
    "SearchSecurityProfiles": profiles.search_security_profiles,
    "ListUserHierarchyGroups": hierarchy.list_groups,
    "SearchUserHierarchyGroups": hierarchy.search_groups,
    "DescribeUserHierarchyGroup": hierarchy.describe_group,
    "AssociateContactWithUser": contacts.associate_with_user,
    "DescribeContact": contacts.describe_contact,
    "DeleteAllEntitySessions": presence.delete_all_entity_sessions,
    "GetCurrentUserData": presence.get_current_user_data,
    "PutUserStatus": presence.put_user_status,
    "ListAgentStatuses": agent_statuses.list_agent_statuses,
    "ListQuickConnects": quick_connects.list_quick_connects,
    "SearchQuickConnects": quick_connects.search_quick_connects,
    "DescribeQuickConnect": quick_connects.describe_quick_connect,
    "DeleteQuickConnect": quick_connects.delete_quick_connect,
    "ListPredefinedAttributes": attributes.list_attributes,
    "DescribePredefinedAttribute": attributes.describe_attribute,
}
_READ_PREFIXES = ("Describe", "List", "Search", "Get")


def is_write(operation: str) -> bool:
    """Tell whether an operation changes state."""
    return not operation.startswith(_READ_PREFIXES)
