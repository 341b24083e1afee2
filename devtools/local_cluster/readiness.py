"""Waiting until an API server is there: for the server that has our certificate, and not for any that has the port."""

from __future__ import annotations

import http.client
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# The API server makes these namespaces itself, but only after it says that it is ready.
_READY_PATHS = ("/readyz", "/api/v1/namespaces/default", "/api/v1/namespaces/kube-system")
_SECONDS_BETWEEN_ATTEMPTS = 0.05
_REQUEST_TIMEOUT = 2.0


@dataclass(frozen=True)
class Endpoint:
    """An API server as its administrator reaches it."""

    port: int
    certificate_authority: Path
    token: str

    @property
    def url(self) -> str:
        """What clients are given as the server."""
        return f"https://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        """Whether it answers and has finished its own start."""
        try:
            context = ssl.create_default_context(cafile=self.certificate_authority)
            return all(self._status(path, context) == http.HTTPStatus.OK for path in _READY_PATHS)
        except (OSError, http.client.HTTPException):
            return False  # not listening yet, its certificate not written yet, or another program's port

    def _status(self, path: str, context: ssl.SSLContext) -> int:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=_REQUEST_TIMEOUT, context=context)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            return connection.getresponse().status
        finally:
            connection.close()


def wait_until(
    condition: Callable[[], bool],
    timeout: float,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Ask again and again until the condition holds; False when it does not within ``timeout`` seconds."""
    deadline = clock() + timeout
    while not condition():
        if clock() >= deadline:
            return False
        pause(_SECONDS_BETWEEN_ATTEMPTS)
    return True
