"""Every route of the control endpoint, with what it takes. This table is both the router and the documentation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from connect_sim.control.fault_routes import FaultRoutes
from connect_sim.control.instance_routes import InstanceRoutes
from connect_sim.control.machine_routes import MachineRoutes
from connect_sim.control.requests import mistakes_as_answers
from connect_sim.control.user_routes import UserRoutes
from connect_sim.server.answers import control_answer

if TYPE_CHECKING:
    from connect_sim.server.simulator import Simulator

PREFIX = "/_sim"
# Bulk creation of 10 000 users is about 5 MB.
MAX_BODY_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ControlRoute:
    """A route: the handler's own docstring says what it does."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.Response]]
    takes: str = ""

    def document(self) -> dict[str, str]:
        """Return the route as GET /_sim/ shows it."""
        described = {"method": self.method, "path": PREFIX + self.path, "does": (self.handler.__doc__ or "").strip()}
        return {**described, "takes": self.takes} if self.takes else described


_RECORDS = "/instances/{instance}/{kind}"
_USERS = "/instances/{instance}/users"


def control_routes(simulator: Simulator) -> list[ControlRoute]:
    """Return all routes, the more specific ones first."""
    instances = InstanceRoutes(simulator)
    return [
        *_machine(MachineRoutes(simulator)),
        *_faults(FaultRoutes(simulator)),
        *_instances(instances),
        *_users(UserRoutes(simulator)),
        *_records(instances),
    ]


def _machine(machine: MachineRoutes) -> list[ControlRoute]:
    return [
        ControlRoute("GET", "/healthz", machine.health),
        ControlRoute("GET", "/journal", machine.read, "?since=N&operation=NAME&limit=N"),
        ControlRoute("DELETE", "/journal", machine.clear),
        ControlRoute("GET", "/settings", machine.settings),
        ControlRoute(
            "PATCH",
            "/settings",
            machine.patch_settings,
            "{<switch>: value, visibilityDelay|contentLag|deletionLag: seconds or {describe, list, search}, "
            "visibilityDelayByInstance|visibilityDelayByUser: {key: {...}}, usernameReuseSeconds, "
            "rates: {default|<operation>: {rate: n or null, burst}}}",
        ),
        ControlRoute("GET", "/clock", machine.clock),
        ControlRoute("POST", "/clock", machine.clock, "{advance: seconds}"),
        ControlRoute("POST", "/drain", machine.drain, "{operation, tokens: n or null for all, account, region}"),
        ControlRoute("POST", "/credentials/expire", machine.expire, "{accessKeyId} or {}"),
        ControlRoute("POST", "/reset", machine.reset),
    ]


def _faults(faults: FaultRoutes) -> list[ControlRoute]:
    return [
        ControlRoute("GET", "/faults", faults.list),
        ControlRoute(
            "POST",
            "/faults",
            faults.add,
            "{kind, operation: name, glob or *, times: n or null (default 1), after: k, match: {username, userId, "
            "page, attempt, any parameter}, resource: ARN glob, code, status, message, seconds, when: before|after}; "
            "the kinds, and what they do, are in GET /_sim/faults",
        ),
        ControlRoute("DELETE", "/faults", faults.clear),
        ControlRoute("GET", "/faults/{fault}", faults.read),
        ControlRoute("DELETE", "/faults/{fault}", faults.remove),
        ControlRoute("POST", "/faults/{fault}/release", faults.release),
    ]


def _instances(instances: InstanceRoutes) -> list[ControlRoute]:
    return [
        ControlRoute("GET", "/instances", instances.list),
        ControlRoute("POST", "/instances", instances.add, "an instance as in a seed file; {} will do"),
        ControlRoute(
            "PATCH",
            "/instances/{instance}",
            instances.patch,
            "{status, statusReason, userQuota, directoryReachable, alias}",
        ),
        ControlRoute("DELETE", "/instances/{instance}", instances.remove),
    ]


def _users(users: UserRoutes) -> list[ControlRoute]:
    return [
        ControlRoute("GET", _USERS, users.list, "?username=NAME"),
        ControlRoute("POST", _USERS, users.add, "a user as in a seed file, or {users: [...]}"),
        ControlRoute("GET", _USERS + "/{user}", users.read),
        ControlRoute(
            "PATCH",
            _USERS + "/{user}",
            users.patch,
            "members of a user; movesLastModified: false; hideFor: seconds or {describe, list, search}",
        ),
        ControlRoute("DELETE", _USERS + "/{user}", users.remove),
        ControlRoute("PATCH", _USERS + "/{user}/presence", users.patch_presence, "{sessions: n, status: a name}"),
    ]


def _records(instances: InstanceRoutes) -> list[ControlRoute]:
    return [
        ControlRoute(
            "GET",
            _RECORDS,
            instances.list_records,
            "kind: routing-profiles, security-profiles, hierarchy-groups, predefined-attributes, contacts, "
            "quick-connects, presence",
        ),
        ControlRoute("POST", _RECORDS, instances.add_record, "a record as in a seed file"),
        ControlRoute("DELETE", _RECORDS + "/{record}", instances.remove_record),
        ControlRoute(
            "PATCH",
            "/instances/{instance}/contacts/{record}",
            instances.patch_contact,
            "{state: QUEUED|CONNECTING|CONNECTED|MISSED|ACW|ENDED, agentId}",
        ),
    ]


def control_app(simulator: Simulator) -> web.Application:
    """Return the application to mount under /_sim."""
    app = web.Application(middlewares=[mistakes_as_answers], client_max_size=MAX_BODY_BYTES)
    routes = control_routes(simulator)
    documents = [route.document() for route in routes]

    async def index(_request: web.Request) -> web.Response:
        return control_answer({"routes": documents})

    app.router.add_get("/", index)
    for route in routes:
        app.router.add_route(route.method, route.path, route.handler)
    return app
