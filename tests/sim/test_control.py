"""The control endpoint: true state, changes behind the API's back, reset; and whom the simulator lets in."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SAML_INSTANCE, SimControl, SimError
from connect_sim.server.clock import ManualClock
from connect_sim.server.guard import is_loopback
from connect_sim.thread import SimThread

Client = Any
Json = dict[str, Any]


def test_the_index_lists_every_route_with_what_it_does(control: SimControl) -> None:
    routes = control.request("GET", "/")["routes"]
    assert {"GET", "POST", "PATCH", "DELETE"} == {route["method"] for route in routes}
    assert all(route["does"] and route["path"].startswith("/_sim/") for route in routes)


def test_health(control: SimControl) -> None:
    assert control.health() == {"status": "ok", "instances": 4}


def test_a_name_is_a_whole_user(connect: Client, control: SimControl) -> None:
    [created] = control.add_users([{"username": "ann"}])
    user = connect.describe_user(InstanceId=DEFAULT_INSTANCE, UserId=created["Id"])["User"]
    profiles = connect.list_security_profiles(InstanceId=DEFAULT_INSTANCE)["SecurityProfileSummaryList"]
    assert user["SecurityProfileIds"] == [profile["Id"] for profile in profiles if profile["Name"] == "Agent"]
    assert user["PhoneConfig"]["PhoneType"] == "SOFT_PHONE"


def test_the_truth_shows_proficiencies_and_hidden_users(connect: Client, ann: Json, control: SimControl) -> None:
    item = {"AttributeName": "Language", "AttributeValue": "German", "Level": 4.0}
    connect.associate_user_proficiencies(**ann, UserProficiencies=[item])
    control.hide_user(ann["UserId"], 60)
    [user] = control.users()
    assert user["Proficiencies"] == [item]
    assert control.user("ann") == user
    assert control.user("bea") is None


def test_ten_thousand_users_come_in_one_request(connect: Client, control: SimControl) -> None:
    control.edit_instance(userQuota=20_000)
    control.add_users({"Username": f"load{n}", "Tags": {"n": str(n)}} for n in range(10_000))
    pages = connect.get_paginator("list_users").paginate(
        InstanceId=DEFAULT_INSTANCE, PaginationConfig={"PageSize": 1000}
    )
    assert [len(page["UserSummaryList"]) for page in pages] == [1000] * 10


@pytest.mark.parametrize(
    ("users", "text"),
    [
        ([{"username": "a"}, {"username": "a"}], "twice"),
        ([{"username": "a"}, {}], "needs a Username"),
        ([{"username": "a", "colour": "red"}], "unknown member 'colour'"),
        ([{"username": "a", "routingProfileName": "none"}], "no routing-profile named 'none'"),
        ([{"username": "a", "hierarchyGroupPath": "EMEA/Nowhere"}], "no hierarchy group"),
        ([{"username": "a", "identityInfo": {"firstName": 5}}], "FirstName"),
    ],
)
def test_users_are_created_all_or_none(users: list[Json], text: str, control: SimControl) -> None:
    with pytest.raises(SimError, match=text):
        control.add_users(users)
    assert control.users() == []


def test_a_console_edit_merges_blocks_and_moves_last_modified(
    connect: Client, ann: Json, control: SimControl, clock: ManualClock
) -> None:
    before = connect.describe_user(**ann)["User"]
    clock.advance(5)
    control.edit_user(
        ann["UserId"],
        identityInfo={"lastName": "Roe"},
        phoneConfig={"afterContactWorkTimeLimit": 9},
        tags={"a": "b"},
        securityProfileNames=["Admin"],
        hierarchyGroupPath="EMEA",
    )
    after = connect.describe_user(**ann)["User"]
    assert after["IdentityInfo"] == {**before["IdentityInfo"], "LastName": "Roe"}
    assert after["PhoneConfig"] == {**before["PhoneConfig"], "AfterContactWorkTimeLimit": 9}
    assert after["Tags"] == {"a": "b"}
    assert after["SecurityProfileIds"] != before["SecurityProfileIds"]
    assert "HierarchyGroupId" in after
    assert (after["LastModifiedTime"] - before["LastModifiedTime"]).total_seconds() == 5


def test_an_edit_can_leave_last_modified_alone(
    connect: Client, ann: Json, control: SimControl, clock: ManualClock
) -> None:
    before = connect.describe_user(**ann)["User"]["LastModifiedTime"]
    clock.advance(5)
    control.edit_user(ann["UserId"], moves_last_modified=False, identityInfo={"email": "x@example.com"})
    after = connect.describe_user(**ann)["User"]
    assert (after["LastModifiedTime"], after["IdentityInfo"]["Email"]) == (before, "x@example.com")


def test_a_console_deletion(connect: Client, ann: Json, control: SimControl, refusal: Callable[..., Json]) -> None:
    control.delete_user(ann["UserId"])
    assert refusal(connect.describe_user, **ann)["code"] == "ResourceNotFoundException"
    with pytest.raises(SimError, match="no user"):
        control.delete_user(ann["UserId"])


KINDS = ["routing-profiles", "security-profiles", "hierarchy-groups", "contacts", "quick-connects"]
NEW: dict[str, Json] = {"contacts": {}, "quick-connects": {"name": "New", "target": "nobody"}}


@pytest.mark.parametrize("kind", KINDS)
def test_records_come_and_go(kind: str, control: SimControl) -> None:
    before = control.records(kind)
    record = control.add_record(kind, **NEW.get(kind, {"name": "New"}))
    assert record in control.records(kind)
    control.delete_record(kind, record["arn"])
    assert control.records(kind) == before
    with pytest.raises(SimError, match="404"):
        control.delete_record(kind, record["id"])


def test_predefined_attributes_are_unique_ignoring_case(control: SimControl) -> None:
    control.add_record("predefined-attributes", name="Colour", values=["Red"])
    with pytest.raises(SimError, match="unique ignoring case"):
        control.add_record("predefined-attributes", name="COLOUR", values=["Red"])
    control.delete_record("predefined-attributes", "Colour")


def test_the_hierarchy_has_five_levels(control: SimControl) -> None:
    parent: str | None = None
    for level in range(5):
        more = {"parentId": parent} if parent else {}
        parent = control.add_record("hierarchy-groups", name=f"L{level}", **more)["id"]
    with pytest.raises(SimError, match="at most 5 levels"):
        control.add_record("hierarchy-groups", name="L5", parentId=parent)


def test_an_empty_spec_is_a_usable_instance(
    connect: Client, control: SimControl, a_user: Callable[..., Json], refusal: Callable[..., Json]
) -> None:
    instance = control.add_instance()
    profiles = {
        "RoutingProfileId": control.records("routing-profiles", instance["id"])[0]["id"],
        "SecurityProfileIds": [control.records("security-profiles", instance["id"])[0]["id"]],
    }
    connect.create_user(**{**a_user(), "InstanceId": instance["arn"], **profiles})
    control.delete_instance(instance["arn"])
    found = refusal(connect.describe_instance, InstanceId=instance["id"])
    assert found["code"] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("GET", "/instances/none/users", None, "404"),
        ("GET", f"/instances/{DEFAULT_INSTANCE}/colours", None, "404"),
        ("PATCH", f"/instances/{DEFAULT_INSTANCE}", {"id": "x"}, "only status"),
        ("POST", "/instances", {"identityManagementType": "NONE"}, "identityManagementType"),
        ("POST", "/instances", {"id": DEFAULT_INSTANCE}, "already"),
        ("POST", "/instances", {"colour": "red"}, "colour"),
        ("POST", "/clock", {"advance": -1}, "forward"),
        ("POST", "/drain", {}, "operation is required"),
        ("POST", "/credentials/expire", {"accessKeyId": "x"}, "404"),
        ("PATCH", f"/instances/{DEFAULT_INSTANCE}/contacts/none", {"state": "ENDED"}, "404"),
        ("POST", f"/instances/{DEFAULT_INSTANCE}/contacts", {"state": "LOST"}, "state"),
        ("POST", f"/instances/{DEFAULT_INSTANCE}/quick-connects", {"name": "a"}, "target"),
        ("POST", f"/instances/{DEFAULT_INSTANCE}/quick-connects", {"name": "a", "target": "b", "type": "C"}, "type"),
        ("POST", f"/instances/{DEFAULT_INSTANCE}/presence", {}, "PATCH"),
        ("PATCH", f"/instances/{DEFAULT_INSTANCE}/users/none/presence", {}, "404"),
        ("POST", "/faults", ["x"], "JSON object"),
        ("GET", "/faults/none", None, "404"),
    ],
)
def test_mistakes_are_answered_with_their_reason(
    method: str, path: str, body: object, text: str, control: SimControl
) -> None:
    with pytest.raises(SimError, match=text):
        control.request(method, path, body)


def test_reset_goes_back_to_the_seed(connect: Client, ann: Json, control: SimControl) -> None:
    control.settings(untagAbsent="refused")
    control.fault("deny", times=None)
    control.add_instance()
    control.reset()
    assert control.users() == []
    assert control.faults() == []
    assert control.journal() == []
    assert len(control.instances()) == 4
    assert control.settings()["switches"]["untagAbsent"]["value"] == "ok"
    assert connect.list_users(InstanceId=ann["InstanceId"])["UserSummaryList"] == []


def test_ids_of_the_seed_are_the_same_in_every_run(control: SimControl) -> None:
    before = [control.records(kind) for kind in KINDS]
    control.reset()
    after = [control.records(kind) for kind in KINDS]
    assert [[item["id"] for item in kind] for kind in before] == [[item["id"] for item in kind] for kind in after]
    assert control.instances()[1]["id"] == SAML_INSTANCE


GUARDED: list[tuple[str, dict[str, str], int]] = [
    ("loopback by address", {"Host": "127.0.0.1:1"}, 200),
    ("loopback by name", {"Host": "localhost"}, 200),
    ("loopback in IPv6", {"Host": "[::1]:80"}, 200),
    ("a name that was rebound to loopback", {"Host": "evil.example.com"}, 403),
    ("a name that only begins like loopback", {"Host": "127.0.0.1.example.com"}, 403),
    ("no name", {"Host": ""}, 403),
    ("a page of another site", {"Host": "localhost", "Origin": "https://evil.example.com"}, 403),
    ("a page in a sandbox", {"Host": "localhost", "Origin": "null"}, 403),
    ("a page of this machine", {"Host": "localhost", "Origin": "http://localhost:3000"}, 200),
]


@pytest.mark.parametrize("path", ["/_sim/healthz", f"/users-summary/{DEFAULT_INSTANCE}"])
@pytest.mark.parametrize(("reason", "headers", "status"), GUARDED, ids=[case[0] for case in GUARDED])
def test_only_loopback_is_let_in(reason: str, headers: dict[str, str], status: int, path: str, sim: SimThread) -> None:
    address = urlsplit(sim.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=120)
    connection.request("GET", path, headers=headers)
    assert connection.getresponse().status == status, reason
    connection.close()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("LOCALHOST", True),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("10.0.0.1", False),
    ],
)
def test_what_loopback_is(host: str, loopback: bool) -> None:  # noqa: FBT001 - a case
    assert is_loopback(host) is loopback
