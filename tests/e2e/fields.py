"""The table of a user's mutable fields: what a person writes, step by step, and what Connect must be told and hold.

Ids are written as names in angle brackets. Each walk begins with a user whose manifest does not have the field (but
for those that every manifest has). Sources: the operations' parameters are those of the service model; empty values
and absent fields mean what the CRD says of them.
"""

from __future__ import annotations

from .walks import (
    NO_CALL,
    Step,
    Walk,
    a_group,
    a_list,
    a_name,
    a_phone_member,
    a_required_address,
    a_skill,
    an_address,
    one_call,
    skills,
    walk,
    work_after_a_contact,
)

WALKS: dict[str, Walk] = {
    "identityInfo.firstName": a_name("firstName", "FirstName", "Augusta"),
    "identityInfo.lastName": a_name("lastName", "LastName", "King"),
    # The identity type requires it, so it cannot be emptied.
    "identityInfo.email": a_required_address("email", "Email", "first@example.com", "second@example.com"),
    "identityInfo.secondaryEmail": an_address("secondaryEmail", "SecondaryEmail", "1@example.com", "2@example.com"),
    "identityInfo.mobile": an_address("mobile", "Mobile", "+4915110001", "+4915110002"),
    "routingProfileName": walk(
        change=one_call({"routingProfileName": "Priority"}, "UpdateUserRoutingProfile", RoutingProfileId="<Priority>"),
        respell=Step(
            {"routingProfileName": None, "routingProfileId": "<Priority>"}, NO_CALL, {"RoutingProfileId": "<Priority>"}
        ),
    ),
    "routingProfileId": walk(
        set=Step(
            {"routingProfileName": None, "routingProfileId": "<Basic Routing Profile>"},
            NO_CALL,
            {"RoutingProfileId": "<Basic Routing Profile>"},
        ),
        change=one_call(
            {"routingProfileName": None, "routingProfileId": "<Priority>"},
            "UpdateUserRoutingProfile",
            RoutingProfileId="<Priority>",
        ),
    ),
    "securityProfileNames": walk(
        add=one_call(
            {"securityProfileNames": ["Admin", "Agent"]},
            "UpdateUserSecurityProfiles",
            SecurityProfileIds=["<Admin>", "<Agent>"],
        ),
        reorder=Step({"securityProfileNames": ["Agent", "Admin"]}, NO_CALL, {}),
        change=one_call(
            {"securityProfileNames": ["Admin"]}, "UpdateUserSecurityProfiles", SecurityProfileIds=["<Admin>"]
        ),
    ),
    "securityProfileIds": walk(
        change=one_call(
            {"securityProfileNames": None, "securityProfileIds": ["<Admin>"]},
            "UpdateUserSecurityProfiles",
            SecurityProfileIds=["<Admin>"],
        ),
        respell=Step({"securityProfileNames": ["Admin"]}, NO_CALL, {"SecurityProfileIds": ["<Admin>"]}),
    ),
    "hierarchyGroupId": a_group("hierarchyGroupId", {"Team A": "<Team A>", "AMER": "<AMER>"}),
    "hierarchyGroupPath": a_group("hierarchyGroupPath", {"Team A": "EMEA/Berlin/Team A", "AMER": "AMER"}),
    "phoneConfig.phoneType": a_phone_member(
        {"phoneType": "DESK_PHONE", "deskPhoneNumber": "+4930111"},
        {"phoneType": "SOFT_PHONE", "deskPhoneNumber": "+4930111"},
        {"PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+4930111"},
        {"DeskPhoneNumber": "+4930111"},
    ),
    "phoneConfig.deskPhoneNumber": a_phone_member(
        {"deskPhoneNumber": "+4930111"},
        {"deskPhoneNumber": "+4930112"},
        {"DeskPhoneNumber": "+4930111"},
        {"DeskPhoneNumber": "+4930112"},
        cleared={"deskPhoneNumber": ""},
    ),
    "phoneConfig.autoAccept": a_phone_member(
        {"autoAccept": True}, {"autoAccept": False}, {"AutoAccept": True}, {"AutoAccept": False}
    ),
    "phoneConfig.afterContactWorkTimeLimit": a_phone_member(
        {"afterContactWorkTimeLimit": 30},
        {"afterContactWorkTimeLimit": 0},
        {"AfterContactWorkTimeLimit": 30},
        {"AfterContactWorkTimeLimit": 0},
    ),
    "phoneConfig.persistentConnection": a_phone_member(
        {"persistentConnection": True},
        {"persistentConnection": False},
        {"PersistentConnection": True},
        {"PersistentConnection": False},
    ),
    "autoAcceptConfigs": a_list(
        "autoAcceptConfigs",
        [{"channel": "CHAT", "autoAccept": True}],
        [{"channel": "VOICE", "autoAccept": True, "agentFirstCallbackAutoAccept": True}],
        [{"Channel": "CHAT", "AutoAccept": True}],
        [{"Channel": "VOICE", "AutoAccept": True, "AgentFirstCallbackAutoAccept": True}],
    ),
    "afterContactWorkConfigs": a_list(
        "afterContactWorkConfigs",
        [work_after_a_contact("VOICE", 30, first_callback=45)],
        [work_after_a_contact("TASK", 5), work_after_a_contact("VOICE", 30)],
        [work_after_a_contact("VOICE", 30, aws=True, first_callback=45)],
        [work_after_a_contact("TASK", 5, aws=True), work_after_a_contact("VOICE", 30, aws=True)],
    ),
    # Clearing what is at its default already, as in the two lists below after "change", needs no call.
    "phoneNumberConfigs": a_list(
        "phoneNumberConfigs",
        [{"channel": "VOICE", "phoneType": "DESK_PHONE", "phoneNumber": "+4930111"}],
        [{"channel": "VOICE", "phoneType": "SOFT_PHONE"}],
        [{"Channel": "VOICE", "PhoneType": "DESK_PHONE", "PhoneNumber": "+4930111"}],
        [{"Channel": "VOICE", "PhoneType": "SOFT_PHONE"}],
        cleared=False,
    ),
    "persistentConnectionConfigs": a_list(
        "persistentConnectionConfigs",
        [{"channel": "VOICE", "persistentConnection": True}],
        [{"channel": "VOICE", "persistentConnection": False}],
        [{"Channel": "VOICE", "PersistentConnection": True}],
        [{"Channel": "VOICE", "PersistentConnection": False}],
        cleared=False,
    ),
    "voiceEnhancementConfigs": a_list(
        "voiceEnhancementConfigs",
        [{"channel": "VOICE", "voiceEnhancementMode": "VOICE_ISOLATION"}],
        [{"channel": "VOICE", "voiceEnhancementMode": "NOISE_SUPPRESSION"}],
        [{"Channel": "VOICE", "VoiceEnhancementMode": "VOICE_ISOLATION"}],
        [{"Channel": "VOICE", "VoiceEnhancementMode": "NOISE_SUPPRESSION"}],
    ),
    "proficiencies": walk(
        set=Step(
            {"proficiencies": [a_skill("Language", "German", 3)]},
            [("AssociateUserProficiencies", skills(a_skill("Language", "German", 3.0, aws=True)))],
            {"Proficiencies": [a_skill("Language", "German", 3.0, aws=True)]},
        ),
        # Added before taken away, so that a refusal leaves nobody poorer.
        change=Step(
            {"proficiencies": [a_skill("Language", "English", 5), a_skill("Skill", "Billing", 1)]},
            [
                (
                    "AssociateUserProficiencies",
                    skills(a_skill("Language", "English", 5.0, aws=True), a_skill("Skill", "Billing", 1.0, aws=True)),
                ),
                ("DisassociateUserProficiencies", skills(a_skill("Language", "German", aws=True))),
            ],
            {
                "Proficiencies": [
                    a_skill("Language", "English", 5.0, aws=True),
                    a_skill("Skill", "Billing", 1.0, aws=True),
                ]
            },
        ),
        level=Step(
            {"proficiencies": [a_skill("Language", "English", 4), a_skill("Skill", "Billing", 1)]},
            [("UpdateUserProficiencies", skills(a_skill("Language", "English", 4.0, aws=True)))],
            {
                "Proficiencies": [
                    a_skill("Language", "English", 4.0, aws=True),
                    a_skill("Skill", "Billing", 1.0, aws=True),
                ]
            },
        ),
        clear=Step(
            {"proficiencies": []},
            [
                (
                    "DisassociateUserProficiencies",
                    skills(a_skill("Language", "English", aws=True), a_skill("Skill", "Billing", aws=True)),
                )
            ],
            {"Proficiencies": []},
        ),
        unmanage=Step({"proficiencies": None}, NO_CALL, {"Proficiencies": []}),
    ),
    "tags": walk(
        set=Step(
            {"tags": {"site": "Bonn", "team": "red"}},
            [("TagResource", {"tags": {"site": "Bonn", "team": "red"}})],
            {"Tags": {"site": "Bonn", "team": "red"}},
        ),
        change=Step(
            {"tags": {"team": "blue", "note": ""}},
            [("TagResource", {"tags": {"note": "", "team": "blue"}}), ("UntagResource", {"tagKeys": ["site"]})],
            {"Tags": {"note": "", "team": "blue"}},
        ),
        clear=Step({"tags": {}}, [("UntagResource", {"tagKeys": ["note", "team"]})], {"Tags": {}}),
        unmanage=Step({"tags": None}, NO_CALL, {"Tags": {}}),
    ),
}
