"""Listing and searching of routing profiles and security profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect_sim.semantics import conditions
from connect_sim.semantics.lookup import instance_of
from connect_sim.semantics.paging import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect_sim.semantics.conditions import Fields, Predicate, RecordT
    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.records import RoutingProfile, SecurityProfile
    from connect_sim.state.table import Table
    from connect_sim.state.world import InstanceState, World

_LIST_ROUTING = Listing("ListRoutingProfiles", "RoutingProfileSummaryList")
_LIST_SECURITY = Listing("ListSecurityProfiles", "SecurityProfileSummaryList")
_SEARCH_ROUTING = Listing("SearchRoutingProfiles", "RoutingProfiles")
_SEARCH_SECURITY = Listing("SearchSecurityProfiles", "SecurityProfiles")
_ROUTING_FIELDS: Fields[RoutingProfile] = {
    "associatedQueueIds": lambda profile: profile.queue_ids,
    "name": lambda profile: (profile.name,),
    "description": lambda profile: (profile.description,),
    "resourceID": lambda profile: (profile.id,),
}
_SECURITY_FIELDS: Fields[SecurityProfile] = {"name": lambda profile: (profile.name,)}


def summary(record: Any, region: str) -> dict[str, Any]:  # noqa: ANN401 - any named record
    """Return the members that every list summary has."""
    return {
        "Id": record.id,
        "Arn": record.arn,
        "Name": record.name,
        "LastModifiedTime": record.last_modified_time,
        "LastModifiedRegion": region,
    }


def list_routing_profiles(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of summaries."""
    state = instance_of(world, params, context)
    region = state.instance.region
    return _LIST_ROUTING.output(params, context, state.routing_profiles.after, lambda item: summary(item, region))


def list_security_profiles(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of summaries."""
    state = instance_of(world, params, context)
    region = state.instance.region

    def write(item: SecurityProfile) -> dict[str, Any]:
        return {**summary(item, region), "Type": item.type}

    return _LIST_SECURITY.output(params, context, state.security_profiles.after, write)


def search_routing_profiles(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of whole profiles; search leaves LastModified* out (service model)."""
    state = instance_of(world, params, context)
    matches = _predicate(params, _ROUTING_FIELDS, context)
    users: dict[str, int] = {}
    for stored in state.users.all():
        users[stored.user.routing_profile_id] = users.get(stored.user.routing_profile_id, 0) + 1

    def write(item: RoutingProfile) -> dict[str, Any]:
        return {**_routing_profile(item, state), "NumberOfAssociatedUsers": users.get(item.id, 0)}

    page = _SEARCH_ROUTING.output(params, context, lambda key: _matching(state.routing_profiles, matches, key), write)
    return {**page, "ApproximateTotalCount": sum(1 for _ in _matching(state.routing_profiles, matches, None))}


def search_security_profiles(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of profiles; here the name is SecurityProfileName (service model)."""
    state = instance_of(world, params, context)
    matches = _predicate(params, _SECURITY_FIELDS, context)

    def write(item: SecurityProfile) -> dict[str, Any]:
        return {
            "Id": item.id,
            "OrganizationResourceId": state.id,
            "Arn": item.arn,
            "SecurityProfileName": item.name,
            "Description": item.description,
            "Tags": item.tags,
            "Type": item.type,
        }

    page = _SEARCH_SECURITY.output(params, context, lambda key: _matching(state.security_profiles, matches, key), write)
    return {**page, "ApproximateTotalCount": sum(1 for _ in _matching(state.security_profiles, matches, None))}


def _predicate(params: Params, fields: Fields[RecordT], context: CallContext) -> Predicate[RecordT]:
    parts: list[Predicate[RecordT]] = []
    if params.get("SearchCriteria"):
        parts.append(conditions.compile_criteria(params["SearchCriteria"], fields, context.settings))
    tag_filter = params.get("SearchFilter", {}).get("TagFilter")
    if tag_filter:
        parts.append(conditions.compile_tag_filter(tag_filter, _tags))
    return conditions.all_of(parts)


def _tags(record: Any) -> dict[str, str]:  # noqa: ANN401 - any tagged record
    tags: dict[str, str] = record.tags
    return tags


def _matching(table: Table[Any], matches: Predicate[Any], key: str | None) -> Iterator[Any]:
    return filter(matches, table.after(key))


def _routing_profile(item: RoutingProfile, state: InstanceState) -> dict[str, Any]:
    return {
        "InstanceId": state.id,
        "Name": item.name,
        "RoutingProfileArn": item.arn,
        "RoutingProfileId": item.id,
        "Description": item.description,
        "MediaConcurrencies": [
            {name: value for name, value in entry.items() if name != "CrossChannelBehavior"}
            for entry in item.media_concurrencies
        ],
        "DefaultOutboundQueueId": item.default_outbound_queue_id,
        "Tags": item.tags,
        "NumberOfAssociatedQueues": len(item.queue_ids),
        "NumberOfAssociatedManualAssignmentQueues": len(item.manual_queue_ids),
        "IsDefault": item.is_default,
        "AssociatedQueueIds": list(item.queue_ids),
        "AssociatedManualAssignmentQueueIds": list(item.manual_queue_ids),
    }
