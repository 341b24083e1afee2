"""DescribeInstance and ListInstances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connect_sim.semantics.lookup import instance_of
from connect_sim.semantics.paging import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.records import Instance
    from connect_sim.state.world import InstanceState, World

_LIST = Listing("ListInstances", "InstanceSummaryList", default_size=10)


def describe_instance(world: World, params: Params, context: CallContext) -> Output:
    """Return one instance, its identity management type among the rest."""
    instance = instance_of(world, params, context).instance
    reason = {"Message": instance.status_reason} if instance.status_reason else None
    return {"Instance": {**_summary(instance), "StatusReason": reason, "Tags": instance.tags}}


def list_instances(world: World, params: Params, context: CallContext) -> Output:
    """Return a page of the instances of the caller's account and region."""
    caller = context.caller

    def after(key: str | None) -> Iterator[InstanceState]:
        for state in world.instances.after(key):
            if (state.instance.account, state.instance.region) == (caller.account, caller.region):
                yield state

    return _LIST.output(params, context, after, lambda state: _summary(state.instance))


def _summary(instance: Instance) -> dict[str, Any]:
    partition = instance.arn.split(":")[1]
    return {
        "Id": instance.id,
        "Arn": instance.arn,
        "IdentityManagementType": instance.identity_management_type,
        "InstanceAlias": instance.alias,
        "CreatedTime": instance.created_time,
        "ServiceRole": f"arn:{partition}:iam::{instance.account}:role/aws-service-role/connect.amazonaws.com/"
        f"AWSServiceRoleForAmazonConnect_{instance.id[:8]}",
        "InstanceStatus": instance.status,
        "InboundCallsEnabled": True,
        "OutboundCallsEnabled": True,
        "InstanceAccessUrl": f"https://{instance.alias}.my.connect.aws",
    }
