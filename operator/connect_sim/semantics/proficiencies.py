"""The four proficiency operations. A proficiency's key is the pair of name and value; a user has at most 10."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from connect_sim.errors import ApiError, invalid_parameter
from connect_sim.semantics.lookup import find_user, find_user_to_write, instance_of
from connect_sim.semantics.paging import Listing
from connect_sim.semantics.user_updates import store
from connect_sim.semantics.user_views import proficiency_view
from connect_sim.state.records import Proficiency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.records import User
    from connect_sim.state.world import InstanceState, World

MAX_PROFICIENCIES = 10
_LIST = Listing("ListUserProficiencies", "UserProficiencyList")

_Pair = tuple[str, str]


def list_proficiencies(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of a user's proficiencies."""
    state = instance_of(world, params, context)
    user = find_user(state, params["UserId"], context)
    numbered = [(f"{number:04}", item) for number, item in enumerate(user.proficiencies)]
    after = partial(_after, numbered)
    items, token = _LIST.page(params, context, after, lambda item: item[0])
    return {
        "UserProficiencyList": [proficiency_view(item) for _, item in items],
        "NextToken": token,
        "LastModifiedTime": user.proficiencies_modified_time,
        "LastModifiedRegion": state.instance.region,
    }


def _after(numbered: list[tuple[str, Proficiency]], key: str | None) -> Iterator[tuple[str, Proficiency]]:
    return (item for item in numbered if key is None or item[0] > key)


def associate(world: World, params: Params, context: CallContext) -> None:
    """Add proficiencies; on pairs that the user has see the switch `associateExistingProficiency`."""
    state, user = _target(world, params, context)
    given = _proficiencies(params["UserProficiencies"], state, context)
    held = _held(user)
    existing = [pair for pair in given if pair in held]
    policy = context.settings["associateExistingProficiency"]
    if existing and policy == "refused":
        raise invalid_parameter("UserProficiencies names a proficiency that the user has already.")
    _put(world, state, user, {**held, **given} if policy == "overwrite" else {**given, **held}, context)


def update(world: World, params: Params, context: CallContext) -> None:
    """Set the levels of proficiencies that the user has."""
    state, user = _target(world, params, context)
    given = _proficiencies(params["UserProficiencies"], state, context)
    held = _held(user)
    _require(given, held, context)
    _put(world, state, user, {**held, **given}, context)


def disassociate(world: World, params: Params, context: CallContext) -> None:
    """Take proficiencies away."""
    state, user = _target(world, params, context)
    given = {(item["AttributeName"], item["AttributeValue"]) for item in params["UserProficiencies"]}
    held = _held(user)
    if context.settings["disassociateAbsent"] == "refused":
        _require(given, held, context)
    _put(world, state, user, {pair: item for pair, item in held.items() if pair not in given}, context)


def _target(world: World, params: Params, context: CallContext) -> tuple[InstanceState, User]:
    state = instance_of(world, params, context, for_write=True)
    return state, find_user_to_write(state, params["UserId"], context)


def _held(user: User) -> dict[_Pair, Proficiency]:
    return {(item.name, item.value): item for item in user.proficiencies}


def _proficiencies(items: list[dict[str, Any]], state: InstanceState, context: CallContext) -> dict[_Pair, Proficiency]:
    found: dict[_Pair, Proficiency] = {}
    for item in items:
        name, value, level = item["AttributeName"], item["AttributeValue"], item["Level"]
        if float(level) != int(level):
            raise invalid_parameter("UserProficiencies.Level must be 1, 2, 3, 4 or 5.")
        if (name, value) in found:
            raise invalid_parameter("UserProficiencies names a proficiency twice.")
        attribute = state.predefined_attributes.get(name)
        if attribute is None or value not in attribute.values:
            raise ApiError(
                context.settings["missingAttributeCode"],
                "UserProficiencies names an attribute or value that is no predefined attribute of the instance.",
            )
        found[name, value] = Proficiency(name=name, value=value, level=float(level))
    return found


def _require(
    given: dict[_Pair, Proficiency] | set[_Pair], held: dict[_Pair, Proficiency], context: CallContext
) -> None:
    if any(pair not in held for pair in given):
        raise ApiError(
            context.settings["missingProficiencyCode"],
            "UserProficiencies names a proficiency that the user does not have.",
        )


def _put(
    world: World, state: InstanceState, user: User, wanted: dict[_Pair, Proficiency], context: CallContext
) -> None:
    if len(wanted) > MAX_PROFICIENCIES:
        raise ApiError(
            context.settings["proficiencyQuotaCode"], f"A user has at most {MAX_PROFICIENCIES} proficiencies."
        )
    moves = context.settings["proficienciesMoveLastModified"] == "yes"
    changed = replace(
        user,
        proficiencies=tuple(wanted.values()),
        proficiencies_modified_time=context.modified_now,
        last_modified_time=context.modified_now if moves else user.last_modified_time,
    )
    store(world, state, changed, context)
