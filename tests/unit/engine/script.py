"""What goes wrong at which step of the fake Connect and the fake cluster, and what Connect answers then.

Both tell a `Script` of every step (right before and right after a call takes effect), which may fail, lose the answer,
or end the process there.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from campaign.tally import TALLY
from connect_operator.domain.connect.errors import ConnectError

LATENCY = 0.05
CRASH, LOSE, FAIL, THROTTLE, DENY = "crash", "lose", "fail", "throttle", "deny"


@dataclass(slots=True)
class Script:
    """What goes wrong at which step. `troubles` by the step's number, or the next ones of a name; `log`: all."""

    troubles: dict[int, str] = field(default_factory=dict)
    troubles_by_name: dict[str, list[str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    crashed: bool = False

    async def step(self, name: str) -> str | None:
        """Take a step; ends the process there, or returns the trouble that it is in, if any."""
        if self.crashed:
            await asyncio.Future()  # the process is dead: nothing of it goes on
        trouble = self.troubles.get(len(self.log))
        if trouble is None and self.troubles_by_name.get(name):
            trouble = self.troubles_by_name[name].pop(0)
        self.log.append(name)
        TALLY.step()
        if trouble == CRASH:
            self.crashed = True
            await asyncio.Future()
        return trouble


def error(operation: str, code: str, http_status: int | None, *, uncertain: bool = False) -> ConnectError:
    """A failed call, as the adapter reports it."""
    return ConnectError(
        operation=operation, code=code, message="no", request_id="r", http_status=http_status, uncertain=uncertain
    )


def answer(code: str, http_status: int) -> str:
    """The trouble that the call is answered so, and nothing is carried out."""
    return f"{code}/{http_status}"


def raise_trouble(operation: str, trouble: str | None, *, uncertain: bool) -> None:
    """Answer the call as its trouble says. `uncertain`: it may have been carried out."""
    if trouble is not None and "/" in trouble:
        code, _, http_status = trouble.partition("/")
        raise error(operation, code, int(http_status))
    if trouble == THROTTLE and not uncertain:
        raise error(operation, "TooManyRequestsException", 429)
    if trouble == DENY:
        raise error(operation, "AccessDeniedException", 403)
    if trouble == LOSE and uncertain:
        raise error(operation, "ReadTimeoutError", None, uncertain=True)
    if trouble in (FAIL, LOSE, THROTTLE):
        raise error(operation, "InternalServiceException", 500, uncertain=True)
