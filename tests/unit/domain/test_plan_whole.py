"""What holds of a plan as a whole: what it has no call for, what it has not seen, and the order of its calls."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from msgspec import UNSET

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.connect.user import ContactDetails
from connect_operator.domain.kinds.spec import IdentityInfo
from connect_operator.domain.plan.effects import after
from connect_operator.domain.plan.plan import Plan, plan

from .builders import OWNER, a_desired_user, an_observed_user, identity, skill
from .calls_made import made


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
