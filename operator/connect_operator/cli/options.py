"""Options that several commands share: which instance, and how it is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click
from msgspec import UNSET, UnsetType

from connect_operator.domain.kinds.spec import AllowedNamespace, AssumeRole, ConnectInstanceSpec

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class InstanceOptions:
    """An instance as the command line names it."""

    instance: str
    region: str | None = None
    role_arn: str | None = None
    external_id: str | None = None

    def spec(self, namespace: str) -> ConnectInstanceSpec:
        """The spec of a ConnectInstance that says the same, open to that namespace."""
        role: AssumeRole | UnsetType = UNSET
        if self.role_arn is not None:
            role = AssumeRole(role_arn=self.role_arn, external_id=self.external_id or UNSET)
        return ConnectInstanceSpec(
            instance_id=self.instance,
            region=self.region or UNSET,
            assume_role=role,
            allowed_namespaces=(AllowedNamespace(name=namespace),),
            # What is imported is taken over by its manifests; without this grant they would be refused.
            allowed_adoption_policies=("Never", "IfUnowned"),
        )


def access_options(command: F) -> F:
    """--region, --role-arn, --external-id, --rate."""
    options = (
        click.option("--region", metavar="REGION", help="The instance's Region. Default: that of the ARN, AWS_REGION."),
        click.option("--role-arn", metavar="ARN", help="A role to assume. Default: the standard AWS credentials."),
        click.option("--external-id", metavar="ID", help="The external ID that the role's trust policy asks for."),
        click.option(
            "--rate",
            type=click.FloatRange(min=0, min_open=True),
            metavar="N",
            help="Calls a second for each operation, if the account's quota is not AWS's default of 2.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def check_access(*, role_arn: str | None, external_id: str | None) -> None:
    """Raises click's UsageError for what goes only together."""
    if external_id is not None and role_arn is None:
        raise click.UsageError("--external-id is for --role-arn; give both, or neither")
