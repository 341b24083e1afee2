"""A user who was given a security profile in Connect that its namespace may not give loses it before all else. Pure.

Who has many users can make the lines of other calls as long as it likes, and keep the profile for as long as the call
that takes it away is decided on after them.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from connect_operator.domain.connect.references import Catalog, CatalogKind
from connect_operator.domain.connect.user import DesiredUser
from connect_operator.domain.plan import grants, leaving, sections
from connect_operator.domain.plan.changes import Call, asked
from connect_operator.domain.plan.leaving import REMOVAL, SECURITY
from connect_operator.domain.plan.plan import Plan, plan
from connect_operator.engine.instances.record import Record
from connect_operator.engine.users import decide_leaving, drift_policy, objections, resolving, tries, wording
from connect_operator.engine.users.applied import left_to_connect
from connect_operator.engine.users.drift_policy import Share
from connect_operator.engine.users.situation import Situation, Update


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


def relief(situation: Situation, record: Record) -> Update | None:
    """Take away just what the namespace may not give, and its manifest does not ask for.

    For where the manifest's own profiles may not be given, or not yet, since the user's contacts or the deletion guard
    are waited for. Connect wants one profile left: where all go, those of the manifest that may be given, else those of
    leavers, else the first that the namespace may give.

    Nothing is taken away where the manifest says nothing of profiles, or not all that it names exist: somebody may have
    renamed the very profile that it means, which must lock nobody out.
    """
    repair = situation.instance.repair
    left_alone = sections.SECURITY in left_to_connect(situation) or (repair is not None and not repair.is_open)
    held, own = record.user.security_profile_ids, _own(situation)
    if situation.spec.management_policy == "Observe" or left_alone or not own:
        return None
    kept = tuple(each for each in held if each in own or not _is_more(situation, record, each))
    kept = kept or tuple(each for each in own if not _is_more(situation, record, each)) or _least(situation)
    wanted = DesiredUser(username=record.user.username, security_profile_ids=kept)
    calls = [call for call in plan(wanted, record.user, trust_unseen=True).calls if call.operation == SECURITY]
    if not kept or not calls or not set(held) - set(kept):
        return None
    [call] = calls
    if situation.memory.writes.refusal(SECURITY, asked(call.changes)) or tries.is_given_up(situation, call):
        return None
    sign_out = "" if situation.inactive or situation.user.deleting else decide_leaving.ends_sessions(situation, REMOVAL)
    return Update(record.user.user_id, call, wording.changes(situation, call), sign_out=sign_out, demotes=True)


def _own(situation: Situation) -> tuple[str, ...]:
    """The ids of the security profiles that the manifest itself asks for; none where one of them does not exist."""
    user, instance = situation.user, situation.instance
    found = resolving.resolved(situation.spec, user.username, situation.arn, instance, situation.grant)
    ids = found.desired.security_profile_ids
    return () if ids is UNSET else ids


def _least(situation: Situation) -> tuple[str, ...]:
    """The ids of profiles that may be given in place of others that nobody may give."""
    known = situation.instance.catalogs.get(CatalogKind.SECURITY_PROFILE, ())
    leavers = objections.gifts(situation, as_found=True).security
    granted = situation.grant.security_profile_names
    found = tuple(entry.id for entry in known if entry.name in leavers)
    return found or _first(() if granted is UNSET else granted, known)


def _first(names: tuple[str, ...], known: Catalog) -> tuple[str, ...]:
    return next(((entry.id,) for name in names for entry in known if entry.name == name), ())


def _is_more(situation: Situation, record: Record, profile_id: str) -> bool:
    return _gives_more(situation, record, (profile_id,), as_found=True)


def _gives_more(situation: Situation, record: Record, profile_ids: tuple[str, ...], *, as_found: bool = False) -> bool:
    user = msgspec.structs.replace(record.user, security_profile_ids=profile_ids)
    gifts = objections.gifts(situation, as_found=as_found)
    found = grants.holdings(situation.grant, user, situation.instance.catalogs, gifts)
    return any(each.operation == SECURITY for each in found)
