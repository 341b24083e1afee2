"""The manifest as a pass reads it: references resolved, and what the instance adds. Pure; one place for all who ask."""

from __future__ import annotations

from connect_operator.domain.kinds.spec import AllowedNamespace, ConnectUserSpec
from connect_operator.domain.plan import grants, leaving
from connect_operator.domain.plan.desired import Resolution, resolve
from connect_operator.domain.plan.leaving import Phase
from connect_operator.engine.users import evidence
from connect_operator.engine.users.situation import Situation


def resolution(situation: Situation) -> Resolution:
    """The manifest with its references resolved against what the instance has now, and with its default tags.

    An inactive user has the instance's inactive profiles in place of its own.
    """
    instance = situation.instance
    if not is_inactive(situation):
        return _resolved(situation, situation.spec)
    spec = leaving.with_profiles(situation.spec, instance.spec.inactive)
    return leaving.blamed(_resolved(situation, spec), instance.name)


def inactive_profiles(situation: Situation) -> Resolution:
    """Only what makes a user inactive: the instance's inactive profiles."""
    spec = leaving.with_profiles(ConnectUserSpec(), situation.instance.spec.inactive)
    return leaving.blamed(_resolved(situation, spec), situation.instance.name)


def is_inactive(situation: Situation) -> bool:
    """Whether the user is to be inactive now. Before activeFrom one that does not exist yet is not."""
    phase = leaving.phase(situation.spec, situation.now)
    if phase is not Phase.SCHEDULED:
        return phase is Phase.INACTIVE
    record = evidence.match(situation)
    return record is not None and evidence.is_own(situation, record)


def grant(situation: Situation, *, as_found: bool = False) -> AllowedNamespace:
    """What the namespace may give; `as_found`: what a user may have whom it takes over.

    What inactive users have is the administrator's gift.
    """
    if not as_found and not is_inactive(situation):
        return situation.grant
    security, routing = leaving.names(situation.instance.spec.inactive, situation.instance.catalogs)
    return grants.beside(situation.grant, security, routing)


def _resolved(situation: Situation, spec: ConnectUserSpec) -> Resolution:
    instance = situation.instance
    return resolve(
        spec,
        situation.user.username,
        situation.arn,
        instance.catalogs,
        identity_type=instance.identity_type,
        default_tags=instance.spec.default_tags,
    )
