"""The manifest as a pass reads it: references resolved, and what the instance adds. Pure; a Situation asks it once."""

from __future__ import annotations

import functools

from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.kinds.spec import AllowedNamespace, ConnectUserSpec
from connect_operator.domain.plan import grants, leaving
from connect_operator.domain.plan.desired import Resolution, resolve
from connect_operator.engine.instances.view import InstanceView


def resolved(
    spec: ConnectUserSpec, username: str, arn: InstanceArn, instance: InstanceView, grant: AllowedNamespace
) -> Resolution:
    """The manifest with its references resolved against what the instance has now, and with its default tags."""
    return resolve(
        spec,
        username,
        arn,
        instance.catalogs,
        identity_type=instance.identity_type,
        default_tags=instance.spec.default_tags,
        shown=functools.partial(grants.givable, grant),
    )


def deactivated(
    spec: ConnectUserSpec, username: str, arn: InstanceArn, instance: InstanceView, grant: AllowedNamespace
) -> Resolution:
    """Likewise, with the instance's inactive profiles in place of the manifest's own."""
    found = resolved(leaving.with_profiles(spec, instance.spec.inactive), username, arn, instance, grant)
    return leaving.blamed(found, instance.name)
