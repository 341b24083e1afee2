"""From an HTTP request to an API call and back, for Connect (REST-JSON) and STS (query protocol, POST /)."""

from __future__ import annotations

import logging
import socket
import struct
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import web

from connect_sim.errors import ApiError
from connect_sim.model.parse import WireRequest, parse_request
from connect_sim.model.patterns import compile_pattern
from connect_sim.model.routing import load_router
from connect_sim.model.serialize import Serializer
from connect_sim.model.service import load_service
from connect_sim.semantics.operations import OPERATIONS
from connect_sim.server import sts
from connect_sim.server.answers import JSON, XML, answer, html_answer, json_error, xml_error
from connect_sim.server.auth import identify, read_scope
from connect_sim.server.calls import Call, ConnectionDropped, HtmlAnswer, admit, handler_of, perform
from connect_sim.server.faults import SENDING
from connect_sim.server.journal import redacted
from connect_sim.server.sending import send_strangely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connect_sim.server.journal import Entry
    from connect_sim.server.simulator import Simulator

log = logging.getLogger("connect_sim.calls")


class Api:
    """Answers every path that is not the control endpoint's."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._connect = load_service("connect")
        self._sts = load_service("sts")
        self._router = load_router("connect")
        self._serializer = Serializer()
        # Half a second of work that would otherwise hold up everybody at the first call with tags.
        compile_pattern(str(self._connect.shape("TagKey").metadata["pattern"]))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        body = await request.read()
        raw_path, _, query = request.raw_path.partition("?")
        headers = {name.lower(): value for name, value in request.headers.items()}
        is_sts = raw_path == "/" and request.method == "POST"
        entry = self._open_entry(headers, "sts" if is_sts else "connect")
        try:
            if is_sts:
                written = await self._answer_sts(entry, headers, body)
            else:
                written = await self._answer_connect(entry, request.method, raw_path, query, headers, body)
            return await self._sent(request, entry, written)
        except HtmlAnswer as page:
            entry.outcome, entry.status = "html", page.status
            return html_answer(page.status, page.text, self._simulator.clock.now())
        except ConnectionDropped as dropped:
            entry.outcome = "dropped"
            _drop(request, reset=dropped.reset)
            # Never sent: the transport is closed.
            return web.Response(status=500)
        except ApiError as error:
            service = self._sts if is_sts else self._connect
            entry.outcome = error.code or "429"
            entry.status = error.status or service.error_status(error.code)
            write = xml_error if is_sts else json_error
            return write(error, service, entry.request_id, self._simulator.clock.now())
        except Exception:
            # A mistake of the simulator: aiohttp answers 500 and logs the traceback, which shows no values.
            entry.outcome, entry.status = "crashed", 500
            raise
        finally:
            log.info("%s %s %s", entry.operation, entry.outcome, entry.params)

    async def _sent(self, request: web.Request, entry: Entry, written: web.Response) -> web.StreamResponse:
        """Return the answer, or send it in the strange way that a fault asks for."""
        faults = filter(None, map(self._simulator.faults.get, entry.faults))
        for fault in faults:
            if fault.spec.kind in SENDING:
                if fault.spec.kind == "half-body":
                    entry.outcome = "dropped"
                return await send_strangely(request, written, fault)
        return written

    def _open_entry(self, headers: Mapping[str, str], service: str) -> Entry:
        scope = read_scope(headers)
        attempt = headers.get("amz-sdk-request", "").partition("attempt=")[2].partition(";")[0]
        return self._simulator.journal.open(
            time=self._simulator.clock.now(),
            service=service,
            operation="",
            region=scope.region or self._simulator.world.default_region,
            access_key_id=scope.access_key_id,
            request_id=self._simulator.options.new_id(),
            sdk_invocation_id=headers.get("amz-sdk-invocation-id"),
            attempt=int(attempt) if attempt.isdigit() else 1,
        )

    async def _answer_connect(
        self, entry: Entry, method: str, raw_path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> web.Response:
        simulator = self._simulator
        route = self._router.match(method, raw_path)
        if route is None:
            raise ApiError("UnknownOperationException", "No operation has this method and path.")
        entry.operation = route.operation
        operation = self._connect.operation(route.operation)
        wire = WireRequest(route.labels, parse_qsl(query, keep_blank_values=True), headers, body)
        params, unreadable = {}, None
        try:
            params = parse_request(operation, wire)
        except ApiError as error:
            unreadable = error
        if route.operation in OPERATIONS:
            entry.params = redacted(params)
        caller = identify(
            read_scope(headers), simulator.world, simulator.clock.now(), strict=simulator.options.strict_auth
        )
        entry.account = caller.account
        admit(simulator, entry)
        handler = handler_of(route.operation)
        output = await perform(simulator, Call(operation, params, caller, entry, handler, unreadable))
        written = self._serializer.body(operation, output)
        entry.outcome, entry.status = "ok", 200
        return answer(200, written, entry.request_id, simulator.clock.now(), Content_Type=JSON)

    async def _answer_sts(self, entry: Entry, headers: Mapping[str, str], body: bytes) -> web.Response:
        simulator = self._simulator
        call = sts.read_call(body, headers, entry, simulator)
        output = await perform(simulator, call)
        entry.outcome, entry.status = "ok", 200
        text = sts.write_output(call.operation, output or {}, entry.request_id)
        return answer(200, text.encode(), entry.request_id, simulator.clock.now(), Content_Type=XML)


def _drop(request: web.Request, *, reset: bool) -> None:
    """Close the connection without an answer."""
    transport = request.transport
    if transport is None:
        return
    if reset:
        connection = transport.get_extra_info("socket")
        # Lingering for zero seconds makes close() send RST.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
