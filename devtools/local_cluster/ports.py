"""A loopback port that stays ours, also while the server that uses it is down."""

from __future__ import annotations

import socket
import sys


class ReservedPort:
    """A free port on 127.0.0.1, chosen by the system and kept from everybody else.

    The reservation is a socket that is bound but never listens: while no server is up, connections are refused.
    It gets SO_REUSEADDR only once it is bound. So a server that sets that option too (Go's do) can listen next to it
    on Linux, while a socket that looks for a free port cannot get this one. Elsewhere two sockets cannot share an
    address like that: there the reservation is given up for as long as a server is meant to run.
    """

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self.number = 0
        self.hold()

    def hold(self) -> None:
        """Take the port (again), for the time without a server."""
        if self._socket is None:
            taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            try:
                taken.bind(("127.0.0.1", self.number))
            except OSError:
                taken.close()
                raise
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket = taken
            self.number = taken.getsockname()[1]

    def let_server_listen(self) -> None:
        """Make room for a server, where it needs the room."""
        if not sys.platform.startswith("linux"):
            self.release()

    def release(self) -> None:
        """Give the port back to everybody."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
