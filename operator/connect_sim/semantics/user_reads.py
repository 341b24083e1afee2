"""DescribeUser and ListUsers; SearchUsers is in user_search.py."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from connect_sim.semantics import user_views
from connect_sim.semantics.lookup import find_user, instance_of
from connect_sim.semantics.paging import Listing

if TYPE_CHECKING:
    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.user_table import FrozenUsers, UserTable
    from connect_sim.state.world import InstanceState, World

_LIST_USERS = Listing("ListUsers", "UserSummaryList")


def describe_user(world: World, params: Params, context: CallContext) -> Output:
    """Return one user."""
    state = instance_of(world, params, context)
    user = find_user(state, params["UserId"], context)
    return {"User": user_views.described(user, state.instance.region, context.settings)}


def list_users(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of summaries."""
    state = instance_of(world, params, context)
    reader = context.reader("list")
    users = visible_users(state, context)
    write = partial(user_views.summarized, region=state.instance.region)
    return _LIST_USERS.output(params, context, lambda key: users.after(key, reader), write)


def visible_users(state: InstanceState, context: CallContext) -> UserTable | FrozenUsers:
    """Return what a listing of users looks at: the table, or a frozen copy while a fault says so."""
    return context.frozen_users.get(state.id, state.users)
