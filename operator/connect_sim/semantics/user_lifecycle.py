"""CreateUser and DeleteUser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect_sim.errors import ApiError, invalid_parameter, invalid_request
from connect_sim.semantics import identity_rules, phone_settings, presence
from connect_sim.semantics.lookup import find_record, find_user_to_write, instance_of
from connect_sim.state.records import User

if TYPE_CHECKING:
    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.world import InstanceState, World


def create_user(world: World, params: Params, context: CallContext) -> Output:
    """Create a user. The password was checked against its rule and is dropped here."""
    state = instance_of(world, params, context, for_write=True)
    _check_members(state, params, context)
    security_profiles = security_profile_ids(state, params["SecurityProfileIds"], context)
    routing_profile = find_record(state, params["RoutingProfileId"], "routing-profile", context).id
    group = params.get("HierarchyGroupId") or None
    group_id = find_record(state, group, "agent-group", context).id if group else None
    _check_name_is_free(state, params["Username"], context)
    if len(state.users) >= state.instance.user_quota:
        raise ApiError(
            "LimitExceededException",
            f"The instance has reached its quota of {state.instance.user_quota} users.",
        )
    user_id = context.new_id()
    managed = state.instance.identity_management_type == identity_rules.MANAGED
    user = User(
        id=user_id,
        arn=state.arn_of("agent", user_id),
        username=params["Username"],
        identity_info=identity_rules.without_empty(params.get("IdentityInfo", {})),
        channels=phone_settings.created(params),
        written_views=written_views(params),
        directory_user_id=None if managed else params.get("DirectoryUserId"),
        security_profile_ids=security_profiles,
        routing_profile_id=routing_profile,
        hierarchy_group_id=group_id,
        tags=dict(params.get("Tags", {})),
        last_modified_time=context.modified_now,
        proficiencies_modified_time=context.modified_now,
    )
    delays = context.settings.visibility_of(state.id, user.username)
    world.put_user(state, user, now=context.now, visible_from=delays.since(context.now))
    return {"UserId": user.id, "UserArn": user.arn}


def _check_members(state: InstanceState, params: Params, context: CallContext) -> None:
    kind, settings = state.instance.identity_management_type, context.settings
    identity_rules.check_username(params["Username"], kind, settings)
    identity_rules.check_credentials(state.instance, params, settings)
    identity = params.get("IdentityInfo", {})
    identity_rules.check_required(identity, kind, settings)
    identity_rules.check_identity(identity, kind, settings)
    phone_settings.check(params, settings)
    if settings["phoneSettingsRequired"] == "yes" and not written_views(params):
        raise invalid_parameter("PhoneConfig or per-channel settings are required.")


def _check_name_is_free(state: InstanceState, username: str, context: CallContext) -> None:
    settings = context.settings
    freed_at = state.users.freed_at(username)
    reserved = freed_at is not None and context.now < freed_at + settings.username_reuse_seconds
    if reserved or state.users.is_taken(username, ignore_case=settings["usernameCase"] == "insensitive"):
        raise ApiError(settings["duplicateUsernameCode"], "A resource with the specified name already exists.")


def security_profile_ids(state: InstanceState, values: list[str], context: CallContext) -> tuple[str, ...]:
    """Return the IDs of security profiles given as IDs or ARNs. Raises if one is missing or named twice."""
    found = [find_record(state, value, "security-profile", context).id for value in values]
    if len(set(found)) < len(found) and context.settings["duplicateSecurityProfiles"] == "refused":
        raise invalid_parameter("SecurityProfileIds names a security profile twice.")
    return tuple(dict.fromkeys(found))


def written_views(params: Params) -> tuple[str, ...]:
    """Return which views of the phone settings the parameters write: "legacy", "channels", both or none."""
    legacy = ("legacy",) if "PhoneConfig" in params else ()
    channels = ("channels",) if any(name in params for name in phone_settings.LISTS) else ()
    return (*legacy, *channels)


def delete_user(world: World, params: Params, context: CallContext) -> None:
    """Delete a user. Contacts and quick connects that name it stay behind."""
    state = instance_of(world, params, context, for_write=True)
    user = find_user_to_write(state, params["UserId"], context)
    on_contact = any(
        contact.agent_id == user.id and contact.state == "CONNECTED" for contact in state.contacts.after(None)
    )
    if on_contact and context.settings["deleteUserOnContact"] == "refused":
        raise invalid_request(f"User {user.id} is on a contact.")
    if context.settings["deleteUserEndsSessions"] == "yes":
        presence.sign_out(world, state, user.id, context)
    world.remove_user(state, user.id, now=context.now, linger=context.settings.deletion_lag)
