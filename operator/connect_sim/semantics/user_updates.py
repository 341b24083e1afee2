"""The Update* operations of a user, proficiencies aside (proficiencies.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from connect_sim.errors import invalid_parameter
from connect_sim.semantics import identity_rules, phone_settings
from connect_sim.semantics.lookup import find_record, find_user_to_write, instance_of
from connect_sim.semantics.user_lifecycle import security_profile_ids

if TYPE_CHECKING:
    from connect_sim.semantics.context import CallContext, Params
    from connect_sim.state.records import User
    from connect_sim.state.world import InstanceState, World

_MAIL_MEMBERS = ("Email", "SecondaryEmail")


def _target(world: World, params: Params, context: CallContext) -> tuple[InstanceState, User]:
    state = instance_of(world, params, context, for_write=True)
    return state, find_user_to_write(state, params["UserId"], context)


def store(world: World, state: InstanceState, user: User, context: CallContext) -> None:
    """Keep a changed user, and its older record for readers that lag behind."""
    world.put_user(state, user, now=context.now, keep_older=context.settings.content_lag.longest)


def _store_modified(world: World, state: InstanceState, user: User, context: CallContext, **changes: Any) -> None:  # noqa: ANN401 - members of User
    store(world, state, replace(user, last_modified_time=context.modified_now, **changes), context)


def update_identity_info(world: World, params: Params, context: CallContext) -> None:
    """Replace the block, or merge into it: the switch `identityInfoUpdate`."""
    state, user = _target(world, params, context)
    settings, kind = context.settings, state.instance.identity_management_type
    given = params["IdentityInfo"]
    identity_rules.check_directory_untouched(given, kind)
    identity_rules.check_identity(given, kind, settings)
    base = user.identity_info if settings["identityInfoUpdate"] == "merge" else _unmanaged(user, kind)
    wanted = identity_rules.without_empty({**base, **given})
    if settings["identityInfoIncomplete"] == "refused":
        identity_rules.check_required(wanted, kind, settings)
    moves = settings["emailMovesLastModified"] == "yes" or _without_mail(wanted) != _without_mail(user.identity_info)
    modified = context.modified_now if moves else user.last_modified_time
    store(world, state, replace(user, identity_info=wanted, last_modified_time=modified), context)


def _unmanaged(user: User, identity_type: str) -> dict[str, str]:
    """Return the members that this API never writes: those of an existing directory."""
    if identity_type != identity_rules.DIRECTORY:
        return {}
    return {name: user.identity_info[name] for name in ("FirstName", "LastName", "Email") if name in user.identity_info}


def _without_mail(identity: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in identity.items() if name not in _MAIL_MEMBERS}


def update_phone_config(world: World, params: Params, context: CallContext) -> None:
    """Write the legacy block, which flattens after-contact work over all channels."""
    state, user = _target(world, params, context)
    phone_settings.check(params, context.settings)
    merge = context.settings["phoneConfigUpdate"] == "merge"
    channels = phone_settings.with_legacy(user.channels, params["PhoneConfig"], merge=merge)
    _store_modified(world, state, user, context, channels=channels, written_views=("legacy",))


def update_config(world: World, params: Params, context: CallContext) -> None:
    """Write per-channel lists; see the switches `configListOmitted` and `configChannelOmitted`."""
    state, user = _target(world, params, context)
    phone_settings.check(params, context.settings)
    channels = phone_settings.with_lists(
        user.channels,
        params,
        keep_lists=context.settings["configListOmitted"] == "keep",
        keep_channels=context.settings["configChannelOmitted"] == "keep",
    )
    views = tuple(dict.fromkeys((*user.written_views, "channels")))
    _store_modified(world, state, user, context, channels=channels, written_views=views)


def update_security_profiles(world: World, params: Params, context: CallContext) -> None:
    """Replace the whole set."""
    state, user = _target(world, params, context)
    profiles = security_profile_ids(state, params["SecurityProfileIds"], context)
    _store_modified(world, state, user, context, security_profile_ids=profiles)


def update_routing_profile(world: World, params: Params, context: CallContext) -> None:
    """Replace the routing profile."""
    state, user = _target(world, params, context)
    profile = find_record(state, params["RoutingProfileId"], "routing-profile", context)
    _store_modified(world, state, user, context, routing_profile_id=profile.id)


def update_hierarchy(world: World, params: Params, context: CallContext) -> None:
    """Move the user in the hierarchy; without a group, take it out."""
    state, user = _target(world, params, context)
    value = params.get("HierarchyGroupId")
    if value == "" and context.settings["emptyHierarchyGroupId"] == "error":
        raise invalid_parameter("HierarchyGroupId must not be empty.")
    group_id = find_record(state, value, "agent-group", context).id if value else None
    _store_modified(world, state, user, context, hierarchy_group_id=group_id)
