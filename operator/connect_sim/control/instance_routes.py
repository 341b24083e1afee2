"""Routes for instances and what is in them besides users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web
from msgspec.structs import replace

from connect_sim.control.requests import MissingError, instance_in_path, json_body, to_spec
from connect_sim.seeding import build, specs
from connect_sim.semantics.contacts import connected
from connect_sim.server.answers import control_answer

if TYPE_CHECKING:
    from connect_sim.server.simulator import Simulator
    from connect_sim.state.records import Contact, Instance
    from connect_sim.state.world import InstanceState

# Path segment -> table.
KINDS = {
    "routing-profiles": "routing-profile",
    "security-profiles": "security-profile",
    "hierarchy-groups": "agent-group",
    "predefined-attributes": "predefined-attribute",
    "contacts": "contact",
    "quick-connects": "transfer-destination",
    "presence": "presence",
}
_PATCHABLE_INSTANCE = ("status", "statusReason", "userQuota", "directoryReachable", "alias")


class InstanceRoutes:
    """Handlers."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def list(self, _request: web.Request) -> web.Response:
        """Return all instances with the number of their users."""
        states = self._simulator.world.instances.after(None)
        return control_answer({"instances": [_instance_document(state) for state in states]})

    async def add(self, request: web.Request) -> web.Response:
        """Add an instance; what is left out gets the default set."""
        spec = to_spec(await json_body(request), specs.InstanceSpec)
        state = build.build_instance(self._simulator.world, spec, self._simulator.moment())
        self._simulator.flush()
        return control_answer(_instance_document(state), 201)

    async def patch(self, request: web.Request) -> web.Response:
        """Change an instance's status, quota, alias or whether its directory can be reached."""
        state = instance_in_path(request, self._simulator)
        patch = await json_body(request)
        unknown = sorted(set(patch) - set(_PATCHABLE_INSTANCE))
        if unknown:
            raise ValueError(f"only {', '.join(_PATCHABLE_INSTANCE)} can be changed, not {', '.join(unknown)}")
        names = {
            "statusReason": "status_reason",
            "userQuota": "user_quota",
            "directoryReachable": "directory_reachable",
        }
        changed: Instance = replace(state.instance, **{names.get(key, key): value for key, value in patch.items()})
        self._simulator.world.put_instance(msgspec.convert(msgspec.to_builtins(changed), type(changed)))
        self._simulator.flush()
        return control_answer(_instance_document(state))

    async def remove(self, request: web.Request) -> web.Response:
        """Remove an instance with everything in it."""
        state = instance_in_path(request, self._simulator)
        self._simulator.world.remove_instance(state.id)
        self._simulator.flush()
        return control_answer({})

    async def list_records(self, request: web.Request) -> web.Response:
        """Return the records of one kind."""
        state, kind = instance_in_path(request, self._simulator), _kind(request)
        return control_answer({request.match_info["kind"]: [_document(item) for item in state.table(kind).after(None)]})

    async def add_record(self, request: web.Request) -> web.Response:
        """Add a record of one kind."""
        state, kind = instance_in_path(request, self._simulator), _kind(request)
        record = self._build(state, kind, await json_body(request))
        self._simulator.flush()
        return control_answer(_document(record), 201)

    def _build(self, state: InstanceState, kind: str, body: dict[str, Any]) -> object:
        world, moment = self._simulator.world, self._simulator.moment()
        if kind == "agent-group":
            return build.put_groups(world, state, to_spec(body, specs.HierarchyGroupSpec), moment)
        if kind == "predefined-attribute":
            name, values = str(body.get("name", "")), tuple(str(value) for value in body.get("values", ()))
            build.put_attribute(world, state, name, values)
            return state.predefined_attributes.get(name)
        record: Any
        if kind == "routing-profile":
            record = build.routing_profile(state, to_spec(body, specs.RoutingProfileSpec), moment)
        elif kind == "security-profile":
            record = build.security_profile(state, to_spec(body, specs.SecurityProfileSpec), moment)
        elif kind == "transfer-destination":
            record = build.quick_connect(state, to_spec(body, specs.QuickConnectSpec), moment)
        elif kind == "presence":
            raise ValueError("say where a user is with PATCH /_sim/instances/{instance}/users/{user}/presence")
        else:
            record = build.contact(state, to_spec(body, specs.ContactSpec), moment)
        world.put(state, kind, record)
        return record

    async def remove_record(self, request: web.Request) -> web.Response:
        """Remove a record of one kind, whoever refers to it."""
        state, kind = instance_in_path(request, self._simulator), _kind(request)
        if not self._simulator.world.remove(state, kind, request.match_info["record"]):
            raise MissingError(f"no {kind} {request.match_info['record']}")
        self._simulator.flush()
        return control_answer({})

    async def patch_contact(self, request: web.Request) -> web.Response:
        """Change a contact's state as agents and customers would; `agentId` says who accepted it."""
        state = instance_in_path(request, self._simulator)
        contact = state.contacts.get(request.match_info["record"])
        if contact is None:
            raise MissingError(f"no contact {request.match_info['record']}")
        changed = _moved(contact, await json_body(request), round(self._simulator.clock.now(), 3))
        self._simulator.world.put(state, "contact", changed)
        self._simulator.flush()
        return control_answer(_document(changed))


def _moved(contact: Contact, patch: dict[str, Any], now: float) -> Contact:
    wanted = patch.get("state")
    if wanted not in build.CONTACT_STATES:
        raise ValueError(f"state must be one of {', '.join(build.CONTACT_STATES)}")
    moved = replace(contact, state=wanted, last_update_time=now)
    if wanted == "CONNECTED":
        agent = patch.get("agentId") or contact.offered_user_id
        if not agent:
            raise ValueError("agentId is required for a contact that nobody was offered")
        return connected(moved, str(agent), now)
    if wanted == "QUEUED":
        return replace(
            moved, enqueue_time=now, offered_user_id=None, agent_id=None, connected_time=None, disconnect_time=None
        )
    return replace(moved, disconnect_time=now) if wanted in ("ACW", "ENDED") else moved


def _kind(request: web.Request) -> str:
    kind = KINDS.get(request.match_info["kind"])
    if kind is None:
        raise MissingError(f"no kind {request.match_info['kind']}; there are users, {', '.join(KINDS)}")
    return kind


def _instance_document(state: InstanceState) -> dict[str, Any]:
    return {**_document(state.instance), "users": len(state.users)}


def _document(record: object) -> dict[str, Any]:
    """Return a record with lowerCamelCase keys."""
    builtins: dict[str, Any] = msgspec.to_builtins(record)
    return {_camel(key): value for key, value in builtins.items()}


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)
