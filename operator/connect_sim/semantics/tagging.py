"""TagResource, UntagResource and ListTagsForResource, for users and whatever else of an instance carries tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from connect_sim.errors import ApiError, invalid_parameter
from connect_sim.semantics.lookup import ARN, find_instance, find_record, find_user, find_user_to_write
from connect_sim.semantics.user_updates import store

if TYPE_CHECKING:
    from connect_sim.semantics.context import CallContext, Output, Params
    from connect_sim.state.world import InstanceState, World

MAX_TAGS = 50
_RESERVED = "aws:"
_TAGGABLE = ("routing-profile", "security-profile", "agent-group", "contact")


def list_tags(world: World, params: Params, context: CallContext) -> Output:
    """Return a resource's tags."""
    state, kind = _resource(world, params["resourceArn"], context)
    if kind == "agent":
        tags = find_user(state, params["resourceArn"], context).tags
    else:
        tags = _tags(state, kind, params["resourceArn"], context)
    return {"tags": tags}


def tag_resource(world: World, params: Params, context: CallContext) -> None:
    """Add tags, or overwrite their values."""
    state, kind = _resource(world, params["resourceArn"], context)
    tags = {**_tags(state, kind, params["resourceArn"], context), **params["tags"]}
    if sum(1 for key in tags if not key.startswith(_RESERVED)) > MAX_TAGS:
        raise ApiError(context.settings["tagQuotaCode"], f"A resource has at most {MAX_TAGS} tags.")
    _put_tags(world, state, kind, params["resourceArn"], tags, context)


def untag_resource(world: World, params: Params, context: CallContext) -> None:
    """Take tags away."""
    state, kind = _resource(world, params["resourceArn"], context)
    tags = _tags(state, kind, params["resourceArn"], context)
    absent = [key for key in params["tagKeys"] if key not in tags]
    if absent and context.settings["untagAbsent"] == "refused":
        raise invalid_parameter("tagKeys names a tag that the resource does not have.")
    kept = {key: value for key, value in tags.items() if key not in params["tagKeys"]}
    _put_tags(world, state, kind, params["resourceArn"], kept, context)


def _resource(world: World, arn: str, context: CallContext) -> tuple[InstanceState, str]:
    found = ARN.fullmatch(arn)
    kind = (found["type"] or "instance") if found else ""
    if found is None or kind not in ("instance", "agent", *_TAGGABLE):
        raise invalid_parameter("resourceArn is not the ARN of a resource that carries tags.")
    instance_arn = arn.partition("/")[0] + "/" + found["instance"]
    return find_instance(world, instance_arn, context), kind


def _tags(state: InstanceState, kind: str, arn: str, context: CallContext) -> dict[str, str]:
    """Return the newest tags: a write is never based on what a lagging reader sees."""
    if kind == "instance":
        return state.instance.tags
    if kind == "agent":
        return find_user_to_write(state, arn, context).tags
    found: dict[str, str] = find_record(state, arn, kind, context).tags
    return found


def _put_tags(
    world: World, state: InstanceState, kind: str, arn: str, tags: dict[str, str], context: CallContext
) -> None:
    if kind == "instance":
        world.put_instance(replace(state.instance, tags=tags))
    elif kind == "agent":
        user = find_user_to_write(state, arn, context)
        moves = context.settings["taggingMovesLastModified"] == "yes"
        modified = context.modified_now if moves else user.last_modified_time
        store(world, state, replace(user, tags=tags, last_modified_time=modified), context)
    else:
        world.put(state, kind, replace(find_record(state, arn, kind, context), tags=tags))
