"""What a call is about, for fault rules: its parameters by name, the user it concerns, and the ARNs IAM would check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect_sim.semantics.paging import page_number
from connect_sim.server.faults import Subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connect_sim.server.journal import Entry
    from connect_sim.state.world import InstanceState, World

# Parameter -> resource type of its ARN (service authorization reference).
_RESOURCE_TYPES = {
    "UserId": "agent",
    "EntityId": "agent",
    "RoutingProfileId": "routing-profile",
    "SecurityProfileIds": "security-profile",
    "HierarchyGroupId": "agent-group",
    "ContactId": "contact",
    "QuickConnectId": "transfer-destination",
}


def subject_of(entry: Entry, params: Mapping[str, Any], world: World) -> Subject:
    """Return the subject of a call; parameters that name nothing are simply not there."""
    values = {name.lower(): str(value) for name, value in params.items() if isinstance(value, str | int | float)}
    values.update(
        page=str(page_number(params)),
        attempt=str(entry.attempt),
        account=entry.account,
        region=entry.region,
        accesskeyid=entry.access_key_id,
        sdkinvocationid=entry.sdk_invocation_id or "",
    )
    arn = str(params.get("resourceArn", ""))
    state = world.instances.get(_tail(str(params.get("InstanceId", "")) or arn.partition("/agent/")[0]))
    if state is None:
        return Subject(entry.operation, values, (arn,) if arn else ())
    values["instanceid"] = state.id
    _add_user(values, params, arn, state)
    return Subject(entry.operation, values, tuple(_resources(params, arn, state)))


def _add_user(values: dict[str, str], params: Mapping[str, Any], arn: str, state: InstanceState) -> None:
    named = str(params.get("UserId", "") or params.get("EntityId", ""))
    user_id = _tail(named or (arn if "/agent/" in arn else ""))
    stored = state.users.get(user_id) if user_id else None
    if user_id:
        values["userid"] = user_id
    if stored is not None:
        values["username"] = stored.user.username


def _resources(params: Mapping[str, Any], arn: str, state: InstanceState) -> list[str]:
    found = [state.instance.arn, *([arn] if arn else [])]
    for name, kind in _RESOURCE_TYPES.items():
        value = params.get(name)
        ids = value if isinstance(value, list) else [value] if value else []
        found.extend(state.arn_of(kind, _tail(str(item))) for item in ids)
    return found


def _tail(value: str) -> str:
    return value.rpartition("/")[2]
