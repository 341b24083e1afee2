"""The manifest as a pass reads it: references resolved, and what the instance adds. Pure; one place for all who ask."""

from __future__ import annotations

from connect_operator.domain.desired import Resolution, resolve
from connect_operator.engine.users.situation import Situation


def resolution(situation: Situation) -> Resolution:
    """The manifest with its references resolved against what the instance has now, and with its default tags."""
    instance = situation.instance
    return resolve(
        situation.spec,
        situation.user.username,
        situation.arn,
        instance.catalogs,
        identity_type=instance.identity_type,
        default_tags=instance.spec.default_tags,
    )
