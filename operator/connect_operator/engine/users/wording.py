"""How it is said what a write changes, that it was refused, or that it has no effect. Pure."""

from __future__ import annotations

import re

from msgspec import UNSET

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.references import CatalogKind
from connect_operator.domain.connect.remedies import GOES_ON, told
from connect_operator.domain.plan.changes import Call, Change
from connect_operator.domain.plan.desired import Catalogs
from connect_operator.engine.users.situation import Situation

_BY_NAME = {
    "routingProfileId": ("routing_profile_name", "routingProfileName"),
    "securityProfileIds": ("security_profile_names", "securityProfileNames"),
    "hierarchyGroupId": ("hierarchy_group_path", "hierarchyGroupPath"),
}

_CATALOGS = {
    "routingProfileId": CatalogKind.ROUTING_PROFILE,
    "securityProfileIds": CatalogKind.SECURITY_PROFILE,
    "hierarchyGroupId": CatalogKind.HIERARCHY_GROUP,
}


def changes(situation: Situation, call: Call) -> str:
    """What a write changes, for logs and Events: ids with the names beside them, personal data by its field only."""
    return "; ".join(_told(change, situation.instance.catalogs) for change in call.changes)


def _told(change: Change, catalogs: Catalogs) -> str:
    return change.told if change.is_personal else str(_with_names(change, catalogs))


def _with_names(change: Change, catalogs: Catalogs) -> Change:
    """The same, with the name in brackets behind each id that is known."""
    kind = _CATALOGS.get(change.field)
    if kind is None:
        return change
    names = {each.id: each.told for each in catalogs.get(kind, ())}

    def beside(match: re.Match[str]) -> str:
        name = names.get(match.group())
        return match.group() if name is None else f"{match.group()} ({name})"

    old, new = (re.sub(r"[^, ]+", beside, value) for value in (change.old, change.new))
    return change._replace(old=old, new=new)


def refused(situation: Situation, call: Call, error: ConnectError) -> str:
    """What was refused: the fields as they are written, AWS's own words, and what to do where that can be known."""
    fields = [_written(situation, change.field) for change in call.changes]
    instances = all(each.startswith("ConnectInstance") for each in fields)
    remedies = {
        ErrorKind.NOT_FOUND: "create what is missing in Connect, or correct the manifest",
        ErrorKind.INVALID: "correct the ConnectInstance" if instances else "correct the manifest",
        ErrorKind.CONFLICT: f"something else was changing this user at that moment, so {GOES_ON}",
    }
    return f"{', '.join(fields)}: {told(error, remedies)}"


def _written(situation: Situation, field: str) -> str:
    """The field where its author finds it: by name or by id, in the manifest or in the ConnectInstance."""
    spec, instance = situation.spec, situation.instance
    where: str = "spec."
    block: object = spec
    key = field.removeprefix("tags[").removesuffix("]")
    if field != key and key in instance.spec.default_tags and (spec.tags is UNSET or key not in spec.tags):
        return f"ConnectInstance {instance.name}, spec.defaultTags[{key}]"
    if field in ("routingProfileId", "securityProfileIds") and situation.inactive:
        where, block = f"ConnectInstance {instance.name}, spec.inactive.", instance.spec.inactive
    attribute, name = _BY_NAME.get(field, ("", field))
    return where + (name if getattr(block, attribute, UNSET) is not UNSET else field)


def doubled(names: tuple[str, ...]) -> str:
    """Another instance has a user that says to be the object's as well; which of both is meant only people know."""
    where = ", ".join(names)
    return (
        f"a user that carries this object's owner tag is also in ConnectInstance {where}: delete it there, or take the "
        "tag off"
    )


def not_converging(situation: Situation, calls: tuple[Call, ...]) -> Verdict:
    """Both values, of what was acknowledged twice."""
    made = [_with_names(change, situation.instance.catalogs) for call in calls for change in call.changes]
    values = [f"{change.field}: written {change.new}, Connect shows {change.old}" for change in made]
    told = [change.field if change.is_personal else value for change, value in zip(made, values, strict=True)]
    what = "Connect acknowledged the write twice and still shows another value"
    remedy = "stop what sets it back in Connect, or write what Connect shows into the manifest"
    return Verdict(
        reason=Reason.NOT_CONVERGING,
        message=f"{what}: {'; '.join(values)}; {remedy}",
        event=f"{what}: {'; '.join(told)}; {remedy}",
    )
