"""How a user looks in each answer: DescribeUser, ListUsers, SearchUsers, and the whole truth for tests.

SearchUsers shows no e-mail addresses, no mobile number and no LastModifiedTime, and milliseconds (service model).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect_sim.semantics import phone_settings

if TYPE_CHECKING:
    from connect_sim.state.records import Proficiency, User
    from connect_sim.state.settings import Settings


def described(user: User, region: str, settings: Settings) -> dict[str, Any]:
    """Return DescribeUser's User."""
    return {
        **_shared(user),
        "IdentityInfo": user.identity_info,
        **_phone_views(user, settings),
        "LastModifiedTime": user.last_modified_time,
        "LastModifiedRegion": region,
    }


def summarized(user: User, region: str) -> dict[str, Any]:
    """Return ListUsers' UserSummary."""
    return {
        "Id": user.id,
        "Arn": user.arn,
        "Username": user.username,
        "LastModifiedTime": user.last_modified_time,
        "LastModifiedRegion": region,
    }


def searched(user: User, settings: Settings) -> dict[str, Any]:
    """Return SearchUsers' UserSearchSummary."""
    names = {name: value for name, value in user.identity_info.items() if name in ("FirstName", "LastName")}
    views = _phone_views(user, settings)
    return {
        **_shared(user),
        "IdentityInfo": names,
        **phone_settings.in_milliseconds(views, per_channel=settings["searchPerChannelUnit"] == "ms"),
    }


def true_state(user: User, region: str, settings: Settings) -> dict[str, Any]:
    """Return everything about a user, proficiencies included; nobody knows the password any more."""
    return {
        **{name: value for name, value in described(user, region, settings).items() if value is not None},
        "Tags": user.tags,
        "Proficiencies": [proficiency_view(item) for item in user.proficiencies],
    }


def proficiency_view(proficiency: Proficiency) -> dict[str, Any]:
    """Return a UserProficiency."""
    return {
        "AttributeName": proficiency.name,
        "AttributeValue": proficiency.value,
        "Level": proficiency.level,
    }


def _shared(user: User) -> dict[str, Any]:
    return {
        "Id": user.id,
        "Arn": user.arn,
        "Username": user.username,
        "DirectoryUserId": user.directory_user_id,
        "SecurityProfileIds": list(user.security_profile_ids),
        "RoutingProfileId": user.routing_profile_id,
        "HierarchyGroupId": user.hierarchy_group_id,
        "Tags": user.tags,
    }


def _phone_views(user: User, settings: Settings) -> dict[str, Any]:
    everything = settings["phoneViews"] == "both"
    views: dict[str, Any] = {}
    if everything or "legacy" in user.written_views:
        views["PhoneConfig"] = phone_settings.legacy_view(user.channels)
    if everything or "channels" in user.written_views:
        views.update(phone_settings.list_views(user.channels))
    return views
