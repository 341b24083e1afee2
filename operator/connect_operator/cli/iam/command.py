"""The command `iam-policy` itself: whose cluster, which instance, which features; print the JSON."""

from __future__ import annotations

import asyncio
import json
import os
import re

import click

from connect_operator.cli import cluster
from connect_operator.cli.iam.calls import MEANING, Feature
from connect_operator.cli.iam.policy import Scope, policy
from connect_operator.cli.session import settings
from connect_operator.cli.terminal import messages
from connect_operator.domain.connect.arn import InstanceArn, bare_id, parse_instance_arn

_ALL = "all"
# As CONNECT_OPERATOR_CLUSTER_ID has it; a wildcard would let the policy hold for everybody's users.
_CLUSTER_ID = re.compile("[A-Za-z0-9-]{1,36}")
_ID = re.compile("[A-Za-z0-9-]+")


@click.command("iam-policy", short_help="The least IAM policy, as JSON.")
@click.option("--instance", required=True, metavar="ARN", help="The ARN of the Connect instance.")
@click.option(
    "--cluster-id",
    metavar="ID",
    help="The first part of the owner tags. Default: CONNECT_OPERATOR_CLUSTER_ID, else the UID of the namespace "
    "kube-system of the cluster that KUBECONFIG names.",
)
@click.option(
    "--features",
    multiple=True,
    metavar="NAME,…",
    help=f"What is used besides: {', '.join(f'{name} ({meaning})' for name, meaning in MEANING.items())}; or {_ALL}.",
)
@click.option("--routing-profile", "routing_profiles", multiple=True, metavar="ID", help="One that users may be given.")
@click.option(
    "--security-profile", "security_profiles", multiple=True, metavar="ID", help="One that users may be given."
)
@click.option("--read-only", is_flag=True, help="For plan, import, who, diff and csv export alone.")
def command(
    *,
    instance: str,
    cluster_id: str | None,
    features: tuple[str, ...],
    routing_profiles: tuple[str, ...],
    security_profiles: tuple[str, ...],
    read_only: bool,
) -> None:
    """Print the least IAM policy that the operator needs for one instance, as JSON.

    Writes to existing users are limited to those that carry this cluster's owner tag. Name the profiles that users may
    be given, and nobody can make an administrator by YAML. Each statement is explained in docs/iam.md.
    """
    scope = Scope(
        instance=_arn(instance),
        cluster_id="" if read_only else _cluster_id(cluster_id),
        features=_features(features),
        routing_profiles=_ids("--routing-profile", routing_profiles),
        security_profiles=_ids("--security-profile", security_profiles),
        read_only=read_only,
    )
    click.echo(json.dumps(policy(scope), indent=2))
    if not (security_profiles or read_only):
        messages().print(
            "any security profile of the instance may be given, an administrator's included; name those that may be "
            "with --security-profile ID"
        )


def _arn(text: str) -> InstanceArn:
    arn = parse_instance_arn(text)
    if arn is None:
        raise click.UsageError(
            f"--instance {text!r} is no ARN of a Connect instance; it looks like "
            "arn:aws:connect:REGION:ACCOUNT:instance/ID, and the AWS console shows it"
        )
    return arn


def _features(given: tuple[str, ...]) -> tuple[Feature, ...]:
    names = [name.strip() for each in given for name in each.split(",") if name.strip()]
    unknown = sorted({name for name in names if name != _ALL and name not in set(Feature)})
    if unknown:
        raise click.UsageError(
            f"--features: there is no {' and no '.join(unknown)}; there are {', '.join(Feature)} and {_ALL}"
        )
    return tuple(Feature) if _ALL in names else tuple(map(Feature, names))


def _ids(option: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """A name would allow nothing in a policy, and a wildcard everything."""
    for each in given:
        if not _ID.fullmatch(bare_id(each)):
            raise click.UsageError(
                f"{option} {each!r} is no ID of a profile: IAM knows no names, and '*' allows all of them; copy "
                "the ID from the Amazon Connect console"
            )
    return tuple(map(bare_id, given))


def _cluster_id(given: str | None) -> str:
    if given and not _CLUSTER_ID.fullmatch(given):
        raise click.UsageError(
            f"--cluster-id {given!r} is none that an operator can have: use at most 36 of A-Z, a-z, 0-9 and '-'"
        )
    known = given or settings().cluster_id
    if known:
        return known
    if cluster.is_configured(os.environ):
        try:
            found = asyncio.run(_of_cluster())
        except cluster.ClusterError as error:
            raise click.ClickException(f"{error}; or say --cluster-id") from error
        if found:
            return found
    raise click.UsageError(
        "whose users? say --cluster-id, the operator's CONNECT_OPERATOR_CLUSTER_ID; without one it is the UID of the "
        "namespace kube-system (kubectl get namespace kube-system -o jsonpath={.metadata.uid})"
    )


async def _of_cluster() -> str | None:
    async with cluster.connection(os.environ) as opened:
        return await cluster.cluster_id(opened, None)
