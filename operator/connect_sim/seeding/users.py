"""Users that appear, or change, behind the API's back: from a seed, or as if through the Connect console.

Only what would break the tables is refused (a name that is taken, a profile that does not exist). What is left out gets
a sensible value, so `{"username": "ann"}` is a whole user.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from connect_sim.model.service import load_service
from connect_sim.seeding.members import to_members
from connect_sim.semantics import phone_settings
from connect_sim.semantics.hierarchy import path_of
from connect_sim.state.records import Proficiency, User

if TYPE_CHECKING:
    from connect_sim.state.world import InstanceState

_NAMED = ("id", "proficiencies", "routingprofilename", "securityprofilenames", "hierarchygrouppath")
DEFAULT_SECURITY_PROFILE = "Agent"


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is made, and where its ID comes from."""

    now: float
    new_id: Callable[[], str]


def build_user(state: InstanceState, spec: Mapping[str, Any], moment: Moment) -> User:
    """Return a new user. Raises ValueError that says what is wrong with the spec."""
    members, named = _parsed(spec)
    username = members.get("Username")
    if not username:
        raise ValueError("a user needs a Username")
    if state.users.is_taken(username, ignore_case=False):
        raise ValueError(f"the username {username!r} is taken")
    user_id = str(named.get("id") or moment.new_id())
    user = User(
        id=user_id,
        arn=state.arn_of("agent", user_id),
        username=username,
        channels=phone_settings.created(members),
        written_views=("legacy",),
        routing_profile_id=_default_routing_profile(state),
        security_profile_ids=(_by_name(state, "security-profile", DEFAULT_SECURITY_PROFILE),)
        if not members.get("SecurityProfileIds") and "securityprofilenames" not in named
        else (),
        last_modified_time=round(moment.now, 3),
        proficiencies_modified_time=round(moment.now, 3),
    )
    without_phone = {
        name: value for name, value in members.items() if name not in ("PhoneConfig", *phone_settings.LISTS)
    }
    return _with_members(state, user, without_phone, named, moment.now)


def edit_user(state: InstanceState, user: User, spec: Mapping[str, Any], now: float) -> User:
    """Return a user after an edit: blocks are merged, lists and tags replaced. LastModifiedTime is the caller's."""
    members, named = _parsed(spec)
    if members.get("Username", user.username) != user.username:
        raise ValueError("a username cannot be changed")
    return _with_members(state, user, members, named, now)


def _parsed(spec: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the members of CreateUser, and those that only seeds have, the latter by lower-case name."""
    own = {str(key).lower(): value for key, value in spec.items() if str(key).lower() in _NAMED}
    rest = {key: value for key, value in spec.items() if str(key).lower() not in _NAMED}
    shape = load_service("connect").shape("CreateUserRequest")
    members: dict[str, Any] = to_members(shape, rest, "user")
    return members, own


def _with_members(
    state: InstanceState, user: User, members: Mapping[str, Any], named: Mapping[str, Any], now: float
) -> User:
    changes: dict[str, Any] = {}
    if "IdentityInfo" in members:
        merged = {**user.identity_info, **members["IdentityInfo"]}
        changes["identity_info"] = {name: value for name, value in merged.items() if value}
    if "PhoneConfig" in members or any(name in members for name in phone_settings.LISTS):
        legacy = members.get("PhoneConfig", {})
        channels = phone_settings.with_legacy(user.channels, legacy, merge=True) if legacy else user.channels
        changes["channels"] = phone_settings.with_lists(channels, members)
    if "Tags" in members:
        changes["tags"] = members["Tags"]
    if "DirectoryUserId" in members:
        changes["directory_user_id"] = members["DirectoryUserId"] or None
    if "proficiencies" in named:
        changes["proficiencies"] = _proficiencies(named["proficiencies"])
        changes["proficiencies_modified_time"] = round(now, 3)
    return replace(user, **changes, **_references(state, members, named))


def _references(state: InstanceState, members: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "RoutingProfileId" in members:
        found["routing_profile_id"] = _existing(state, "routing-profile", members["RoutingProfileId"])
    if "routingprofilename" in named:
        found["routing_profile_id"] = _by_name(state, "routing-profile", named["routingprofilename"])
    if "SecurityProfileIds" in members:
        ids = [_existing(state, "security-profile", value) for value in members["SecurityProfileIds"]]
        found["security_profile_ids"] = tuple(ids)
    if "securityprofilenames" in named:
        ids = [_by_name(state, "security-profile", name) for name in named["securityprofilenames"]]
        found["security_profile_ids"] = tuple(ids)
    if "HierarchyGroupId" in members:
        group = members["HierarchyGroupId"]
        found["hierarchy_group_id"] = _existing(state, "agent-group", group) if group else None
    if "hierarchygrouppath" in named:
        found["hierarchy_group_id"] = _by_path(state, named["hierarchygrouppath"])
    return found


def _proficiencies(items: Any) -> tuple[Proficiency, ...]:  # noqa: ANN401 - a JSON tree, checked here
    shape = load_service("connect").shape("UserProficiencyList")
    parsed = to_members(shape, items, "proficiencies")
    return tuple(
        Proficiency(name=item["AttributeName"], value=item["AttributeValue"], level=float(item["Level"]))
        for item in parsed
    )


def _existing(state: InstanceState, kind: str, value: str) -> str:
    record_id = value.rpartition("/")[2]
    if state.table(kind).get(record_id) is None:
        raise ValueError(f"no {kind} {value} in instance {state.id}")
    return record_id


def _by_name(state: InstanceState, kind: str, name: str) -> str:
    for record in state.table(kind).after(None):
        if record.name == name:
            return str(record.id)
    raise ValueError(f"no {kind} named {name!r} in instance {state.id}")


def _by_path(state: InstanceState, path: str) -> str | None:
    if not path:
        return None
    for group in state.hierarchy_groups.after(None):
        if "/".join(item.name for item in path_of(group, state)) == path:
            return group.id
    raise ValueError(f"no hierarchy group {path!r} in instance {state.id}")


def _default_routing_profile(state: InstanceState) -> str:
    profiles = list(state.routing_profiles.after(None))
    if not profiles:
        raise ValueError(f"instance {state.id} has no routing profile")
    return next((profile.id for profile in profiles if profile.is_default), profiles[0].id)
