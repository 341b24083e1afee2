"""A simulator in a thread of this process: starts in milliseconds, and its clock can be a manual one.

with SimThread(Options(seed=load_seed()), ManualClock(1_800_000_000)) as sim:
    client = boto3.client("connect", endpoint_url=sim.url, ...)
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Self

from aiohttp import web

from connect_sim.control_client import SimControl
from connect_sim.server.app import build_app
from connect_sim.server.simulator import Options, Simulator

if TYPE_CHECKING:
    from connect_sim.server.clock import Clock


class SimThread:
    """A simulator on a free loopback port."""

    def __init__(self, options: Options, clock: Clock | None = None) -> None:
        self.simulator = Simulator(options, clock)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="connect-sim", daemon=True)
        self._runner = web.AppRunner(build_app(self.simulator), access_log=None, shutdown_timeout=0.1)
        self.url = ""

    @property
    def control(self) -> SimControl:
        """A client for the control endpoint."""
        return SimControl(self.url)

    def __enter__(self) -> Self:
        self._thread.start()
        port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def _listen(self) -> int:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return int(self._runner.addresses[0][1])

    async def _stop(self) -> None:
        self.simulator.faults.clear()
        await self._runner.cleanup()
        self.simulator.close()

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
