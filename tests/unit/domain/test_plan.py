"""Every section of a plan: unmanaged, equal, different, explicitly empty; the calls with AWS's exact parameters."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.connect.user import ContactDetails
from connect_operator.domain.plan.plan import plan

from .builders import OWNER, a_desired_user, an_observed_user, identity, skill
from .calls_made import made

CONTACT = ContactDetails(email="jane@example.com", secondary_email="j@home.example", mobile="+4930111")


class Case(NamedTuple):
    """Why the case is there, what is managed and held, and the calls and lines that follow."""

    reason: str
    managed: dict[str, Any]
    held: dict[str, Any]
    calls: list[tuple[str, dict[str, Any]]]
    lines: list[str]


def _id(case: Case) -> str:
    return case.reason.replace(" ", "-")


IDENTITY = [
    Case("a block without members manages nothing", {"identity_info": identity()}, {}, [], []),
    Case(
        "equal members are no difference",
        {"identity_info": identity(first_name="Jane", last_name="Doe", email="jane@example.com")},
        {},
        [],
        [],
    ),
    Case(
        "one name: the complete block is sent, merged with what is held",
        {"identity_info": identity(first_name="Joan")},
        {"contact": CONTACT},
        [
            (
                "UpdateUserIdentityInfo",
                {
                    "IdentityInfo": {
                        "FirstName": "Joan",
                        "LastName": "Doe",
                        "Email": "jane@example.com",
                        "SecondaryEmail": "j@home.example",
                        "Mobile": "+4930111",
                    }
                },
            )
        ],
        ["identityInfo.firstName: Jane -> Joan"],
    ),
    Case(
        "an emptied member is left out of the block",
        {"identity_info": identity(secondary_email="", mobile="")},
        {"contact": CONTACT},
        [
            (
                "UpdateUserIdentityInfo",
                {"IdentityInfo": {"FirstName": "Jane", "LastName": "Doe", "Email": "jane@example.com"}},
            )
        ],
        ["identityInfo.secondaryEmail: j@home.example -> (none)", "identityInfo.mobile: +4930111 -> (none)"],
    ),
    Case("empty wanted and empty held", {"identity_info": identity(secondary_email="")}, {}, [], []),
    Case(
        "a SAML user has no e-mail, and none is sent",
        {"identity_info": identity(last_name="Roe")},
        {"contact": ContactDetails()},
        [("UpdateUserIdentityInfo", {"IdentityInfo": {"FirstName": "Jane", "LastName": "Roe"}})],
        ["identityInfo.lastName: Doe -> Roe"],
    ),
]

REFERENCES = [
    Case("the same routing profile", {"routing_profile_id": "rp-1"}, {}, [], []),
    Case(
        "another routing profile",
        {"routing_profile_id": "rp-2"},
        {},
        [("UpdateUserRoutingProfile", {"RoutingProfileId": "rp-2"})],
        ["routingProfileId: rp-1 -> rp-2"],
    ),
    Case(
        "security profiles are a set",
        {"security_profile_ids": ("sp-2", "sp-1")},
        {"security_profile_ids": ("sp-1", "sp-2")},
        [],
        [],
    ),
    Case(
        "a profile more: additions are seen, too",
        {"security_profile_ids": ("sp-2", "sp-1")},
        {},
        [("UpdateUserSecurityProfiles", {"SecurityProfileIds": ["sp-1", "sp-2"]})],
        ["securityProfileIds: sp-1 -> sp-1, sp-2"],
    ),
    Case(
        "a stranger's profile is taken away: the whole set is sent",
        {"security_profile_ids": ("sp-1",)},
        {"security_profile_ids": ("sp-admin", "sp-1")},
        [("UpdateUserSecurityProfiles", {"SecurityProfileIds": ["sp-1"]})],
        ["securityProfileIds: sp-1, sp-admin -> sp-1"],
    ),
    Case("the same hierarchy group", {"hierarchy_group_id": "hg-1"}, {"hierarchy_group_id": "hg-1"}, [], []),
    Case("no group wanted, none held", {"hierarchy_group_id": ""}, {}, [], []),
    Case(
        "into a hierarchy group",
        {"hierarchy_group_id": "hg-1"},
        {},
        [("UpdateUserHierarchy", {"HierarchyGroupId": "hg-1"})],
        ["hierarchyGroupId: (none) -> hg-1"],
    ),
    Case(
        "out of the hierarchy: the member is left out, never empty",
        {"hierarchy_group_id": ""},
        {"hierarchy_group_id": "hg-1"},
        [("UpdateUserHierarchy", {})],
        ["hierarchyGroupId: hg-1 -> (none)"],
    ),
]

ENGLISH_3 = {"AttributeName": "language", "AttributeValue": "en", "Level": 3}
PROFICIENCIES = [
    Case(
        "the same levels in another order",
        {"proficiencies": (skill("language", "en", 3), skill("language", "de", 5))},
        {"proficiencies": (skill("language", "de", 5.0), skill("language", "en", 3.0))},
        [],
        [],
    ),
    Case(
        "a new one",
        {"proficiencies": (skill("language", "en", 3),)},
        {},
        [("AssociateUserProficiencies", {"UserProficiencies": [ENGLISH_3]})],
        ["proficiencies[language=en].level: (none) -> 3"],
    ),
    Case(
        "another level",
        {"proficiencies": (skill("language", "en", 3),)},
        {"proficiencies": (skill("language", "en", 1),)},
        [("UpdateUserProficiencies", {"UserProficiencies": [ENGLISH_3]})],
        ["proficiencies[language=en].level: 1 -> 3"],
    ),
    Case(
        "explicitly none: all go, without their level",
        {"proficiencies": ()},
        {"proficiencies": (skill("language", "en", 1),)},
        [
            (
                "DisassociateUserProficiencies",
                {"UserProficiencies": [{"AttributeName": "language", "AttributeValue": "en"}]},
            )
        ],
        ["proficiencies[language=en].level: 1 -> (none)"],
    ),
    Case(
        "another value is another proficiency; the old one goes last, so a refusal leaves nobody poorer",
        {"proficiencies": (skill("language", "en", 3),)},
        {"proficiencies": (skill("language", "de", 3),)},
        [
            ("AssociateUserProficiencies", {"UserProficiencies": [ENGLISH_3]}),
            (
                "DisassociateUserProficiencies",
                {"UserProficiencies": [{"AttributeName": "language", "AttributeValue": "de"}]},
            ),
        ],
        ["proficiencies[language=en].level: (none) -> 3", "proficiencies[language=de].level: 3 -> (none)"],
    ),
    Case(
        "of ten, as many go first as have to make room, the rest last",
        {"proficiencies": (skill("language", "en", 3), *(skill("s", str(n), 1) for n in range(7)))},
        {"proficiencies": tuple(skill("s", str(n), 1) for n in range(10))},
        [
            ("DisassociateUserProficiencies", {"UserProficiencies": [{"AttributeName": "s", "AttributeValue": "7"}]}),
            ("AssociateUserProficiencies", {"UserProficiencies": [ENGLISH_3]}),
            (
                "DisassociateUserProficiencies",
                {"UserProficiencies": [{"AttributeName": "s", "AttributeValue": each} for each in ("8", "9")]},
            ),
        ],
        [
            "proficiencies[s=7].level: 1 -> (none)",
            "proficiencies[language=en].level: (none) -> 3",
            "proficiencies[s=8].level: 1 -> (none)",
            "proficiencies[s=9].level: 1 -> (none)",
        ],
    ),
]

TAGS = [
    Case("the same tags", {"tags": {"team": "a"}}, {"tags": {"team": "a", OWNER_TAG: OWNER}}, [], []),
    Case(
        "a new and a changed tag in one call",
        {"tags": {"team": "a", "shift": "late"}},
        {"tags": {"team": "b", OWNER_TAG: OWNER}},
        [("TagResource", {"tags": {"team": "a", "shift": "late"}})],
        ["tags[team]: b -> a", "tags[shift]: (none) -> late"],
    ),
    Case(
        "an empty value is a value",
        {"tags": {"team": ""}},
        {},
        [("TagResource", {"tags": {"team": ""}})],
        ['tags[team]: (none) -> ""'],
    ),
    Case(
        "explicitly none: the operator's and AWS's own stay",
        {"tags": {}},
        {"tags": {"team": "a", OWNER_TAG: OWNER, "aws:cloudformation:stack-id": "s", "connect-operator.io/x": "y"}},
        [("UntagResource", {"tagKeys": ["team"]})],
        ["tags[team]: a -> (none)"],
    ),
    Case(
        "a default tag is kept where the manifest says nothing of tags, and the others are left alone",
        {"default_tags": {"cost": "1", "site": "Bonn"}},
        {"tags": {"team": "a", "cost": "2", "site": "Bonn"}},
        [("TagResource", {"tags": {"cost": "1"}})],
        ["tags[cost]: 2 -> 1"],
    ),
    Case(
        "the manifest's own value wins, and with it the set is complete",
        {"default_tags": {"cost": "1", "site": "Bonn"}, "tags": {"cost": "2"}},
        {"tags": {"team": "a", "cost": "1"}},
        [("TagResource", {"tags": {"site": "Bonn", "cost": "2"}}), ("UntagResource", {"tagKeys": ["team"]})],
        ["tags[cost]: 1 -> 2", "tags[site]: (none) -> Bonn", "tags[team]: a -> (none)"],
    ),
    Case(
        "no tags of its own does not take the default ones off",
        {"default_tags": {"cost": "1"}, "tags": {}},
        {"tags": {"cost": "1"}},
        [],
        [],
    ),
    Case(
        "a default tag cannot be the owner tag, whatever let it through",
        {"default_tags": {OWNER_TAG: "me", "aws:x": "y"}},
        {},
        [],
        [],
    ),
    Case(
        "a manifest cannot set the owner tag, whatever let it through",
        {"tags": {OWNER_TAG: "me", "aws:x": "y"}},
        {},
        [],
        [],
    ),
]


@pytest.mark.parametrize("case", [*IDENTITY, *REFERENCES, *PROFICIENCIES, *TAGS], ids=_id)
def test_plan(case: Case) -> None:
    found = plan(a_desired_user(**case.managed), an_observed_user(**case.held))
    assert made(found) == case.calls
    assert list(found.lines) == case.lines
    assert found.unseen == frozenset()
    assert found.immutable == ()
