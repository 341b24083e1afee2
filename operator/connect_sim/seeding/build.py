"""From specs to records in a world. IDs that a spec leaves out are derived from names, so they never change."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from msgspec import UNSET

from connect_sim.seeding import specs
from connect_sim.seeding.users import Moment, build_user
from connect_sim.state.records import (
    Contact,
    HierarchyGroup,
    Instance,
    PredefinedAttribute,
    QuickConnect,
    RoutingProfile,
    SecurityProfile,
)

if TYPE_CHECKING:
    from connect_sim.state.world import InstanceState, World

MAX_LEVELS = 5
_IDENTITY_TYPES = ("CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY")
_CHANNELS = ("VOICE", "CHAT", "TASK", "EMAIL")
CONTACT_STATES = ("QUEUED", "CONNECTING", "CONNECTED", "MISSED", "ACW", "ENDED")
_QUICK_CONNECT_TYPES = ("USER", "QUEUE", "PHONE_NUMBER", "FLOW")


def build_accounts(world: World, seed: specs.Seed) -> None:
    """Put accounts, keys and roles in place. They come from the seed at every start, never from the state file."""
    world.default_account, world.default_region = seed.default_account, seed.default_region
    world.access_keys = {key.access_key_id: account.id for account in seed.accounts for key in account.access_keys}
    world.roles = {role.arn: role for role in seed.roles}


def derived_id(state: InstanceState, kind: str, name: str) -> str:
    """Return the ID of a resource that was given a name only."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, state.arn_of(kind, name)))


def build_instance(world: World, spec: specs.InstanceSpec, moment: Moment) -> InstanceState:
    """Add an instance with everything in it. Raises ValueError that says what is wrong."""
    if spec.identity_management_type not in _IDENTITY_TYPES:
        raise ValueError(f"identityManagementType must be one of {', '.join(_IDENTITY_TYPES)}")
    instance_id = spec.id or moment.new_id()
    if world.instances.get(instance_id) is not None:
        raise ValueError(f"there is an instance {instance_id} already")
    account, region = spec.account or world.default_account, spec.region or world.default_region
    partition = "aws-us-gov" if region.startswith("us-gov-") else "aws"
    instance = Instance(
        id=instance_id,
        arn=f"arn:{partition}:connect:{region}:{account}:instance/{instance_id}",
        account=account,
        region=region,
        alias=spec.alias or f"simulated-{instance_id[:8]}",
        identity_management_type=spec.identity_management_type,
        status=spec.status,
        status_reason=spec.status_reason,
        created_time=round(moment.now, 3),
        user_quota=spec.user_quota,
        directory_reachable=spec.directory_reachable,
        tags=spec.tags,
    )
    state = world.put_instance(instance)
    _fill(world, state, spec, moment)
    return state


def _fill(world: World, state: InstanceState, spec: specs.InstanceSpec, moment: Moment) -> None:
    routing = specs.DEFAULT_ROUTING_PROFILES if spec.routing_profiles is UNSET else spec.routing_profiles
    security = specs.DEFAULT_SECURITY_PROFILES if spec.security_profiles is UNSET else spec.security_profiles
    for routing_spec in routing:
        world.put(state, "routing-profile", routing_profile(state, routing_spec, moment))
    for security_spec in security:
        world.put(state, "security-profile", security_profile(state, security_spec, moment))
    for group_spec in spec.hierarchy:
        put_groups(world, state, group_spec, moment)
    for name, values in spec.predefined_attributes.items():
        put_attribute(world, state, name, values)
    for contact_spec in spec.contacts:
        world.put(state, "contact", contact(state, contact_spec, moment))
    for user_spec in spec.users:
        world.put_user(state, build_user(state, user_spec, moment), now=moment.now)
    for quick_spec in spec.quick_connects:
        world.put(state, "transfer-destination", quick_connect(state, quick_spec, moment))


def routing_profile(state: InstanceState, spec: specs.RoutingProfileSpec, moment: Moment) -> RoutingProfile:
    """Return a routing profile that takes all channels and, unless told otherwise, the basic queue."""
    record_id = spec.id or derived_id(state, "routing-profile", spec.name)
    queue = derived_id(state, "queue", specs.DEFAULT_QUEUE)
    return RoutingProfile(
        id=record_id,
        arn=state.arn_of("routing-profile", record_id),
        name=spec.name,
        description=spec.description or "A simulated routing profile",
        queue_ids=spec.queue_ids or (queue,),
        manual_queue_ids=spec.manual_queue_ids,
        default_outbound_queue_id=spec.default_outbound_queue_id or queue,
        media_concurrencies=tuple({"Channel": channel, "Concurrency": 1} for channel in _CHANNELS),
        is_default=spec.is_default,
        tags=spec.tags,
        last_modified_time=round(moment.now, 3),
    )


def security_profile(state: InstanceState, spec: specs.SecurityProfileSpec, moment: Moment) -> SecurityProfile:
    """Return a security profile."""
    record_id = spec.id or derived_id(state, "security-profile", spec.name)
    return SecurityProfile(
        id=record_id,
        arn=state.arn_of("security-profile", record_id),
        name=spec.name,
        description=spec.description,
        type=spec.type,
        tags=spec.tags,
        last_modified_time=round(moment.now, 3),
    )


def put_groups(
    world: World,
    state: InstanceState,
    spec: specs.HierarchyGroupSpec,
    moment: Moment,
    parent: HierarchyGroup | None = None,
) -> HierarchyGroup:
    """Add a group and its children. Raises ValueError beyond five levels or below an unknown parent."""
    if parent is None and spec.parent_id:
        parent = state.hierarchy_groups.get(spec.parent_id)
        if parent is None:
            raise ValueError(f"no hierarchy group {spec.parent_id}")
    level = int(parent.level_id) + 1 if parent else 1
    if level > MAX_LEVELS:
        raise ValueError(f"the hierarchy has at most {MAX_LEVELS} levels")
    record_id = spec.id or derived_id(state, "agent-group", f"{parent.id if parent else ''}/{spec.name}")
    group = HierarchyGroup(
        id=record_id,
        arn=state.arn_of("agent-group", record_id),
        name=spec.name,
        level_id=str(level),
        parent_id=parent.id if parent else None,
        tags=spec.tags,
        last_modified_time=round(moment.now, 3),
    )
    world.put(state, "agent-group", group)
    for child in spec.children:
        put_groups(world, state, child, moment, group)
    return group


def put_attribute(world: World, state: InstanceState, name: str, values: tuple[str, ...]) -> None:
    """Add a predefined attribute. Raises ValueError if the name exists in another case."""
    for other in state.predefined_attributes.after(None):
        if other.id != name and other.id.casefold() == name.casefold():
            raise ValueError(f"predefined attribute names are unique ignoring case: {name!r}, {other.id!r}")
    world.put(state, "predefined-attribute", PredefinedAttribute(id=name, values=values))


def contact(state: InstanceState, spec: specs.ContactSpec, moment: Moment) -> Contact:
    """Return a contact. Raises ValueError for an unknown channel or state."""
    if spec.channel not in _CHANNELS or spec.state not in CONTACT_STATES:
        raise ValueError(f"a contact has a channel of {_CHANNELS} and a state of {CONTACT_STATES}")
    contact_id = spec.id or moment.new_id()
    now = round(moment.now, 3)
    return Contact(
        id=contact_id,
        arn=state.arn_of("contact", contact_id),
        channel=spec.channel,
        state=spec.state,
        initiation_method=spec.initiation_method,
        queue_id=spec.queue_id or derived_id(state, "queue", specs.DEFAULT_QUEUE),
        initiation_time=now,
        enqueue_time=now,
        agent_id=spec.agent_id,
        offered_user_id=spec.agent_id,
        connected_time=now if spec.agent_id else None,
        disconnect_time=now if spec.state in ("ACW", "ENDED") else None,
        last_update_time=now,
        name=spec.name,
        tags=spec.tags,
    )


def quick_connect(state: InstanceState, spec: specs.QuickConnectSpec, moment: Moment) -> QuickConnect:
    """Return a quick connect. Raises ValueError for an unknown type; its target need not exist."""
    if spec.type not in _QUICK_CONNECT_TYPES:
        raise ValueError(f"a quick connect's type is one of {', '.join(_QUICK_CONNECT_TYPES)}")
    record_id = spec.id or derived_id(state, "transfer-destination", spec.name)
    named = state.users.by_username(spec.target) if spec.type == "USER" else None
    return QuickConnect(
        id=record_id,
        arn=state.arn_of("transfer-destination", record_id),
        name=spec.name,
        type=spec.type,
        target=named.id if named else spec.target,
        contact_flow_id=spec.contact_flow_id or derived_id(state, "contact-flow", "Default transfer"),
        description=spec.description,
        tags=spec.tags,
        last_modified_time=round(moment.now, 3),
    )
