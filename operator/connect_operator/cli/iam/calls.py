"""The calls to AWS that this program makes, and under which grant of the policy each falls.

A test compares the table with the code. Resources and condition keys are those of AWS's service authorization
reference for Amazon Connect: the proficiency operations know no tag condition, CreateUser is judged for the user and
for every profile and group that it gets.
"""

from __future__ import annotations

import enum
from typing import NamedTuple


class Grant(enum.Enum):
    """A kind of statement: what is allowed, on what, under which condition."""

    READ_INSTANCE = "lists and searches of the instance"
    READ_USER = "what no list shows of a user"
    CREATE = "new users, with this cluster's owner tag"
    CHANGE_OWN = "users that carry this cluster's owner tag"
    TAG_OWN = "tags of users that carry this cluster's owner tag"
    TAG_NEW = "the owner tag for users that have none"
    READ_PROFICIENCIES = "proficiencies, which know no tag condition"
    PROFICIENCIES = "changes of proficiencies, which know no tag condition"
    CONTACTS = "hand-over of contacts"
    SESSIONS = "sign-out"
    PRESENCE = "contacts at users' desks"
    READ_QUICK_CONNECTS = "where quick connects lead"
    QUICK_CONNECTS = "deletion of quick connects"


class Feature(enum.StrEnum):
    """What only some installations use; a call without a feature is always made."""

    CONTACTS = "contacts"
    ADOPTION = "adoption"
    SESSIONS = "sessions"
    WAIT_FOR_CONTACTS = "wait-for-contacts"
    QUICK_CONNECTS = "quick-connects"


MEANING = {
    Feature.CONTACTS: "ConnectContactAssignments",
    Feature.ADOPTION: "adoptionPolicy: Always, which takes over users of other clusters",
    Feature.SESSIONS: "endSessions, which signs leavers out",
    Feature.WAIT_FOR_CONTACTS: "waitForContacts",
    Feature.QUICK_CONNECTS: "quickConnectsOfDeletedUsers: Delete",
}


class Call(NamedTuple):
    """One operation of Amazon Connect."""

    operation: str
    grant: Grant
    feature: Feature | None = None


CALLS = (
    Call("DescribeInstance", Grant.READ_INSTANCE),
    Call("ListUsers", Grant.READ_INSTANCE),
    Call("SearchUsers", Grant.READ_INSTANCE),
    Call("ListRoutingProfiles", Grant.READ_INSTANCE),
    Call("ListSecurityProfiles", Grant.READ_INSTANCE),
    Call("SearchUserHierarchyGroups", Grant.READ_INSTANCE),
    Call("ListPredefinedAttributes", Grant.READ_INSTANCE),
    Call("DescribePredefinedAttribute", Grant.READ_INSTANCE),
    Call("DescribeUser", Grant.READ_USER),
    Call("ListUserProficiencies", Grant.READ_PROFICIENCIES),
    Call("CreateUser", Grant.CREATE),
    Call("UpdateUserIdentityInfo", Grant.CHANGE_OWN),
    Call("UpdateUserPhoneConfig", Grant.CHANGE_OWN),
    Call("UpdateUserConfig", Grant.CHANGE_OWN),
    Call("UpdateUserRoutingProfile", Grant.CHANGE_OWN),
    Call("UpdateUserSecurityProfiles", Grant.CHANGE_OWN),
    Call("UpdateUserHierarchy", Grant.CHANGE_OWN),
    Call("DeleteUser", Grant.CHANGE_OWN),
    Call("TagResource", Grant.TAG_OWN),
    Call("UntagResource", Grant.TAG_OWN),
    Call("TagResource", Grant.TAG_NEW),
    Call("AssociateUserProficiencies", Grant.PROFICIENCIES),
    Call("UpdateUserProficiencies", Grant.PROFICIENCIES),
    Call("DisassociateUserProficiencies", Grant.PROFICIENCIES),
    Call("AssociateContactWithUser", Grant.CONTACTS, Feature.CONTACTS),
    Call("DescribeContact", Grant.CONTACTS, Feature.CONTACTS),
    Call("DeleteAllEntitySessions", Grant.SESSIONS, Feature.SESSIONS),
    Call("GetCurrentUserData", Grant.PRESENCE, Feature.WAIT_FOR_CONTACTS),
    Call("SearchQuickConnects", Grant.READ_QUICK_CONNECTS, Feature.QUICK_CONNECTS),
    Call("DescribeQuickConnect", Grant.QUICK_CONNECTS, Feature.QUICK_CONNECTS),
    Call("DeleteQuickConnect", Grant.QUICK_CONNECTS, Feature.QUICK_CONNECTS),
)
# These are judged for the profile or group that they give, too, which carries no owner tag.
GIVING = ("UpdateUserRoutingProfile", "UpdateUserSecurityProfiles", "UpdateUserHierarchy")
