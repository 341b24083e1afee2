"""SearchUsers: criteria over names, profiles, hierarchy and proficiencies; filters by tag and attribute."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from connect_sim.errors import access_denied, invalid_parameter
from connect_sim.semantics import conditions, user_views
from connect_sim.semantics.lookup import instance_of, local_id
from connect_sim.semantics.paging import Listing
from connect_sim.semantics.user_reads import visible_users

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from connect_sim.semantics.conditions import Fields, Predicate
    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.records import Proficiency, User
    from connect_sim.state.world import InstanceState, World

_SEARCH = Listing("SearchUsers", "Users")
_FIELDS: Fields[User] = {
    "Username": lambda user: (user.username,),
    "FirstName": lambda user: (user.identity_info.get("FirstName"),),
    "LastName": lambda user: (user.identity_info.get("LastName"),),
    "RoutingProfileId": lambda user: (user.routing_profile_id,),
    "SecurityProfileId": lambda user: user.security_profile_ids,
    "resourceId": lambda user: (user.id,),
}
_PROFICIENCY_FIELDS: Fields[Proficiency] = {
    "name": lambda item: (item.name,),
    "value": lambda item: (item.value,),
}
_NUMBER_TESTS: dict[str, Callable[[float, float], bool]] = {
    "GREATER_OR_EQUAL": operator.ge,
    "GREATER": operator.gt,
    "LESSER_OR_EQUAL": operator.le,
    "LESSER": operator.lt,
    "EQUAL": operator.eq,
    "NOT_EQUAL": operator.ne,
}


def search_users(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of the users that match. Raises AccessDenied if both filters are given (documented)."""
    state = instance_of(world, params, context)
    matches = _predicate(state, params, context)
    reader = context.reader("search")
    users = visible_users(state, context)

    def after(key: str | None) -> Iterator[User]:
        named = _named(state, params, context)
        candidates = users.after(key, reader) if named is None else (u for u in named if key is None or u.id > key)
        return candidates if matches is None else filter(matches, candidates)

    total = users.count(reader) if matches is None else sum(1 for _ in after(None))
    page = _SEARCH.output(params, context, after, lambda user: user_views.searched(user, context.settings))
    return {**page, "ApproximateTotalCount": total}


def _predicate(state: InstanceState, params: Params, context: CallContext) -> Predicate[User] | None:
    search_filter = params.get("SearchFilter", {})
    if "TagFilter" in search_filter and "UserAttributeFilter" in search_filter:
        raise access_denied("TagFilter and UserAttributeFilter cannot be combined.")
    parts: list[Predicate[User]] = []

    def hierarchy(condition: Mapping[str, Any]) -> Predicate[User]:
        return _hierarchy(condition, state, context)

    if params.get("SearchCriteria"):
        special = {
            "HierarchyGroupCondition": hierarchy,
            "ListCondition": lambda condition: _proficiencies(condition, context),
        }
        parts.append(conditions.compile_criteria(params["SearchCriteria"], _FIELDS, context.settings, special))
    if search_filter.get("TagFilter"):
        parts.append(conditions.compile_tag_filter(search_filter["TagFilter"], _tags))
    if search_filter.get("UserAttributeFilter"):
        parts.append(conditions.compile_attribute_filter(search_filter["UserAttributeFilter"], _tags, hierarchy))
    return conditions.all_of(parts) if parts else None


def _tags(user: User) -> dict[str, str]:
    return user.tags


def _named(state: InstanceState, params: Params, context: CallContext) -> list[User] | None:
    """Return the at most one user that a plain EXACT search for a username can find; None if it is another search.

    Without the index, looking up one name among 10 000 users would compare every one of them.
    """
    criteria = params.get("SearchCriteria", {})
    condition = criteria.get("StringCondition", {})
    plain = condition.get("FieldName") == "Username" and condition.get("ComparisonType") == "EXACT"
    if not plain or len(criteria) > 1 or context.settings["searchCase"] == "insensitive":
        return None
    if context.settings.deletion_lag.longest > 0 or context.frozen_users:
        return None
    user = state.users.by_username(condition["Value"])
    seen = state.users.seen(user.id, context.reader("search")) if user else None
    return [seen] if seen else []


def _hierarchy(condition: Mapping[str, Any], state: InstanceState, context: CallContext) -> Predicate[User]:
    if "Value" not in condition:
        raise invalid_parameter("HierarchyGroupCondition lacks Value.")
    wanted = local_id(state, condition["Value"], "agent-group", context)
    if condition.get("HierarchyGroupMatchType", "EXACT") == "EXACT":
        return lambda user: user.hierarchy_group_id == wanted
    family = {wanted}
    size = 0
    while size < len(family):
        size = len(family)
        family.update(group.id for group in state.hierarchy_groups.after(None) if group.parent_id in family)
    return lambda user: user.hierarchy_group_id in family


def _proficiencies(condition: Mapping[str, Any], context: CallContext) -> Predicate[User]:
    if condition.get("TargetListType") != "PROFICIENCIES":
        raise invalid_parameter("ListCondition.TargetListType must be PROFICIENCIES.")
    parts = [_proficiency(item, context) for item in condition.get("Conditions", ())]
    matches = conditions.all_of(parts)
    return lambda user: any(matches(item) for item in user.proficiencies)


def _proficiency(condition: Mapping[str, Any], context: CallContext) -> Predicate[Proficiency]:
    parts: list[Predicate[Proficiency]] = []
    if "StringCondition" in condition:
        parts.append(conditions.compile_string(condition["StringCondition"], _PROFICIENCY_FIELDS, context.settings))
    if "NumberCondition" in condition:
        parts.append(_level(condition["NumberCondition"]))
    return conditions.all_of(parts)


def _level(condition: Mapping[str, Any]) -> Predicate[Proficiency]:
    """Return the test of a level; its field is called `limit` (service model)."""
    if condition.get("FieldName") != "limit":
        raise invalid_parameter("NumberCondition.FieldName must be limit.")
    low, high, comparison = condition.get("MinValue"), condition.get("MaxValue"), condition.get("ComparisonType")
    if comparison == "RANGE":
        if low is None or high is None:
            raise invalid_parameter("NumberCondition needs MinValue and MaxValue with RANGE.")
        return lambda item: low <= item.level <= high
    bound = low if low is not None else high
    if bound is None or comparison not in _NUMBER_TESTS:
        raise invalid_parameter("NumberCondition needs MinValue or MaxValue, and ComparisonType.")
    return lambda item: _NUMBER_TESTS[comparison](item.level, bound)
