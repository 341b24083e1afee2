"""A reserved port stays ours while our server is down, and our server can still listen there."""

from __future__ import annotations

import socket
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from local_cluster.ports import ReservedPort

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def port() -> Iterator[ReservedPort]:
    reserved = ReservedPort()
    yield reserved
    reserved.release()


def listen(number: int) -> socket.socket:
    """Like a Go server: with SO_REUSEADDR."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", number))
    listener.listen()
    return listener


def test_the_server_can_listen_on_it(port: ReservedPort) -> None:
    port.let_server_listen()

    with closing(listen(port.number)), closing(socket.create_connection(("127.0.0.1", port.number))) as connection:
        assert connection.getpeername() == ("127.0.0.1", port.number)


def test_without_a_server_connections_are_refused_and_nobody_else_gets_it(port: ReservedPort) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port.number))
    with closing(socket.socket()) as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port.number))


def test_it_can_be_held_again_after_the_server_has_gone(port: ReservedPort) -> None:
    number = port.number
    port.let_server_listen()
    listen(number).close()

    port.hold()

    assert port.number == number
    with closing(socket.socket()) as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", number))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="two sockets share an address only on Linux")
def test_it_is_kept_even_while_the_server_starts(port: ReservedPort) -> None:
    port.let_server_listen()

    with closing(socket.socket()) as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port.number))


def test_released_it_belongs_to_everybody(port: ReservedPort) -> None:
    port.release()

    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", port.number))


def test_two_reservations_differ(port: ReservedPort) -> None:
    other = ReservedPort()
    other.release()

    assert other.number != port.number
