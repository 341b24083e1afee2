"""The proficiencies' section of a plan: three calls, in an order in which a refusal leaves nobody poorer."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import UNSET

from connect_operator.domain.connect.aws_names import to_aws
from connect_operator.domain.connect.user import DesiredUser, ObservedUser
from connect_operator.domain.kinds.spec import Proficiency
from connect_operator.domain.plan.changes import Call, Change, shown

_MOST = 10
_DISASSOCIATE = "DisassociateUserProficiencies"
_ByKey = Mapping[tuple[str, str], Proficiency]


def calls(desired: DesiredUser, observed: ObservedUser) -> list[Call]:
    """The calls, in their order, that make the proficiencies as the manifest asks; a key is attribute and value."""
    if desired.proficiencies is UNSET or observed.proficiencies is UNSET:
        return []
    wanted = {(each.attribute_name, each.attribute_value): each for each in desired.proficiencies}
    current = {(each.attribute_name, each.attribute_value): each for each in observed.proficiencies}
    gone = [current[key] for key in current if key not in wanted]
    new = [wanted[key] for key in wanted if key not in current]
    moved = [wanted[key] for key in wanted if key in current and wanted[key].level != current[key].level]
    # What is refused must leave nobody poorer: taken away is first only what has to make room, the rest at the end.
    room = max(0, len(current) + len(new) - _MOST) if new else 0
    return [
        _call(operation, entries, current, wanted)
        for operation, entries in (
            ("UpdateUserProficiencies", moved),
            (_DISASSOCIATE, gone[:room]),
            ("AssociateUserProficiencies", new),
            (_DISASSOCIATE, gone[room:]),
        )
        if entries
    ]


def _call(operation: str, entries: list[Proficiency], current: _ByKey, wanted: _ByKey) -> Call:
    changes = tuple(_change(each, current, wanted) for each in entries)
    dropped = {"level"} if operation == _DISASSOCIATE else set()
    items = [{k: v for k, v in msgspec.to_builtins(each).items() if k not in dropped} for each in entries]
    return Call(operation, {"UserProficiencies": to_aws(items)}, changes)


def _change(each: Proficiency, current: _ByKey, wanted: _ByKey) -> Change:
    key = (each.attribute_name, each.attribute_value)
    levels = [shown(f"{entry.level:g}") if (entry := side.get(key)) else shown("") for side in (current, wanted)]
    return Change(field=f"proficiencies[{key[0]}={key[1]}].level", old=levels[0], new=levels[1])
