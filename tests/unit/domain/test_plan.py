"""Every section of a plan: unmanaged, equal, different, explicitly empty; the calls with AWS's exact parameters."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import pytest
from msgspec import UNSET

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.connect.user import ContactDetails
from connect_operator.domain.kinds.spec import IdentityInfo
from connect_operator.domain.plan.effects import after
from connect_operator.domain.plan.plan import Plan, plan

from .builders import OWNER, a_desired_user, an_observed_user, identity, skill

CONTACT = ContactDetails(email="jane@example.com", secondary_email="j@home.example", mobile="+4930111")


class Case(NamedTuple):
    """Why the case is there, what is managed and held, and the calls and lines that follow."""

    reason: str
    managed: dict[str, Any]
    held: dict[str, Any]
    calls: list[tuple[str, dict[str, Any]]]
    lines: list[str]


def made(found: Plan) -> list[tuple[str, dict[str, Any]]]:
    return [(call.operation, call.parameters) for call in found.calls]


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


class TestExistingDirectory:
    """Names and e-mail address are the directory's; a call that names them is refused."""

    HELD: ClassVar[dict[str, Any]] = {
        "first_name": "Jane",
        "last_name": "Doe",
        "contact": ContactDetails(email="jane@corp.example", secondary_email="old@example.com"),
    }

    def test_what_is_ours_is_changed_without_naming_theirs(self) -> None:
        desired = a_desired_user(
            identity_info=IdentityInfo(first_name="Jane", secondary_email="new@example.com"), by_directory=True
        )
        found = plan(desired, an_observed_user(**self.HELD))
        assert made(found) == [
            ("UpdateUserIdentityInfo", {"IdentityInfo": {"SecondaryEmail": "new@example.com"}}),
        ]
        [call] = found.calls
        then = after(call, an_observed_user(**self.HELD), by_directory=True)
        assert then.first_name == "Jane"
        assert then.contact == ContactDetails(email="jane@corp.example", secondary_email="new@example.com")
        assert plan(desired, then).calls == ()

    def test_what_is_asked_of_theirs_is_named_and_left_to_connect_to_refuse(self) -> None:
        desired = a_desired_user(identity_info=IdentityInfo(first_name="Joan"), by_directory=True)
        [(_, parameters)] = made(plan(desired, an_observed_user(**self.HELD)))
        assert parameters == {"IdentityInfo": {"FirstName": "Joan", "SecondaryEmail": "old@example.com"}}


def test_a_manifest_that_manages_nothing_plans_nothing() -> None:
    observed = an_observed_user(
        contact=UNSET,
        proficiencies=UNSET,
        hierarchy_group_id="hg-1",
        directory_user_id="d-1",
        tags={"team": "a"},
    )
    assert plan(a_desired_user(), observed) == Plan()


def test_tags_are_taken_off_first_when_there_is_no_room() -> None:
    held = {f"old-{each}": "v" for each in range(40)} | {OWNER_TAG: OWNER}
    found = plan(a_desired_user(tags={f"new-{each}": "v" for each in range(40)}), an_observed_user(tags=held))
    assert [call.operation for call in found.calls] == ["UntagResource", "TagResource", "UntagResource"]
    assert [len(call.changes) for call in found.calls] == [31, 40, 9], "only as many as have to make room go first"


class TestImmutable:
    """What Connect has no call for is a difference without a call, shown last."""

    @pytest.mark.parametrize(
        ("managed", "line"),
        [
            pytest.param({"username": "jane"}, "username: jdoe -> jane", id="username"),
            pytest.param({"directory_user_id": "d-2"}, "directoryUserId: d-1 -> d-2", id="directory id"),
        ],
    )
    def test_difference(self, managed: dict[str, str], line: str) -> None:
        found = plan(
            a_desired_user(**{**managed, "routing_profile_id": "rp-2"}), an_observed_user(directory_user_id="d-1")
        )
        assert found.lines == ("routingProfileId: rp-1 -> rp-2", line)
        assert [str(change) for change in found.immutable] == [line]
        assert made(found) == [("UpdateUserRoutingProfile", {"RoutingProfileId": "rp-2"})]

    def test_an_unmanaged_directory_id_is_none(self) -> None:
        assert plan(a_desired_user(), an_observed_user(directory_user_id="d-1")).immutable == ()


class TestUnseen:
    """What only a call per user shows is asked for when it matters, and only then."""

    @pytest.mark.parametrize(
        ("reason", "managed", "unseen"),
        [
            ("an e-mail is managed", {"identity_info": identity(email="a@example.com")}, {"contact"}),
            ("an e-mail shall be empty", {"identity_info": identity(secondary_email="")}, {"contact"}),
            ("a mobile is managed", {"identity_info": identity(mobile="")}, {"contact"}),
            ("equal names need no e-mail", {"identity_info": identity(first_name="Jane")}, set()),
            ("another name: the block is merged", {"identity_info": identity(first_name="Joan")}, {"contact"}),
            ("proficiencies are managed", {"proficiencies": ()}, {"proficiencies"}),
            (
                "both",
                {"proficiencies": (), "identity_info": identity(email="a@example.com")},
                {"contact", "proficiencies"},
            ),
            ("nothing of it is managed", {"routing_profile_id": "rp-2"}, set()),
        ],
    )
    def test_unseen(self, reason: str, managed: dict[str, Any], unseen: set[str]) -> None:
        observed = an_observed_user(contact=UNSET, proficiencies=UNSET)
        assert plan(a_desired_user(**managed), observed).unseen == unseen, reason

    def test_what_was_verified_is_trusted(self) -> None:
        managed = {"proficiencies": (skill("a", "b", 1),), "identity_info": identity(email="other@example.com")}
        found = plan(a_desired_user(**managed), an_observed_user(contact=UNSET, proficiencies=UNSET), trust_unseen=True)
        assert found == Plan()

    def test_a_visible_difference_still_needs_the_unseen_rest_of_its_block(self) -> None:
        """However well verified: a complete block cannot be made of what was not read."""
        found = plan(
            a_desired_user(identity_info=identity(first_name="Joan")),
            an_observed_user(contact=UNSET),
            trust_unseen=True,
        )
        assert [call.needs for call in found.calls] == [frozenset({"contact"})]

    def test_what_is_seen_is_not_asked_for_again(self) -> None:
        managed = {"proficiencies": (), "identity_info": identity(email="other@example.com")}
        assert plan(a_desired_user(**managed), an_observed_user()).unseen == frozenset()


def test_a_call_comes_for_each_section_in_a_fixed_order() -> None:
    found = plan(
        a_desired_user(
            identity_info=identity(first_name="Joan"),
            routing_profile_id="rp-2",
            security_profile_ids=("sp-2",),
            hierarchy_group_id="hg-1",
            proficiencies=(skill("a", "b", 1),),
            tags={"team": "a"},
        ),
        an_observed_user(),
    )
    assert [call.operation for call in found.calls] == [
        "UpdateUserIdentityInfo",
        "UpdateUserRoutingProfile",
        "UpdateUserSecurityProfiles",
        "UpdateUserHierarchy",
        "AssociateUserProficiencies",
        "TagResource",
    ]
