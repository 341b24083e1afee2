"""The aiohttp application: the control endpoint under /_sim, the API everywhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from connect_sim.control.routes import MAX_BODY_BYTES, PREFIX, control_app
from connect_sim.server.api import Api
from connect_sim.server.guard import loopback_only

if TYPE_CHECKING:
    from connect_sim.server.simulator import Simulator


def build_app(simulator: Simulator, *, allow_remote: bool = False) -> web.Application:
    """Return the application. Without `allow_remote`, requests that are not loopback's get 403."""
    middlewares = [] if allow_remote else [loopback_only]
    app = web.Application(middlewares=middlewares, client_max_size=MAX_BODY_BYTES)
    app.add_subapp(PREFIX, control_app(simulator))
    app.router.add_route("*", "/{path:.*}", Api(simulator).handle)
    return app
