"""A user who was given a security profile in Connect that its namespace may not give loses it before all else. Pure.

Who has many users can make the lines of other calls as long as it likes, and keep the profile for as long as the call
that takes it away is decided on after them.
"""

from __future__ import annotations

import msgspec

from connect_operator.domain.plan import grants, leaving
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.plan.leaving import SECURITY
from connect_operator.domain.plan.plan import Plan
from connect_operator.engine.instances.record import Record
from connect_operator.engine.users import drift_policy, objections
from connect_operator.engine.users.drift_policy import Share
from connect_operator.engine.users.situation import Situation


def is_promoted(situation: Situation, record: Record) -> bool:
    """Whether the user has a security profile that the namespace may not give."""
    return _gives_more(situation, record, record.user.security_profile_ids)


def demotes(situation: Situation, record: Record, call: Call) -> bool:
    """Whether the call takes such a profile away."""
    return _gives_more(situation, record, leaving.taken_away(call, record.user))


def share(situation: Situation, record: Record, full: Plan) -> Share:
    """What of a plan does, unless it is left to Connect or has to wait for hours of repair."""
    if situation.spec.management_policy == "Observe" or not any(
        demotes(situation, record, each) for each in full.calls
    ):
        return Share(Plan())
    shared = drift_policy.share(situation, record, full)
    calls = tuple(call for call in shared.todo.calls if demotes(situation, record, call))
    return Share(Plan(calls=calls), repairs=shared.repairs)


def _gives_more(situation: Situation, record: Record, profile_ids: tuple[str, ...]) -> bool:
    user = msgspec.structs.replace(record.user, security_profile_ids=profile_ids)
    gifts = objections.gifts(situation)
    found = grants.holdings(situation.grant, user, situation.instance.catalogs, gifts)
    return any(each.operation == SECURITY for each in found)
