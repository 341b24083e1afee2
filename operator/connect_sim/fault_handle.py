"""A fault that a test has put in force, as control_client.py hands it out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from connect_sim.control_client import SimControl


class SimError(Exception):
    """The control endpoint refused; the text says why."""


class FaultHandle:
    """A fault in force. As a context manager it is removed at the end."""

    def __init__(self, control: SimControl, document: dict[str, Any]) -> None:
        self._control = control
        self.id: str = document["id"]

    def state(self) -> dict[str, Any]:
        """Return the fault: `hits`, `waiting`, how often it still applies (`times`)."""
        return self._control.request("GET", f"/faults/{self.id}")

    @property
    def hits(self) -> int:
        """How many calls it applied to."""
        return int(self.state()["hits"])

    @property
    def waiting(self) -> int:
        """How many calls wait at it, if it is a barrier."""
        return int(self.state()["waiting"])

    def wait_for_hits(self, count: int = 1, timeout: float = 300.0) -> None:
        """Return once it applied to so many calls. Raises TimeoutError."""
        self._control.wait_until(lambda: self.hits >= count, timeout, f"{self.id} to apply to {count} calls")

    def wait_for_waiting(self, count: int = 1, timeout: float = 300.0) -> None:
        """Return once so many calls wait at the barrier. Raises TimeoutError."""
        self._control.wait_until(lambda: self.waiting >= count, timeout, f"{count} calls at {self.id}")

    def release(self) -> None:
        """Open the barrier for good."""
        self._control.request("POST", f"/faults/{self.id}/release")

    def remove(self) -> None:
        """Remove the fault; who waits at it goes on. Removing it twice is no mistake."""
        try:
            self._control.request("DELETE", f"/faults/{self.id}")
        except SimError as error:
            if "no fault" not in str(error):
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
