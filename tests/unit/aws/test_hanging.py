"""Credential programs and endpoints that hang, for real: told, as certain as can be, and over when they work again."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.gateway import Gateway, GatewayConfig
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.kinds.spec import ConnectInstanceSpec

from .conftest import INSTANCE, ManualClock
from .stub_server import Reply, Stub

SPEC = ConnectInstanceSpec(instance_id=INSTANCE, region="eu-central-1")
USER = {"Username": "jdoe", "SecurityProfileIds": ["sp-1"], "RoutingProfileId": "rp-1"}


@pytest.fixture
def impatient(clock: ManualClock) -> Iterator[Gateway]:
    """A gateway whose calls are given up after five seconds: a busy machine needs a while for one that works."""
    gateway = Gateway(
        GatewayConfig(threads=4, version="1", clock=clock, connect_timeout=1.0, read_timeout=1.0, grace=3.0)
    )
    yield gateway
    gateway.close(0.0)


async def failure(connect: BotoConnect) -> ConnectError:
    with pytest.raises(ConnectError) as caught:
        await connect.create_user(USER, None)
    return caught.value


class Program:
    """A credential program that hangs at first: it waits for somebody to open the other end of a pipe."""

    def __init__(self, folder: Path) -> None:
        self.hangs = folder / "hangs"
        self._pipe = folder / "pipe"
        os.mkfifo(self._pipe)
        self.hangs.touch()
        answer = {"Version": 1, "AccessKeyId": "AKIDPROGRAM", "SecretAccessKey": "x"}
        program = folder / "program"
        program.write_text(
            f"#!/bin/sh\nif [ -e {self.hangs} ]; then read _ < {self._pipe}; exit 1; fi\necho '{json.dumps(answer)}'\n"
        )
        program.chmod(0o755)
        (folder / "config").write_text(f"[default]\ncredential_process = {program}\n")

    def let_go(self) -> None:
        """Let those that hang end. A pipe that is opened for both waits for nobody."""
        descriptor = os.open(self._pipe, os.O_RDWR)
        os.write(descriptor, b"\n" * 64)
        os.close(descriptor)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    made = Program(tmp_path)
    yield made
    made.let_go()


async def test_a_credential_program_that_hangs_is_told_and_left_behind(
    impatient: Gateway, stub: Stub, clock: ManualClock, program: Program
) -> None:
    connect = impatient.open(SPEC)
    stub.answers = [Reply(body=json.dumps({"UserId": "u-1"}).encode())]

    errors = await asyncio.gather(*(failure(connect) for _ in range(4)))
    assert {(error.code, error.kind, error.uncertain) for error in errors} == {
        ("CallHangs", ErrorKind.UNAVAILABLE, False)
    }
    assert "credential program" in errors[0].message
    clock.time += 301.0
    assert impatient.oldest_call() > 300.0

    # It works again; those that hang do not know.
    program.hangs.unlink()
    assert (await connect.create_user(USER, None)).user_id == "u-1"
    assert impatient.oldest_call() == 0.0
    assert len(stub.received) == 1, "what was given up before it was sent was sent all the same"


async def test_nothing_is_sent_by_those_that_were_given_up(impatient: Gateway, stub: Stub, program: Program) -> None:
    assert (await failure(impatient.open(SPEC))).code == "CallHangs"
    program.let_go()
    await asyncio.to_thread(impatient.close, 5.0)
    assert stub.received == []


@pytest.fixture
def dripping(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An endpoint that sends one byte of its answer now and then, so that no read time-out ever ends it."""
    ended = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
                while not ended.wait(0.1):
                    connection.sendall(b" ")
            except OSError:
                return

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT", f"http://127.0.0.1:{listening.getsockname()[1]}")
    yield
    ended.set()
    listening.close()


@pytest.mark.usefixtures("dripping")
async def test_an_endpoint_that_drips_makes_a_write_uncertain(impatient: Gateway) -> None:
    error = await failure(impatient.open(SPEC))
    assert (error.code, error.kind, error.uncertain) == ("CallHangs", ErrorKind.UNAVAILABLE, True)
    assert "endpoint" in error.message
    # The next one is not sent at all, which is certain.
    assert not (await failure(impatient.open(SPEC))).uncertain
