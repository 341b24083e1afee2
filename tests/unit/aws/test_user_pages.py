"""Pages of users: what has not changed is the very same value; everything else is as botocore would have told it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import UNSET

from connect_operator.aws.after_contact_work import UnitMemory
from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.user_pages import SearchedPages, SearchUsersPage, decode
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.user import ObservedUser, UserSummary

from .stub_server import Reply, Stub

LISTED = {"Id": "u-1", "Arn": "arn:1", "Username": "ann", "LastModifiedTime": 1767323045.123}
FOUND = {"Id": "u-1", "Arn": "arn:1", "Username": "ann", "IdentityInfo": {"FirstName": "Ann"}, "Tags": {"a": "b"}}


def listed(*users: dict[str, Any], token: str | None = None) -> Reply:
    return Reply(body=json.dumps({"UserSummaryList": users, "NextToken": token}).encode())


def found(*users: dict[str, Any], token: str | None = None) -> Reply:
    return Reply(body=json.dumps({"Users": users, "NextToken": token, "ApproximateTotalCount": 7}).encode())


async def test_a_line_that_is_listed_again_is_the_same_value(connect: BotoConnect, stub: Stub) -> None:
    edited = {**LISTED, "LastModifiedTime": 1767323046}
    stub.answers = [listed(LISTED), listed(LISTED), listed(edited), listed(LISTED)]

    first, again, other, back = [(await connect.list_users(None)).users[0] for _ in range(4)]

    assert first == UserSummary(user_id="u-1", arn="arn:1", username="ann", last_modified=1767323045.123)
    assert again is first
    assert other == UserSummary(user_id="u-1", arn="arn:1", username="ann", last_modified=1767323046.0)
    assert back == first


async def test_a_user_that_is_found_again_is_the_same_value(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [found(FOUND), found(FOUND), found({**FOUND, "Tags": {"a": "c"}})]

    first, again, other = [await connect.search_users(None) for _ in range(3)]

    assert (first.total, first.next_token) == (7, None)
    assert first.users[0] == ObservedUser(user_id="u-1", arn="arn:1", username="ann", first_name="Ann", tags={"a": "b"})
    assert again.users[0] is first.users[0]
    assert isinstance(other.users[0], ObservedUser)
    assert other.users[0].tags == {"a": "c"}


async def test_a_reading_that_broke_off_and_a_lookup_leave_what_is_known(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [found(FOUND), found(token="t"), found(), found(FOUND)]

    first = await connect.search_users(None)
    await connect.search_users(None)
    await connect.search_users(None, username="bob")
    again = await connect.search_users(None)

    assert again.users[0] is first.users[0]


async def test_a_member_that_is_null_is_not_there(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [
        listed({**LISTED, "LastModifiedTime": None}),
        found({**FOUND, "IdentityInfo": {"FirstName": "Ann", "LastName": None}, "PhoneConfig": None}),
        Reply(body=b'{"UserSummaryList": null, "Other": 1}'),
    ]

    assert (await connect.list_users(None)).users == (UserSummary(user_id="u-1", arn="arn:1", username="ann"),)
    (user,) = (await connect.search_users(None)).users
    assert user == ObservedUser(user_id="u-1", arn="arn:1", username="ann", first_name="Ann", tags={"a": "b"})
    assert (await connect.list_users(None)).users == ()


async def test_half_a_surrogate_pair_is_replaced_and_a_whole_one_stays(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [listed({**LISTED, "Username": "a\ud83db"}), listed({**LISTED, "Username": "a\U0001f600b"})]

    names = [(await connect.list_users(None)).users[0].username for _ in range(2)]

    assert names == ["a\N{REPLACEMENT CHARACTER}b", "a\U0001f600b"]


BROKEN = [
    ("no JSON", b"<html>"),
    ("cut off", b'{"UserSummaryList": ['),
    ("no object", b"[]"),
    ("more than one document", b"{}{}"),
    ("no list", b'{"UserSummaryList": 7}'),
    ("nothing", b""),
]


@pytest.mark.parametrize(("reason", "body"), BROKEN, ids=[row[0] for row in BROKEN])
async def test_what_is_no_page_is_a_broken_answer(connect: BotoConnect, stub: Stub, reason: str, body: bytes) -> None:
    stub.answers = [Reply(body=body)]

    with pytest.raises(ConnectError, match="BrokenAnswerError"):
        await connect.list_users(None)
    assert reason


async def test_a_user_of_another_form_is_an_unexpected_answer(connect: BotoConnect, stub: Stub) -> None:
    stub.answers = [found({**FOUND, "PhoneConfig": {"AutoAccept": "yes"}})]

    with pytest.raises(ConnectError, match="UnexpectedAnswer"):
        await connect.search_users(None)


def test_a_user_whose_unit_becomes_known_is_converted_again() -> None:
    limit = {"Channel": "VOICE", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 30_000}}
    user = {"Id": "u-1", "AfterContactWorkConfigs": [limit]}
    units = UnitMemory()
    pages = SearchedPages(units)
    page = decode("SearchUsers", json.dumps({"Users": [user, FOUND]}).encode())
    assert isinstance(page, SearchUsersPage)

    open_one, other = pages.take(page, first=True)
    limit["AfterContactWorkConfig"] = {"AfterContactWorkTimeLimit": 30}
    units.learn(user)
    known, same = pages.take(page, first=True)
    again, _ = pages.take(page, first=True)

    assert open_one.after_contact_work_configs is UNSET
    assert known.after_contact_work_configs
    assert again is known
    assert same is other
