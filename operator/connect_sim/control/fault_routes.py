"""Routes for faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from connect_sim.control.requests import MissingError, json_body, to_spec
from connect_sim.server.answers import control_answer
from connect_sim.server.faults import KINDS, Fault, FaultSpec
from connect_sim.server.operation_names import check_operation
from connect_sim.state.user_table import Reader

if TYPE_CHECKING:
    from connect_sim.server.simulator import Simulator
    from connect_sim.state.user_table import FrozenUsers


class FaultRoutes:
    """Handlers."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def add(self, request: web.Request) -> web.Response:
        """Put a rule in force."""
        spec = to_spec(await json_body(request), FaultSpec)
        check_operation(spec.operation)
        frozen = self._snapshots(spec) if spec.kind == "freeze" else None
        fault = self._simulator.faults.add(spec, frozen)
        return control_answer(fault.document(), 201)

    def _snapshots(self, spec: FaultSpec) -> dict[str, FrozenUsers]:
        view = "search" if spec.operation == "SearchUsers" else "list"
        reader = Reader(view=view, now=self._simulator.clock.now())
        return {state.id: state.users.snapshot(reader) for state in self._simulator.world.instances.after(None)}

    async def list(self, _request: web.Request) -> web.Response:
        """Return all rules and how they fare; exhausted ones stay until removed."""
        return control_answer({"faults": [fault.document() for fault in self._simulator.faults], "kinds": KINDS})

    async def read(self, request: web.Request) -> web.Response:
        """Return one rule."""
        return control_answer(self._fault(request).document())

    async def release(self, request: web.Request) -> web.Response:
        """Open a barrier for good: the waiting calls go on (those of a hang end), and no further call stops."""
        fault = self._fault(request)
        fault.released.set()
        return control_answer(fault.document())

    async def remove(self, request: web.Request) -> web.Response:
        """Remove one rule."""
        self._simulator.faults.remove(self._fault(request).id)
        return control_answer({})

    async def clear(self, _request: web.Request) -> web.Response:
        """Remove all rules."""
        self._simulator.faults.clear()
        return control_answer({})

    def _fault(self, request: web.Request) -> Fault:
        fault_id = request.match_info["fault"]
        fault = self._simulator.faults.get(fault_id)
        if fault is None:
            raise MissingError(f"no fault {fault_id}")
        return fault
