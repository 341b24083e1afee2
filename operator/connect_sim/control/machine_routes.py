"""Routes for health, the journal, the clock, quotas and the reset."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from aiohttp import web
from msgspec.structs import replace

from connect_sim.control.requests import MissingError, json_body, number_in_query
from connect_sim.server.answers import control_answer
from connect_sim.server.operation_names import check_operation

if TYPE_CHECKING:
    from connect_sim.server.simulator import Simulator

PAGE = 10_000


class MachineRoutes:
    """Handlers."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def health(self, _request: web.Request) -> web.Response:
        """Say that the simulator serves."""
        return control_answer({"status": "ok", "instances": len(self._simulator.world.instances)})

    async def read(self, request: web.Request) -> web.Response:
        """Return entries after `since`, those of `operation` only if given, at most `limit`."""
        since = number_in_query(request, "since", 0)
        limit = number_in_query(request, "limit", PAGE)
        operation = request.query.get("operation")
        if operation is not None:
            check_operation(operation)
        entries = (entry for entry in self._simulator.journal.since(since) if operation in (None, entry.operation))
        page = list(islice(entries, limit))
        full = len(page) == limit
        return control_answer({"entries": page, "last": page[-1].n if full and page else self._simulator.journal.last})

    async def clear(self, _request: web.Request) -> web.Response:
        """Forget all entries."""
        self._simulator.journal.clear()
        return control_answer({"last": self._simulator.journal.last})

    async def clock(self, request: web.Request) -> web.Response:
        """Return the time, after moving it forward by `advance` seconds if asked to."""
        body = await json_body(request)
        self._simulator.clock.advance(float(body.get("advance", 0)))
        return control_answer({"now": self._simulator.clock.now()})

    async def drain(self, request: web.Request) -> web.Response:
        """Take tokens out of an operation's bucket, as a neighbour in the same account would."""
        body = await json_body(request)
        simulator = self._simulator
        if "operation" not in body:
            raise ValueError("operation is required")
        check_operation(str(body["operation"]))
        key = (
            str(body.get("account", simulator.world.default_account)),
            str(body.get("region", simulator.world.default_region)),
            str(body["operation"]),
        )
        tokens = None if body.get("tokens") is None else float(body["tokens"])
        rate = simulator.settings.rate_of(key[2])
        return control_answer({"tokens": simulator.buckets.drain(key, rate, simulator.clock.now(), tokens)})

    async def expire(self, request: web.Request) -> web.Response:
        """Let temporary credentials expire: those of one access key, or all."""
        body = await json_body(request)
        world, now = self._simulator.world, self._simulator.clock.now()
        wanted = body.get("accessKeyId")
        if wanted is not None and wanted not in world.sessions:
            raise MissingError(f"no temporary access key {wanted}")
        keys = list(world.sessions) if wanted is None else [str(wanted)]
        for key in keys:
            world.put_session(replace(world.sessions[key], expires_at=now))
        self._simulator.flush()
        return control_answer({"expired": keys})

    async def settings(self, _request: web.Request) -> web.Response:
        """Return all settings."""
        return control_answer(self._simulator.settings.document())

    async def patch_settings(self, request: web.Request) -> web.Response:
        """Change settings and return all of them."""
        patch = await json_body(request)
        rates = patch.get("rates")
        for operation in rates if isinstance(rates, dict) else ():
            if operation != "default":
                check_operation(operation)
        self._simulator.change_settings(patch)
        return control_answer(self._simulator.settings.document())

    async def reset(self, _request: web.Request) -> web.Response:
        """Go back to the seed."""
        self._simulator.reset()
        return control_answer({"instances": [state.id for state in self._simulator.world.instances.after(None)]})
