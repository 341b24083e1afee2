"""From an ID or ARN in a request to the resource. AWS accepts either wherever an ID is asked for.

Only the caller's account and region are searched: an ARN of another account is AccessDenied, one of another region is
not found.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from connect_sim.errors import ApiError, access_denied, invalid_parameter, not_found

if TYPE_CHECKING:
    from connect_sim.semantics.context import CallContext, Params
    from connect_sim.state.records import User
    from connect_sim.state.world import InstanceState, World

ARN = re.compile(
    r"arn:aws[-a-z]*:connect:(?P<region>[-a-z0-9]+):(?P<account>\d{12}):instance/(?P<instance>[^/]+)"
    r"(?:/(?P<type>[-a-z]+)/(?P<id>[^/]+))?"
)
_NAMES = {
    "agent": "user",
    "agent-group": "hierarchy group",
    "agent-state": "agent status",
    "contact": "contact",
    "routing-profile": "routing profile",
    "security-profile": "security profile",
    "transfer-destination": "quick connect",
}


def find_instance(world: World, value: str, context: CallContext) -> InstanceState:
    """Return the instance of an ID or instance ARN."""
    instance_id = value
    if value.startswith("arn:"):
        found = ARN.fullmatch(value)
        if found is None or found["type"]:
            raise invalid_parameter("InstanceId is neither an instance's ID nor its ARN.")
        _check_scope(found, context)
        instance_id = found["instance"]
    state = world.instances.get(instance_id)
    caller = context.caller
    if state is None or (state.instance.account, state.instance.region) != (caller.account, caller.region):
        raise not_found(f"Instance {instance_id} not found in account {caller.account}, region {caller.region}.")
    return state


def instance_of(world: World, params: Params, context: CallContext, *, for_write: bool = False) -> InstanceState:
    """Return the instance that InstanceId names; a write needs it ACTIVE."""
    state = find_instance(world, params["InstanceId"], context)
    if for_write and state.instance.status != "ACTIVE":
        raise ApiError("InvalidRequestException", f"Instance {state.id} is not active: {state.instance.status}.")
    return state


def local_id(state: InstanceState, value: str, resource_type: str, context: CallContext) -> str:
    """Return the ID of a resource of this instance, given its ID or ARN."""
    if not value.startswith("arn:"):
        return value
    found = ARN.fullmatch(value)
    if found is None or found["type"] != resource_type:
        raise invalid_parameter(f"The value is neither the ID nor the ARN of a {_NAMES[resource_type]}.")
    _check_scope(found, context)
    if found["instance"] != state.id:
        raise not_found(f"The {_NAMES[resource_type]} {found['id']} belongs to another instance.")
    return str(found["id"])


def find_user(state: InstanceState, value: str, context: CallContext) -> User:
    """Return the user of an ID or ARN as Describe sees it. Raises the switch `invisibleCode` while it is hidden."""
    user_id = local_id(state, value, "agent", context)
    user = state.users.seen(user_id, context.reader("describe"))
    if user is None:
        code = context.settings["invisibleCode"] if state.users.get(user_id) else "ResourceNotFoundException"
        raise ApiError(code, f"User {user_id} not found in instance {state.id}.")
    return user


def find_user_to_write(state: InstanceState, value: str, context: CallContext) -> User:
    """Return the newest record of a user; hidden ones are refused unless the switch `invisibleToWrites` applies."""
    user_id = local_id(state, value, "agent", context)
    stored = state.users.get(user_id)
    if stored is None:
        raise not_found(f"User {user_id} not found in instance {state.id}.")
    if context.settings["invisibleToWrites"] == "refused":
        find_user(state, value, context)
    return stored.user


def find_record(state: InstanceState, value: str, kind: str, context: CallContext) -> Any:  # noqa: ANN401 - by kind
    """Return the record of a profile, hierarchy group, contact or quick connect."""
    record_id = local_id(state, value, kind, context)
    record = state.table(kind).get(record_id)
    if record is None:
        raise not_found(f"The {_NAMES[kind]} {record_id} does not exist in instance {state.id}.")
    return record


def _check_scope(found: re.Match[str], context: CallContext) -> None:
    if found["account"] != context.caller.account:
        raise access_denied(f"{context.caller.principal_arn} may not use resources of account {found['account']}.")
    if found["region"] != context.caller.region:
        raise not_found(f"The ARN is of region {found['region']}, the call of {context.caller.region}.")
