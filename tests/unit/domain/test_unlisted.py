"""What no list shows is what Connect's own service model says of the lists."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from msgspec import UNSET

from connect_operator.domain.connect.aws_names import to_aws
from connect_operator.domain.connect.unlisted import CONTACT, CONTACT_FIELDS, PROFICIENCIES, asked_for, is_unlisted
from connect_operator.domain.kinds.spec import IdentityInfo, Proficiency

BILLING = Proficiency(attribute_name="Skill", attribute_value="Billing", level=3.0)


def members(operation: str, *path: str) -> Any:  # noqa: ANN401 - botocore's shapes have no types
    """The members of a structure in the answer of an operation."""
    shape: Any = botocore.session.get_session().get_service_model("connect").operation_model(operation).output_shape
    for name in path:
        shape = shape.members[name]
        shape = shape.member if shape.type_name == "list" else shape
    return shape.members


def test_the_details_are_in_the_answer_about_one_user_and_in_no_list() -> None:
    described = set(members("DescribeUser", "User", "IdentityInfo"))
    searched = set(members("SearchUsers", "Users", "IdentityInfo"))
    assert described - searched == {name for field in CONTACT_FIELDS for name in to_aws({_camel(field): ""})}
    assert "IdentityInfo" not in members("ListUsers", "UserSummaryList")


@pytest.mark.parametrize(
    ("operation", "path"),
    [("DescribeUser", ("User",)), ("SearchUsers", ("Users",)), ("ListUsers", ("UserSummaryList",))],
)
def test_proficiencies_are_in_no_answer_but_their_own(operation: str, path: tuple[str, ...]) -> None:
    assert not [name for name in members(operation, *path) if "Proficienc" in name]


@pytest.mark.parametrize(
    ("identity", "proficiencies", "expected"),
    [
        (UNSET, UNSET, set()),
        (IdentityInfo(first_name="Ada", last_name="Lovelace"), UNSET, set()),
        (IdentityInfo(mobile=""), UNSET, {CONTACT}),
        (UNSET, (), {PROFICIENCIES}),
        (IdentityInfo(email="ada@example.com"), (BILLING,), {CONTACT, PROFICIENCIES}),
    ],
)
def test_asked_for(identity: Any, proficiencies: Any, expected: set[str]) -> None:  # noqa: ANN401 - or UNSET
    assert asked_for(identity, proficiencies) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        *((f"identityInfo.{field}: a -> b", True) for field in ("email", "secondaryEmail", "mobile")),
        ("proficiencies[Skill=Billing].level: 1 -> 2", True),
        ("identityInfo.firstName: a -> b", False),
        ("routingProfileName: a -> b", False),
    ],
)
def test_lines_about_it(line: str, expected: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_unlisted(line) is expected


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
