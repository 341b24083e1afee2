"""Quick connects: listed, searched, described and deleted. They may point at users that do not exist any more.

Sources: the service model; DeleteUser's documentation says that quick connects of a deleted user stay behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect_sim.semantics import conditions
from connect_sim.semantics.lookup import find_record, instance_of
from connect_sim.semantics.paging import Listing
from connect_sim.semantics.profiles import summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect_sim.semantics.conditions import Fields, Predicate
    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.records import QuickConnect
    from connect_sim.state.world import InstanceState, World

_LIST = Listing("ListQuickConnects", "QuickConnectSummaryList")
_SEARCH = Listing("SearchQuickConnects", "QuickConnects")
_FIELDS: Fields[QuickConnect] = {
    "name": lambda item: (item.name,),
    "description": lambda item: (item.description,),
    "resourceID": lambda item: (item.id,),
}
# Type -> the block of its configuration, and the member that says where it leads.
_BLOCKS = {
    "USER": ("UserConfig", "UserId"),
    "QUEUE": ("QueueConfig", "QueueId"),
    "PHONE_NUMBER": ("PhoneConfig", "PhoneNumber"),
    "FLOW": ("FlowConfig", "ContactFlowId"),
}


def list_quick_connects(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of summaries, of some types only if asked to; where they lead is not in them."""
    state = instance_of(world, params, context)
    wanted = params.get("QuickConnectTypes") or tuple(_BLOCKS)

    def after(key: str | None) -> Iterator[QuickConnect]:
        return (item for item in state.quick_connects.after(key) if item.type in wanted)

    def write(item: QuickConnect) -> dict[str, Any]:
        return {**summary(item, state.instance.region), "QuickConnectType": item.type}

    return _LIST.output(params, context, after, write)


def search_quick_connects(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of whole quick connects."""
    state = instance_of(world, params, context)
    parts: list[Predicate[QuickConnect]] = []
    if params.get("SearchCriteria"):
        parts.append(conditions.compile_criteria(params["SearchCriteria"], _FIELDS, context.settings))
    tag_filter = params.get("SearchFilter", {}).get("TagFilter")
    if tag_filter:
        parts.append(conditions.compile_tag_filter(tag_filter, lambda item: item.tags))
    matches = conditions.all_of(parts)

    def after(key: str | None) -> Iterator[QuickConnect]:
        return filter(matches, state.quick_connects.after(key))

    page = _SEARCH.output(params, context, after, lambda item: _whole(item, state))
    return {**page, "ApproximateTotalCount": sum(1 for _ in after(None))}


def describe_quick_connect(world: World, params: Params, context: CallContext) -> Output:
    """Return one quick connect."""
    state = instance_of(world, params, context)
    found: QuickConnect = find_record(state, params["QuickConnectId"], "transfer-destination", context)
    return {"QuickConnect": _whole(found, state)}


def delete_quick_connect(world: World, params: Params, context: CallContext) -> None:
    """Delete one quick connect."""
    state = instance_of(world, params, context, for_write=True)
    found: QuickConnect = find_record(state, params["QuickConnectId"], "transfer-destination", context)
    world.remove(state, "transfer-destination", found.id)


def _whole(item: QuickConnect, state: InstanceState) -> dict[str, Any]:
    block, member = _BLOCKS[item.type]
    leads_to: dict[str, Any] = {member: item.target}
    if item.type in ("USER", "QUEUE"):
        leads_to["ContactFlowId"] = item.contact_flow_id
    return {
        "QuickConnectARN": item.arn,
        "QuickConnectId": item.id,
        "Name": item.name,
        "Description": item.description,
        "QuickConnectConfig": {"QuickConnectType": item.type, block: leads_to},
        "Tags": item.tags or None,
        "LastModifiedTime": item.last_modified_time,
        "LastModifiedRegion": state.instance.region,
    }
