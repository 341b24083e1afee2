"""A loopback HTTP server that answers what a test says, for answers that no decent server gives.

Each request takes the next of `answers`; the last one goes on for ever. Requests are recorded.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An answer of that status, headers and body; no Date header but one that is named here."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hang:
    """No answer until the server stops."""


@dataclass(frozen=True)
class HangUp:
    """The connection is closed after the request was read; after `prefix` was sent, if any."""

    prefix: bytes = b""


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Stub:
    """The server; `url` is its endpoint."""

    def __init__(self) -> None:
        self.answers: list[Reply | Hang | HangUp] = [Reply()]
        self.received: list[Received] = []
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextlib.contextmanager
    def running(self) -> Iterator[Stub]:
        """Serve until the end of the block."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def next_answer(self, request: Received) -> Reply | Hang | HangUp:
        """Record the request and take the answer to it."""
        self.received.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                request = Received(self.command, self.path, dict(self.headers), self.rfile.read(length))
                answer = stub.next_answer(request)
                if isinstance(answer, Hang):
                    stub.stopping.wait(30)
                    self.close_connection = True
                elif isinstance(answer, HangUp):
                    self.wfile.write(answer.prefix)
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                else:
                    self.reply(answer)

            def reply(self, answer: Reply) -> None:
                self.send_response_only(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the names that http.server calls

            def log_message(self, *_: Any) -> None:  # noqa: ANN401 - the signature of http.server
                """Keep the tests' output clean."""

        return Handler
