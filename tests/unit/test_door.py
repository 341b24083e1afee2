"""The ports for health and metrics under strangers: idle crowds, slow and broken requests, and a quiet log."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from connect_operator.door import Door

# A process with few file descriptors, as containers have them, that serves nothing but health.
SERVER = """
import asyncio, resource, sys
from connect_operator.config import Address
from connect_operator.health import serve_health
from connect_operator.logs import configure_logging

async def main():
    async with serve_health(Address("127.0.0.1", 0), []) as address:
        print(address.port, flush=True)
        await asyncio.Event().wait()

resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
configure_logging(sys.stderr, "text", "DEBUG")
asyncio.run(main())
"""
CROWD = 1100


@pytest.fixture
def served() -> Iterator[tuple[int, subprocess.Popen[str]]]:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=-1, stderr=-1, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), process
        finally:
            process.kill()


@pytest.fixture
def many_files() -> Iterator[None]:
    """The crowd is this process's."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * CROWD:
        pytest.skip(f"this machine allows {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * CROWD), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def health(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert json.loads(answer.read())["healthy"]
        return answer.status


def log_of(process: subprocess.Popen[str]) -> str:
    process.kill()
    _, log = process.communicate(timeout=60)
    return log


@pytest.mark.usefixtures("many_files")
def test_a_crowd_that_says_nothing_neither_deafens_nor_fills_the_log(
    served: tuple[int, subprocess.Popen[str]],
) -> None:
    port, process = served
    with contextlib.ExitStack() as crowd:
        for number in range(CROWD):
            crowd.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            if number % 100 == 0:
                assert health(port) == 200
        assert [health(port) for _ in range(20)] == [200] * 20
    log = log_of(process)
    assert len(log) < 1000, log[:2000]


def test_broken_requests_leave_no_traceback(served: tuple[int, subprocess.Popen[str]]) -> None:
    port, process = served
    for sent in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"POST /healthz HTTP/9.9\r\n\r\n", b"\x00" * 9000):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as stranger:
            stranger.sendall(sent)
            stranger.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                stranger.recv(65536)
    assert health(port) == 200
    log = log_of(process)
    assert "Traceback" not in log
    assert len(log) < 1000, log[:2000]


class Echo(asyncio.Protocol):
    def __init__(self) -> None:
        self.transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.write(data)


async def test_the_oldest_goes_for_the_newest() -> None:
    server = await asyncio.get_running_loop().create_server(Door(Echo, most=2, longest=60), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    guests = []
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"x")
        assert await reader.read(1) == b"x"
        guests.append((reader, writer))
    with contextlib.suppress(ConnectionError):
        assert await guests[0][0].read() == b""
    for reader, writer in guests[1:]:
        writer.write(b"y")
        assert await reader.read(1) == b"y"
        writer.close()
    server.close()


async def test_nobody_stays_beyond_their_time() -> None:
    server = await asyncio.get_running_loop().create_server(Door(Echo, longest=0.1), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])
    async with asyncio.timeout(60):
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
    writer.close()
    server.close()
