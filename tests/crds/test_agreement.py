"""The CRDs against Amazon Connect's own service model: the same members, and no bound looser than AWS's.

To extend: a new operation is a line of AGREEMENTS; what cannot agree is listed with its reason.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from .definitions import Schema, load_crd, schema_of

MODEL_TYPES = {"string": "string", "integer": "integer", "boolean": "boolean", "float": "number"}

# Members of CreateUser that a manifest says in another way.
SAID_OTHERWISE = {"Password": "passwordSecretRef, since a secret does not belong into a manifest"}

# Fields of spec that are no members of CreateUser.
OPERATORS_OWN = {
    "instanceRef": "names a ConnectInstance, in place of InstanceId",
    "passwordSecretRef": "stands for Password",
    "routingProfileName": "is resolved to RoutingProfileId",
    "securityProfileNames": "is resolved to SecurityProfileIds",
    "hierarchyGroupPath": "is resolved to HierarchyGroupId",
    "proficiencies": "UserProficiencies of AssociateUserProficiencies",
    "state": "is about the profiles that the user has",
    "activeFrom": "is about when CreateUser is called",
    "activeUntil": "is about the profiles that the user has",
    "deletionPolicy": "is about the operator",
    "adoptionPolicy": "is about the operator",
    "managementPolicy": "is about the operator",
    "suspend": "is about the operator",
    "ignoreDrift": "is about the operator",
}

# Fields of a ConnectContactAssignment's spec that are no members of AssociateContactWithUser.
ASSIGNMENTS_OWN = {
    "instanceRef": "names a ConnectInstance, in place of InstanceId",
    "userRef": "names a ConnectUser, in place of UserId",
    "activeDeadlineSeconds": "is about the operator",
    "ttlSecondsAfterFinished": "is about the operator",
}

# Where the CRD deliberately differs from the model, as `path: aspect`, with the reason.
DIFFERENCES = {
    "proficiencies[].level: type": "the service takes whole numbers only, though it says float",
    "tags[*]: pattern of keys": "a schema has no place for it; a rule of spec.tags says it",
    "tags: minProperties": "{} takes all tags off; such a request is not sent to CreateUser",
}


def members_of(service: str, operation: str) -> dict[str, Shape]:
    """What a request of the operation may hold."""
    request = botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
    return dict(request.members) if request else {}


def lower_camel_case(name: str) -> str:
    return name[0].lower() + name[1:]


def spec_of(plural: str) -> Schema:
    spec: Schema = schema_of(load_crd(plural))["properties"]["spec"]
    return spec


def disagreements(shape: Shape, schema: Schema, path: str) -> list[str]:
    """Every `path: aspect` in which the schema allows what the service would refuse, or cannot say what it takes."""
    if isinstance(shape, StructureShape):
        return _of_structure(shape, schema, path)
    if isinstance(shape, ListShape):
        bounds = _looser(shape, schema, path, ("minItems", "maxItems"))
        return bounds + disagreements(shape.member, schema["items"], f"{path}[]")
    if isinstance(shape, MapShape):
        bounds = _looser(shape, schema, path, ("minProperties", "maxProperties"))
        keys = [f"{path}[*]: pattern of keys"] if "pattern" in shape.key.metadata else []
        return bounds + keys + disagreements(shape.value, schema["additionalProperties"], f"{path}[*]")
    return _of_value(shape, schema, path)


def _of_structure(shape: StructureShape, schema: Schema, path: str) -> list[str]:
    members = {lower_camel_case(name): member for name, member in shape.members.items()}
    properties = schema.get("properties", {})
    found = [f"{path}.{name}: missing" for name in members if name not in properties]
    found += [f"{path}.{name}: unknown to the service" for name in properties if name not in members]
    required = {lower_camel_case(name) for name in shape.required_members}
    found += [f"{path}.{name}: required" for name in required - set(schema.get("required", []))]
    for name in members.keys() & properties.keys():
        found += disagreements(members[name], properties[name], f"{path}.{name}".lstrip("."))
    return found


def _of_value(shape: Shape, schema: Schema, path: str) -> list[str]:
    found = []
    if MODEL_TYPES[shape.type_name] != schema["type"]:
        found.append(f"{path}: type")
    if isinstance(shape, StringShape):
        if shape.enum and set(schema.get("enum", [])) != set(shape.enum):
            found.append(f"{path}: enum")
        if "pattern" in shape.metadata and "pattern" not in schema:
            found.append(f"{path}: pattern")
        return found + _looser(shape, schema, path, ("minLength", "maxLength"))
    return found + _looser(shape, schema, path, ("minimum", "maximum"))


def _looser(shape: Shape, schema: Schema, path: str, keywords: tuple[str, str]) -> list[str]:
    lowest, highest = keywords
    low, high = shape.metadata.get("min", 0), shape.metadata.get("max")
    found = []
    if low > 0 and schema.get(lowest, 0) < low:
        found.append(f"{path}: {lowest}")
    if high is not None and schema.get(highest, float("inf")) > high:
        found.append(f"{path}: {highest}")
    return found


class Agreement(NamedTuple):
    """A member of a request, and the field that says it."""

    service: str
    operation: str
    member: str
    plural: str
    path: str


CREATE_USER = [
    Agreement("connect", "CreateUser", member, "connectusers", lower_camel_case(member))
    for member in members_of("connect", "CreateUser")
    if member not in SAID_OTHERWISE
]
AGREEMENTS = [
    *CREATE_USER,
    Agreement("connect", "AssociateUserProficiencies", "UserProficiencies", "connectusers", "proficiencies"),
    Agreement("connect", "CreateRoutingProfile", "Name", "connectusers", "routingProfileName"),
    Agreement("connect", "AssociateContactWithUser", "InstanceId", "connectcontactassignments", "instanceId"),
    Agreement("connect", "AssociateContactWithUser", "ContactId", "connectcontactassignments", "contactId"),
    Agreement("connect", "AssociateContactWithUser", "UserId", "connectcontactassignments", "userId"),
    Agreement("connect", "DescribeInstance", "InstanceId", "connectinstances", "instanceId"),
    Agreement("sts", "AssumeRole", "RoleArn", "connectinstances", "assumeRole.roleArn"),
    Agreement("sts", "AssumeRole", "ExternalId", "connectinstances", "assumeRole.externalId"),
]


def field(plural: str, path: str) -> Schema:
    schema = spec_of(plural)
    for name in path.split("."):
        schema = schema["properties"][name]
    return schema


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda each: f"{each.operation}.{each.member}")
def test_a_field_takes_what_the_service_takes_and_no_more(agreement: Agreement) -> None:
    shape = members_of(agreement.service, agreement.operation)[agreement.member]
    found = disagreements(shape, field(agreement.plural, agreement.path), agreement.path)
    assert not [each for each in found if each not in DIFFERENCES]


def test_every_difference_is_still_one() -> None:
    """A difference that is gone must leave the list, or it would hide the next one."""
    found: set[str] = set()
    for service, operation, member, plural, path in AGREEMENTS:
        found |= set(disagreements(members_of(service, operation)[member], field(plural, path), path))
    assert set(DIFFERENCES) == found


def test_every_member_of_create_user_is_a_field_and_every_other_field_has_its_reason() -> None:
    members = {lower_camel_case(name) for name in members_of("connect", "CreateUser") if name not in SAID_OTHERWISE}
    assert set(spec_of("connectusers")["properties"]) == members | set(OPERATORS_OWN)
    assert not members & set(OPERATORS_OWN)


def test_every_member_of_an_association_is_a_field_and_every_other_field_has_its_reason() -> None:
    members = {lower_camel_case(name) for name in members_of("connect", "AssociateContactWithUser")}
    assert set(spec_of("connectcontactassignments")["properties"]) == members | set(ASSIGNMENTS_OWN)
    assert not members & set(ASSIGNMENTS_OWN)


def test_what_the_updates_of_a_user_take_create_user_takes_too() -> None:
    """So that comparing with CreateUser is comparing with all of them."""
    model = botocore.session.get_session().get_service_model("connect")
    uri = re.compile(r"/users/\{InstanceId\}/\{UserId\}/[-a-z]+$")
    updates = [
        name
        for name in model.operation_names
        if name.startswith("UpdateUser") and uri.match(model.operation_model(name).http["requestUri"])
    ]
    assert "UpdateUserConfig" in updates
    members = {member for name in updates for member in members_of("connect", name)}
    assert members - set(members_of("connect", "CreateUser")) == {"UserId", "UserProficiencies"}


def test_api_rates_are_about_operations_that_exist() -> None:
    (rule,) = field("connectinstances", "apiRates")["x-kubernetes-validations"]
    quoted = rule["rule"].split("'")[1::2]
    known = set(botocore.session.get_session().get_service_model("connect").operation_names)
    assert set(quoted) - known == {"default"}
