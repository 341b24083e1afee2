"""Amazon Connect's identifiers: an ID or an ARN, and what one tells about the other.

Source of the forms: the service authorization reference (users are `agent/…`, hierarchy groups `agent-group/…`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_ARN = re.compile(
    r"^arn:(?P<partition>aws[-a-z0-9]*):connect:(?P<region>[-a-z0-9]+):(?P<account>[0-9]{12})"
    r":instance/(?P<instance>[-a-zA-Z0-9]+)(?P<rest>/.*)?$"
)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The form of the IDs that Amazon Connect makes; no form that it requires."""
_ROLE = re.compile(r"^arn:aws[-a-z0-9]*:iam::(?P<account>[0-9]{12}):role/")


class InstanceArn(NamedTuple):
    """The parts of an instance's ARN."""

    partition: str
    region: str
    account: str
    instance_id: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:connect:{self.region}:{self.account}:instance/{self.instance_id}"


def parse_instance_arn(text: str) -> InstanceArn | None:
    """The instance that an ARN of the instance, or of anything in it, belongs to; None for what is no such ARN."""
    match = _ARN.match(text)
    if not match:
        return None
    return InstanceArn(match["partition"], match["region"], match["account"], match["instance"])


def bare_id(id_or_arn: str) -> str:
    """The ID at the end of an ARN; an ID is returned as it is."""
    return id_or_arn.rsplit("/", 1)[-1] if id_or_arn.startswith("arn:") else id_or_arn


def foreign_instance(id_or_arn: str, instance: InstanceArn | str) -> bool:
    """Whether an ARN names a resource of another instance; replicas in two regions share their ID, not their ARN."""
    arn = parse_instance_arn(id_or_arn)
    if arn is None:
        return False
    return arn != instance if isinstance(instance, InstanceArn) else arn.instance_id != instance


def role_account(role_arn: str) -> str | None:
    """The account of an IAM role's ARN."""
    match = _ROLE.match(role_arn)
    return match["account"] if match else None
