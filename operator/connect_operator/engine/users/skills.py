"""Whether the proficiencies that a user is to get exist in the instance. Pure.

Connect says only that one of them does not, and may have taken others away by then.
"""

from __future__ import annotations

from collections.abc import Iterable

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect import attributes
from connect_operator.domain.kinds.spec import UNSET, Proficiency
from connect_operator.domain.plan.changes import Call
from connect_operator.engine.users.situation import ReadAttributes, Situation

_MEMBER = "UserProficiencies"
GIVING = frozenset({"AssociateUserProficiencies", "UpdateUserProficiencies"})
SECTION = GIVING | {"DisassociateUserProficiencies"}
"""Where one cannot be given none is taken away, nor half of a change made."""


def to_read(situation: Situation, calls: Iterable[Call]) -> ReadAttributes | None:
    """Which attribute is to be read before one of these calls gives it; None where enough is known."""
    wanted = [each for _, each in _given(situation, calls)]
    name = situation.instance.attributes.due(wanted, situation.tick)
    return None if name is None else ReadAttributes(name)


def missing(situation: Situation, calls: Iterable[Call]) -> Verdict | None:
    """What the instance does not have of that which these calls would give."""
    known = situation.instance.attributes
    told = attributes.missing(_given(situation, calls), known.values, known.names)
    return Verdict(reason=Reason.REFERENCE_NOT_FOUND, message="; ".join(told)) if told else None


def _given(situation: Situation, calls: Iterable[Call]) -> list[tuple[int, Proficiency]]:
    """The proficiencies that are new or get another level, each with its place in the manifest."""
    wanted = situation.spec.proficiencies
    pairs = {
        (each["AttributeName"], each["AttributeValue"])
        for call in calls
        if call.operation in GIVING
        for each in call.parameters[_MEMBER]
    }
    entries = () if wanted is UNSET else wanted
    return [(place, each) for place, each in enumerate(entries) if (each.attribute_name, each.attribute_value) in pairs]
