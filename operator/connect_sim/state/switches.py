"""The undocumented facts of Amazon Connect, each as a switch. A client should work under every setting.

The first allowed value is the default. Where the public documentation leaves two readings, the default is the one that
careless clients stumble over.
"""

from __future__ import annotations

from dataclasses import dataclass

_PARAMETER = "InvalidParameterException"
_REQUEST = "InvalidRequestException"
_MISSING = "ResourceNotFoundException"


@dataclass(frozen=True, slots=True)
class Switch:
    """One undocumented fact: what it is about, and the behaviours to choose from."""

    name: str
    description: str
    allowed: tuple[str, ...]

    @property
    def default(self) -> str:
        """The first allowed value."""
        return self.allowed[0]


SWITCHES = (
    # --- error codes ---
    Switch(
        "throttleCode",
        "what a call beyond the rate gets: the code seen in the field, the model's, or a 429 without any code",
        ("TooManyRequestsException", "ThrottlingException", "bare429"),
    ),
    Switch("constraintCode", "a violated length, range, pattern or enum of the model", (_PARAMETER, _REQUEST)),
    Switch("passwordRuleCode", "a password that breaks the rule", (_PARAMETER, _REQUEST)),
    Switch("conflictCode", "a legacy phone setting together with its per-channel twin", (_PARAMETER, _REQUEST)),
    Switch(
        "identityTypeRuleCode", "a member that the instance's identity type demands or forbids", (_REQUEST, _PARAMETER)
    ),
    Switch("duplicateUsernameCode", "CreateUser for a name that exists", ("DuplicateResourceException", _REQUEST)),
    Switch("missingProficiencyCode", "Update or Disassociate of a pair that the user lacks", (_MISSING, _PARAMETER)),
    Switch("missingAttributeCode", "a proficiency that is no predefined attribute", (_MISSING, _PARAMETER)),
    Switch("proficiencyQuotaCode", "more than 10 proficiencies", (_REQUEST, _PARAMETER, "LimitExceededException")),
    Switch("tagQuotaCode", "more than 50 tags", (_REQUEST, _PARAMETER)),
    Switch("invisibleCode", "a call on a user that is not visible yet", (_MISSING, _REQUEST)),
    Switch(
        "unknownAgentFilter", "GetCurrentUserData for a user that does not exist", (_MISSING, _PARAMETER, "ignored")
    ),
    Switch("contactNotQueuedCode", "AssociateContactWithUser for a contact in no queue", (_REQUEST, _PARAMETER)),
    # --- what a write does to what it does not mention ---
    Switch("identityInfoUpdate", "UpdateUserIdentityInfo: members left out", ("replace", "merge")),
    Switch("identityInfoIncomplete", "replacing without a required member", ("clears", "refused")),
    Switch("phoneConfigUpdate", "UpdateUserPhoneConfig: members left out", ("replace", "merge")),
    Switch("configListOmitted", "UpdateUserConfig: a list left out", ("keep", "clear")),
    Switch("configChannelOmitted", "UpdateUserConfig: a channel left out of a given list", ("clear", "keep")),
    Switch("emptyHierarchyGroupId", 'UpdateUserHierarchy with ""', ("removes", "error")),
    # --- what moves LastModifiedTime ---
    Switch("taggingMovesLastModified", "TagResource and UntagResource", ("no", "yes")),
    Switch("proficienciesMoveLastModified", "changes of proficiencies", ("no", "yes")),
    Switch("emailMovesLastModified", "an identity update that changes e-mail addresses only", ("yes", "no")),
    Switch("lastModifiedPrecision", "the resolution of LastModifiedTime", ("milliseconds", "seconds")),
    # --- what is shown ---
    Switch("searchPerChannelUnit", "after-contact work in SearchUsers' per-channel lists", ("ms", "s")),
    Switch("phoneViews", "PhoneConfig and per-channel lists: both, or only what was written", ("both", "written")),
    Switch("searchCase", "whether string conditions of searches heed case", ("sensitive", "insensitive")),
    Switch("searchContainsLength", "CONTAINS with a value outside 2 to 25 characters", ("error", "ignored")),
    # --- what is allowed ---
    Switch("usernameCase", "whether names that differ by case only may coexist", ("sensitive", "insensitive")),
    Switch(
        "usernameRule",
        "the documented form of usernames (@ only in a whole e-mail address); with SAML others make ID@ORGID",
        ("enforced", "saml-free", "free"),
    ),
    Switch("samlEmail", "Email on a SAML instance", ("refused", "accepted")),
    Switch("directoryIdOnManaged", "DirectoryUserId on a CONNECT_MANAGED instance", ("refused", "ignored")),
    Switch("phoneSettingsRequired", "CreateUser with neither PhoneConfig nor lists", ("no", "yes")),
    Switch("phoneTypeRequired", "a PhoneConfig without PhoneType", ("no", "yes")),
    Switch("deskPhoneNumberRequired", "DESK_PHONE without a number", ("no", "yes")),
    Switch("acwMaximum", "after-contact work beyond 2,000,000 s", ("refused", "accepted")),
    Switch("duplicateChannel", "a channel twice in one list", ("refused", "last-wins")),
    Switch("duplicateSecurityProfiles", "a security profile twice", ("refused", "merged")),
    Switch("associateExistingProficiency", "associating a pair that the user has", ("overwrite", "ignore", "refused")),
    Switch("disassociateAbsent", "disassociating a pair that the user lacks", ("refused", "ok")),
    Switch("untagAbsent", "untagging a key that is not there", ("ok", "refused")),
    Switch("invisibleToWrites", "Update* and DeleteUser of a user that is not visible yet", ("refused", "applied")),
    Switch("voiceAssociation", "AssociateContactWithUser for a voice contact", ("allowed", "refused")),
    Switch("contactQueueMustMatch", "the user's routing profile must have the contact's queue", ("no", "yes")),
    Switch("contactAcceptance", "an associated contact is connected", ("by-auto-accept", "at-once", "never")),
    Switch("endSessionsOfNobody", "DeleteAllEntitySessions for a user without sessions", ("ok", "refused")),
    Switch("endSessionsOnContact", "what becomes of a contact whose agent's sessions are ended", ("kept", "ended")),
    Switch("deleteUserEndsSessions", "whether DeleteUser signs the user out", ("no", "yes")),
    Switch("currentDataOfOffline", "GetCurrentUserData: users who are not signed in", ("left-out", "shown")),
    Switch("currentDataWithoutFilter", "GetCurrentUserData with an empty Filters", ("refused", "all")),
    Switch("deleteUserOnContact", "DeleteUser of a user who is on a contact", ("allowed", "refused")),
)
BY_NAME = {switch.name: switch for switch in SWITCHES}
