"""Whether what a user is to carry fits into the tags that Connect allows, and who can make room. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET

from connect_operator.domain.connect.ownership import own_tags
from connect_operator.domain.connect.user import DesiredUser

MOST_TAGS = 50
"""Of a resource, as the service model of TagResource and CreateUser has it."""


def lacking(desired: DesiredUser, instance: str, present: Mapping[str, str]) -> str:
    """What is too much, and what to do; "" where there is room. `present`: the tags that the user has."""
    own = len(desired.tags) if desired.tags is not UNSET else 0
    default = own_tags(desired.default_tags).keys() - (desired.tags if desired.tags is not UNSET else {})
    others = len(own_tags(present).keys() - default) if desired.tags is UNSET else 0
    excess = own + others + len(default) + 1 - MOST_TAGS
    if excess <= 0:
        return ""
    theirs = f"spec.tags has {own}" if own else f"spec.tags: the user has {others} other tags in Connect"
    given = f" and spec.defaultTags of ConnectInstance {instance} adds {len(default)}" if default else ""
    place = "out of spec.tags" if own else "off in Connect"
    ask = ", or ask the instance's administrator to shorten spec.defaultTags" if default else ""
    return (
        f"{theirs}{given}; with the owner tag that makes {MOST_TAGS + excess}, and Connect allows {MOST_TAGS}: "
        f"take {excess} {place}{ask}"
    )
