"""Sessions, agent statuses, and the contacts at a user's desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SimControl

Client = Any
Json = dict[str, Any]
TASK, CHAT = "5eed0000-0000-4000-8000-0000000c0001", "5eed0000-0000-4000-8000-0000000c0002"
HERE = {"InstanceId": DEFAULT_INSTANCE}


def _current(connect: Client, **filters: object) -> list[Json]:
    found: list[Json] = connect.get_current_user_data(**HERE, Filters=filters)["UserDataList"]
    return found


def _status(connect: Client, name: str) -> str:
    listed = connect.list_agent_statuses(**HERE)["AgentStatusSummaryList"]
    return next(str(item["Id"]) for item in listed if item["Name"] == name)


@pytest.mark.parametrize("by", ["Id", "Arn"])
def test_ending_sessions_signs_a_user_out_everywhere(by: str, connect: Client, ann: Json, control: SimControl) -> None:
    control.sign_in(ann["UserId"], sessions=3)
    entity = connect.describe_user(**ann)["User"][by]
    answer = connect.delete_all_entity_sessions(**HERE, EntityId=entity, EntityType="USER")
    assert set(answer) == {"ResponseMetadata"}
    assert control.sessions(ann["UserId"]) == 0
    assert _current(connect, Agents=[ann["UserId"]]) == []
    [entry] = control.journal(operation="DeleteAllEntitySessions")
    assert (entry.committed, entry.params["EntityType"]) == (True, "USER")


def test_ending_the_sessions_of_nobody_is_not_found(connect: Client, refusal: Callable[..., Json]) -> None:
    found = refusal(connect.delete_all_entity_sessions, **HERE, EntityId="nobody", EntityType="USER")
    assert found["code"] == "ResourceNotFoundException"


def test_only_users_have_sessions(connect: Client, ann: Json, refusal: Callable[..., Json]) -> None:
    found = refusal(connect.delete_all_entity_sessions, **HERE, EntityId=ann["UserId"], EntityType="GROUP")
    assert found["code"] == "InvalidParameterException"


def test_a_fault_finds_the_call_by_username(
    connect: Client, ann: Json, control: SimControl, refusal: Callable[..., Json]
) -> None:
    control.fault("deny", "DeleteAllEntitySessions", match={"username": "ann"})
    found = refusal(connect.delete_all_entity_sessions, **HERE, EntityId=ann["UserId"], EntityType="USER")
    assert found["code"] == "AccessDeniedException"


def test_current_data_shows_who_is_at_work_and_with_what(connect: Client, ann: Json, control: SimControl) -> None:
    control.sign_in(ann["UserId"])
    control.move_contact(TASK, "CONNECTED", agent_id=ann["UserId"])
    [found] = _current(connect, Agents=[ann["UserId"]])
    assert found["User"]["Id"] == ann["UserId"]
    assert found["Status"]["StatusName"] == "Available"
    assert found["ActiveSlotsByChannel"] == {"TASK": 1}
    [contact] = found["Contacts"]
    assert (contact["ContactId"], contact["AgentContactState"]) == (TASK, "CONNECTED")
    control.move_contact(TASK, "ACW")
    [after] = _current(connect, Agents=[ann["UserId"]])
    assert after["Contacts"][0]["AgentContactState"] == "ENDED"
    control.move_contact(TASK, "ENDED")
    assert _current(connect, Agents=[ann["UserId"]])[0]["Contacts"] == []


def test_an_offered_contact_is_at_the_desk_too(connect: Client, ann: Json) -> None:
    connect.associate_contact_with_user(**ann, ContactId=CHAT)
    [found] = _current(connect, Agents=[ann["UserId"]])
    assert found["Contacts"][0]["AgentContactState"] == "CONNECTING"


def test_filters_by_profile_group_queue_and_contact_state(connect: Client, control: SimControl) -> None:
    queue = control.contact(TASK)["queueId"]
    made = control.add_users(
        [
            {"username": "a", "hierarchyGroupPath": "EMEA/Berlin/Team A"},
            {"username": "b", "routingProfileName": "Priority Routing Profile"},
        ]
    )
    for user in made:
        control.sign_in(user["Id"])
    control.move_contact(TASK, "CONNECTED", agent_id=made[1]["Id"])
    profiles = {item["name"]: item["id"] for item in control.records("routing-profiles")}
    groups = {item["name"]: item["id"] for item in control.records("hierarchy-groups")}

    def ids(**filters: object) -> list[str]:
        return sorted(item["User"]["Id"] for item in _current(connect, **filters))

    first, second = (user["Id"] for user in made)
    assert ids(RoutingProfiles=[profiles["Priority Routing Profile"]]) == [second]
    assert ids(UserHierarchyGroups=[groups["Berlin"]]) == [first]
    assert ids(Queues=[queue]) == sorted([first, second])
    assert ids(Queues=[queue], ContactFilter={"ContactStates": ["CONNECTED"]}) == [second]
    assert _current(connect, Agents=[first])[0]["HierarchyPath"]["LevelOne"]["Id"] == groups["EMEA"]


def test_one_filter_of_a_kind_at_a_time(connect: Client, ann: Json, refusal: Callable[..., Json]) -> None:
    both = {"Agents": [ann["UserId"]], "Queues": ["q"]}
    assert refusal(connect.get_current_user_data, **HERE, Filters=both)["code"] == "InvalidParameterException"
    many = {"Agents": [str(n) for n in range(101)]}
    assert refusal(connect.get_current_user_data, **HERE, Filters=many)["code"] == "InvalidParameterException"


def test_current_data_comes_in_pages(connect: Client, control: SimControl) -> None:
    made = control.add_users({"username": f"u{n}"} for n in range(5))
    for user in made:
        control.sign_in(user["Id"])
    filters = {"Agents": [user["Id"] for user in made]}
    first = connect.get_current_user_data(**HERE, Filters=filters, MaxResults=3)
    second = connect.get_current_user_data(**HERE, Filters=filters, MaxResults=3, NextToken=first["NextToken"])
    assert (len(first["UserDataList"]), len(second["UserDataList"])) == (3, 2)
    assert first["ApproximateTotalCount"] == 5


def test_a_status_is_the_next_one_while_a_contact_is_handled(connect: Client, ann: Json, control: SimControl) -> None:
    control.sign_in(ann["UserId"])
    connect.put_user_status(**ann, AgentStatusId=_status(connect, "Break"))
    assert _current(connect, Agents=[ann["UserId"]])[0]["Status"]["StatusName"] == "Break"
    control.move_contact(TASK, "CONNECTED", agent_id=ann["UserId"])
    connect.put_user_status(**ann, AgentStatusId=_status(connect, "Offline"))
    [found] = _current(connect, Agents=[ann["UserId"]])
    assert (found["Status"]["StatusName"], found["NextStatus"]) == ("Break", "Offline")


def test_an_unknown_status_is_not_found(connect: Client, ann: Json, refusal: Callable[..., Json]) -> None:
    assert refusal(connect.put_user_status, **ann, AgentStatusId="x")["code"] == "ResourceNotFoundException"


def test_statuses_are_listed_by_type(connect: Client) -> None:
    [found] = connect.list_agent_statuses(**HERE, AgentStatusTypes=["OFFLINE"])["AgentStatusSummaryList"]
    assert found["Name"] == "Offline"


def test_predefined_attributes_are_listed_and_described(connect: Client, refusal: Callable[..., Json]) -> None:
    names = [item["Name"] for item in connect.list_predefined_attributes(**HERE)["PredefinedAttributeSummaryList"]]
    assert names == ["Language", "Skill", "Technology"]
    found = connect.describe_predefined_attribute(**HERE, Name="Language")["PredefinedAttribute"]
    assert found["Values"]["StringList"] == ["English", "German", "Spanish"]
    assert refusal(connect.describe_predefined_attribute, **HERE, Name="x")["code"] == "ResourceNotFoundException"
