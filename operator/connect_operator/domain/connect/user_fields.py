"""A user field by field: what a write has changed, and putting single fields of one reading into another.

A field is named as in ObservedUser; what is read in parts has one name a part: `contact.email`, `tags.team`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec import UNSET

from connect_operator.domain.connect.user import ContactDetails, ObservedUser

_IDENTITY = frozenset({"user_id", "arn", "username"})
_CONTACT = "contact."
_TAGS = "tags."
_WHOLE = tuple(name for name in ObservedUser.__struct_fields__ if name not in {*_IDENTITY, "contact", "tags"})


def changed_fields(before: ObservedUser, after: ObservedUser) -> frozenset[str]:
    """The names of the fields in which the two differ."""
    one, other = _flat(before), _flat(after)
    return frozenset(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def nobody(user: ObservedUser) -> ObservedUser:
    """That user as it would be with nothing set: what CreateUser starts from."""
    return ObservedUser(
        user_id=user.user_id, arn=user.arn, username=user.username, contact=ContactDetails(), proficiencies=()
    )


def with_fields(user: ObservedUser, fields: Collection[str], source: ObservedUser) -> ObservedUser:
    """`user` with these fields as `source` has them."""
    members: dict[str, Any] = {name: getattr(source, name) for name in fields if name in _WHOLE}
    contact = {name.removeprefix(_CONTACT) for name in fields if name.startswith(_CONTACT)}
    if contact and user.contact is not UNSET and source.contact is not UNSET:
        kept = {name: getattr(source.contact, name) for name in contact}
        members["contact"] = msgspec.structs.replace(user.contact, **kept)
    tags = {name.removeprefix(_TAGS) for name in fields if name.startswith(_TAGS)}
    if tags:
        others = {key: value for key, value in user.tags.items() if key not in tags}
        members["tags"] = others | {key: value for key, value in source.tags.items() if key in tags}
    return msgspec.structs.replace(user, **members)


def _flat(user: ObservedUser) -> dict[str, Any]:
    flat = {name: getattr(user, name) for name in _WHOLE}
    if user.contact is not UNSET:
        flat |= {f"{_CONTACT}{name}": getattr(user.contact, name) for name in ContactDetails.__struct_fields__}
    return flat | {f"{_TAGS}{key}": value for key, value in user.tags.items()}
