"""Listing, searching and describing of hierarchy groups: a tree of at most five levels; names may repeat in it."""

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
    from connect_sim.state.records import HierarchyGroup
    from connect_sim.state.world import InstanceState, World

LEVELS = ("LevelOne", "LevelTwo", "LevelThree", "LevelFour", "LevelFive")
_LIST = Listing("ListUserHierarchyGroups", "UserHierarchyGroupSummaryList")
_SEARCH = Listing("SearchUserHierarchyGroups", "UserHierarchyGroups")
_FIELDS: Fields[HierarchyGroup] = {
    "name": lambda group: (group.name,),
    "parentId": lambda group: (group.parent_id,),
    "levelId": lambda group: (group.level_id,),
    "resourceID": lambda group: (group.id,),
}


def list_groups(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of summaries, without paths."""
    state = instance_of(world, params, context)
    region = state.instance.region
    return _LIST.output(params, context, state.hierarchy_groups.after, lambda item: summary(item, region))


def describe_group(world: World, params: Params, context: CallContext) -> Output:
    """Return one group with its path."""
    state = instance_of(world, params, context)
    group = find_record(state, params["HierarchyGroupId"], "agent-group", context)
    return {"HierarchyGroup": _whole(group, state)}


def search_groups(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of groups with their paths; the filter is called AttributeFilter here (service model)."""
    state = instance_of(world, params, context)
    parts: list[Predicate[HierarchyGroup]] = []
    if params.get("SearchCriteria"):
        parts.append(conditions.compile_criteria(params["SearchCriteria"], _FIELDS, context.settings))
    attribute_filter = params.get("SearchFilter", {}).get("AttributeFilter")
    if attribute_filter:
        parts.append(conditions.compile_attribute_filter(attribute_filter, lambda group: group.tags))
    matches = conditions.all_of(parts)

    def after(key: str | None) -> Iterator[HierarchyGroup]:
        return filter(matches, state.hierarchy_groups.after(key))

    page = _SEARCH.output(params, context, after, lambda group: _whole(group, state))
    return {**page, "ApproximateTotalCount": sum(1 for _ in after(None))}


def path_of(group: HierarchyGroup, state: InstanceState) -> list[HierarchyGroup]:
    """Return the groups from the top down to this one."""
    path: list[HierarchyGroup] = []
    current: HierarchyGroup | None = group
    while current is not None:
        path.insert(0, current)
        current = state.hierarchy_groups.get(current.parent_id) if current.parent_id else None
    return path


def _whole(group: HierarchyGroup, state: InstanceState) -> dict[str, Any]:
    region = state.instance.region
    path = path_of(group, state)
    return {
        **summary(group, region),
        "LevelId": group.level_id,
        "HierarchyPath": {level: summary(item, region) for level, item in zip(LEVELS, path, strict=False)},
        "Tags": group.tags,
    }
