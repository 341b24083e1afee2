"""Which instances a command reads: ConnectInstances by name, or any instance by ID or ARN.

Where a cluster is configured, its ConnectInstances lend their Region, role and quotas also to an instance that is named
by its ID: who knows the ID need not know the role.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import click
from rich.console import Console

from connect_operator.cli import cluster
from connect_operator.cli.options import InstanceOptions
from connect_operator.cli.terminal import printable
from connect_operator.domain.connect.arn import UUID, bare_id, parse_instance_arn
from connect_operator.domain.kinds.objects import parse_instance
from connect_operator.domain.kinds.spec import UNSET, ConnectInstanceSpec
from connect_operator.domain.text.near_names import hint
from connect_operator.domain.text.safe_text import quoted


@dataclass(frozen=True, slots=True)
class Target:
    """An instance to read; `raw` is the spec of its ConnectInstance as JSON, empty where there is none."""

    name: str
    spec: ConnectInstanceSpec
    raw: Mapping[str, Any] = field(default_factory=dict)


async def find_targets(wanted: Sequence[InstanceOptions], console: Console) -> tuple[Target, ...]:
    """The instances that are asked for, all ConnectInstances of the cluster if none is. Raises click's exceptions."""
    known = await _of_cluster(console, needed=not wanted)
    if not wanted:
        return known
    found = {target.name: target for target in (_find(each, known) for each in wanted)}
    return tuple(found.values())


async def _of_cluster(console: Console, *, needed: bool) -> tuple[Target, ...]:
    if not cluster.is_configured(os.environ):
        if needed:
            raise click.UsageError(
                "which instance? name it with --instance ID_OR_ARN, or set KUBECONFIG for all ConnectInstances"
            )
        return ()
    try:
        async with cluster.connection(os.environ) as opened:
            raw = await cluster.raw_instances(opened)
    except cluster.ClusterError as error:
        if needed:
            raise click.ClickException(f"{error}; or name the instance with --instance") from error
        console.print(printable(f"going on without the cluster: {error}"))
        return ()
    parsed = [(parse_instance(each), each) for each in raw]
    return tuple(
        Target(instance.metadata.name, instance.spec, each.get("spec", {}))
        for instance, each in parsed
        if instance.spec is not None
    )


def _find(options: InstanceOptions, known: Sequence[Target]) -> Target:
    """The ConnectInstance of that name or ID, unless the command line itself says how to reach the instance."""
    said = options.region or options.role_arn
    for target in known:
        if options.instance == target.name or (not said and _is(target.spec, options.instance)):
            return target
    if known and not said and not UUID.fullmatch(options.instance) and parse_instance_arn(options.instance) is None:
        near = hint(options.instance, tuple(target.name for target in known))
        remedy = near or f"there are {', '.join(target.name for target in known)}"
        raise click.UsageError(
            f"there is no ConnectInstance {quoted(options.instance)}, and it is no ID or ARN of an instance; {remedy}"
        )
    return Target(bare_id(options.instance), options.spec("*"))


def _is(spec: ConnectInstanceSpec, wanted: str) -> bool:
    """Whether an ID or ARN is that instance's; replicas in two Regions share their ID."""
    if bare_id(spec.instance_id) != bare_id(wanted):
        return False
    asked, own = parse_instance_arn(wanted), parse_instance_arn(spec.instance_id)
    region = own.region if own else spec.region
    return asked is None or region is UNSET or region == asked.region
