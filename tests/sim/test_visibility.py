"""Eventual consistency: creation, content and deletion, seen late by Describe, List and Search, each by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SAML_INSTANCE, SimControl
from connect_sim.server.clock import ManualClock

Client = Any
Json = dict[str, Any]
NOBODY: set[str] = set()


class Views:
    """Who shows the user "ann"."""

    def __init__(self, connect: Client, user_id: str) -> None:
        self._connect = connect
        self._id = user_id

    def showing(self) -> set[str]:
        return {view for view in ("describe", "list", "search") if getattr(self, f"_{view}")()}

    def _describe(self) -> bool:
        try:
            self._connect.describe_user(InstanceId=DEFAULT_INSTANCE, UserId=self._id)
        except self._connect.exceptions.ResourceNotFoundException:
            return False
        return True

    def _list(self) -> bool:
        page = self._connect.list_users(InstanceId=DEFAULT_INSTANCE)
        return any(user["Id"] == self._id for user in page["UserSummaryList"])

    def _search(self) -> bool:
        criteria = {"StringCondition": {"FieldName": "Username", "Value": "ann", "ComparisonType": "EXACT"}}
        found = self._connect.search_users(InstanceId=DEFAULT_INSTANCE, SearchCriteria=criteria)["Users"]
        everyone = self._connect.search_users(InstanceId=DEFAULT_INSTANCE)
        assert everyone["Users"] == found
        assert everyone["ApproximateTotalCount"] == len(found)
        return bool(found)


def test_each_view_shows_a_new_user_after_its_own_delay(
    connect: Client, a_user: Callable[..., Json], control: SimControl, clock: ManualClock
) -> None:
    control.settings(visibilityDelay={"describe": 5, "list": 10, "search": 60})
    views = Views(connect, connect.create_user(**a_user(Username="ann"))["UserId"])
    timeline = []
    for seconds in (0, 5, 5, 50):
        clock.advance(seconds)
        timeline.append(views.showing())
    assert timeline == [NOBODY, {"describe"}, {"describe", "list"}, {"describe", "list", "search"}]


def test_a_hidden_user_takes_the_name_and_refuses_writes(
    connect: Client, a_user: Callable[..., Json], control: SimControl, refusal: Callable[..., Json]
) -> None:
    control.settings(visibilityDelay=60)
    user = {"InstanceId": DEFAULT_INSTANCE, "UserId": connect.create_user(**a_user(Username="ann"))["UserId"]}
    assert refusal(connect.create_user, **a_user(Username="ann"))["code"] == "DuplicateResourceException"
    assert refusal(connect.update_user_hierarchy, **user)["code"] == "ResourceNotFoundException"
    assert refusal(connect.delete_user, **user)["code"] == "ResourceNotFoundException"
    assert len(control.users()) == 1


def test_one_user_or_one_instance_can_lag(
    connect: Client, a_user: Callable[..., Json], control: SimControl, refusal: Callable[..., Json]
) -> None:
    control.settings(visibilityDelayByUser={"slow": {"describe": 60}})
    control.settings(visibilityDelayByInstance={SAML_INSTANCE: {"describe": 60}})
    ids = {name: connect.create_user(**a_user(Username=name))["UserId"] for name in ("slow", "fast")}
    connect.describe_user(InstanceId=DEFAULT_INSTANCE, UserId=ids["fast"])
    found = refusal(connect.describe_user, InstanceId=DEFAULT_INSTANCE, UserId=ids["slow"])
    assert found["code"] == "ResourceNotFoundException"
    control.settings(visibilityDelayByUser={"slow": None})
    assert control.settings()["visibilityDelayByUser"] == {}


def test_an_existing_user_can_be_hidden(connect: Client, ann: Json, control: SimControl, clock: ManualClock) -> None:
    control.hide_user(ann["UserId"], {"list": 30})
    views = Views(connect, ann["UserId"])
    assert views.showing() == {"describe", "search"}
    clock.advance(30)
    assert views.showing() == {"describe", "list", "search"}


def _first_name(connect: Client, ann: Json) -> str:
    return str(connect.describe_user(**ann)["User"]["IdentityInfo"]["FirstName"])


def test_content_lags_behind_writes(connect: Client, ann: Json, control: SimControl, clock: ManualClock) -> None:
    control.settings(contentLag={"describe": 10, "search": 20})
    names = []
    for name in ("Bea", "Cy"):
        clock.advance(4)
        connect.update_user_identity_info(
            **ann, IdentityInfo={"FirstName": name, "LastName": "Lee", "Email": "a@example.com"}
        )
    for seconds in (0, 6, 4):
        clock.advance(seconds)
        names.append(_first_name(connect, ann))
    assert names == ["Ann", "Bea", "Cy"]
    [found] = connect.search_users(InstanceId=DEFAULT_INSTANCE)["Users"]
    assert found["IdentityInfo"]["FirstName"] == "Ann"
    [truth] = control.users()
    assert truth["IdentityInfo"]["FirstName"] == "Cy"


def test_a_write_is_never_based_on_what_a_lagging_reader_sees(connect: Client, ann: Json, control: SimControl) -> None:
    control.settings(contentLag=60)
    arn = control.users()[0]["Arn"]
    connect.tag_resource(resourceArn=arn, tags={"a": "1"})
    connect.tag_resource(resourceArn=arn, tags={"b": "2"})
    assert connect.list_tags_for_resource(resourceArn=arn)["tags"] == {}
    assert control.users()[0]["Tags"] == {"a": "1", "b": "2"}
    assert connect.describe_user(**ann)["User"]["Tags"] == {}


def test_deleted_users_linger(
    connect: Client, ann: Json, control: SimControl, clock: ManualClock, a_user: Callable[..., Json]
) -> None:
    control.settings(deletionLag={"list": 10, "search": 20})
    connect.delete_user(**ann)
    views = Views(connect, ann["UserId"])
    assert views.showing() == {"list", "search"}
    clock.advance(10)
    assert views.showing() == {"search"}
    clock.advance(10)
    assert views.showing() == NOBODY
    connect.create_user(**a_user(Username="ann"))
    assert len(connect.list_users(InstanceId=DEFAULT_INSTANCE)["UserSummaryList"]) == 1


def test_a_deleted_name_can_be_reserved_for_a_while(
    connect: Client,
    ann: Json,
    control: SimControl,
    clock: ManualClock,
    a_user: Callable[..., Json],
    refusal: Callable[..., Json],
) -> None:
    control.settings(usernameReuseSeconds=30)
    connect.delete_user(**ann)
    assert refusal(connect.create_user, **a_user(Username="ann"))["code"] == "DuplicateResourceException"
    clock.advance(30)
    connect.create_user(**a_user(Username="ann"))


@pytest.mark.parametrize(
    "patch", [{"visibilityDelay": "soon"}, {"visibilityDelay": {"describe": "x"}}, {"contentLag": {"write": 1}}]
)
def test_delays_are_checked(patch: Json, control: SimControl) -> None:
    with pytest.raises(Exception, match=r"400 .*(visibilityDelay|contentLag)"):
        control.settings(patch)
