"""The life of one API call: quota, faults, checks, work, answer. HTTP is api.py's business.

Order, as AWS's front door has it: credentials, quota, then everything that reads the parameters. A throttled call uses
up no fault. The work itself is synchronous, so calls are atomic, and a client that has gone does not undo it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connect_sim.errors import ApiError, access_denied
from connect_sim.model.validate import constraint_message, violations
from connect_sim.semantics.context import CallContext
from connect_sim.semantics.operations import OPERATIONS, is_write
from connect_sim.server.faults import TERMINAL
from connect_sim.server.subject import subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel

    from connect_sim.semantics.context import Caller, Handler
    from connect_sim.server.faults import Fault
    from connect_sim.server.journal import Entry
    from connect_sim.server.simulator import Simulator

_PAGE_FAULTS = frozenset({"truncate-page", "empty-page", "end-early"})


class HtmlAnswer(Exception):  # noqa: N818 - not an error of the simulator but an outcome
    """The call is answered with a page of HTML, as gateways and proxies answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class ConnectionDropped(Exception):  # noqa: N818 - not an error of the simulator but an outcome
    """The call ends without an answer; `reset` asks for a RST instead of an orderly close."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__("dropped")
        self.reset = reset


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was parsed; `unreadable` is the error of one that could not be."""

    operation: OperationModel
    params: dict[str, Any]
    caller: Caller
    entry: Entry
    handler: Handler
    unreadable: ApiError | None = None


def admit(simulator: Simulator, entry: Entry) -> None:
    """Take a token of the operation's bucket. Raises the throttle error of the switch `throttleCode`."""
    rate = simulator.settings.rate_of(entry.operation)
    key = (entry.account, entry.region, entry.operation)
    if not simulator.buckets.take(key, rate, simulator.clock.now()):
        raise throttled(simulator, entry)


def throttled(simulator: Simulator, entry: Entry) -> ApiError:
    """Return the error of a call beyond the rate, and mark the entry."""
    entry.throttled = True
    code = simulator.settings["throttleCode"]
    return ApiError("" if code == "bare429" else code, "Too Many Requests", 429)


async def perform(simulator: Simulator, call: Call) -> dict[str, Any] | None:
    """Do the call under the faults that apply to it. Raises ApiError, or ConnectionDropped."""
    faults = simulator.faults.applying_to(subject_of(call.entry, call.params, simulator.world))
    call.entry.faults = [fault.id for fault in faults]
    ending = next((fault for fault in faults if fault.spec.kind in TERMINAL), None)
    await _wait(faults, "before")
    _end_before_work(simulator, call, ending)
    await _end_strangely(ending, "before")
    try:
        output = _work(simulator, call, faults)
    finally:
        await _wait(faults, "after")
        _end_after_work(ending)
        await _end_strangely(ending, "after")
    return _mutilated(output, faults)


async def _wait(faults: list[Fault], when: str) -> None:
    for fault in faults:
        if fault.when != when:
            continue
        if fault.spec.kind == "delay":
            await asyncio.sleep(fault.spec.seconds)
        elif fault.spec.kind == "barrier":
            fault.waiting += 1
            try:
                await fault.released.wait()
            finally:
                fault.waiting -= 1


def _end_before_work(simulator: Simulator, call: Call, fault: Fault | None) -> None:
    if fault is None:
        return
    spec = fault.spec
    if spec.kind in ("refuse", "drop-before"):
        raise ConnectionDropped(reset=spec.kind == "refuse")
    if spec.kind == "error":
        raise ApiError(spec.code, spec.message, spec.status)
    if spec.kind == "500-before":
        raise ApiError("InternalServiceException", spec.message)
    if spec.kind == "throttle":
        raise throttled(simulator, call.entry)
    if spec.kind == "deny":
        action = f"{call.entry.service}:{call.entry.operation}"
        raise access_denied(f"User: {call.caller.principal_arn} is not authorized to perform: {action}")


def _end_after_work(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.spec.kind in ("drop-after-commit", "reset-after-commit"):
        raise ConnectionDropped(reset=fault.spec.kind == "reset-after-commit")
    if fault.spec.kind == "500-after-commit":
        raise ApiError("InternalServiceException", fault.spec.message)


async def _end_strangely(fault: Fault | None, when: str) -> None:
    """End a call in ways that are no word about it: with HTML, or never."""
    if fault is None or fault.when != when:
        return
    if fault.spec.kind == "html":
        raise HtmlAnswer(fault.spec.status or 503, fault.spec.message)
    if fault.spec.kind == "hang":
        fault.waiting += 1
        try:
            await fault.released.wait()
        finally:
            fault.waiting -= 1
        raise ConnectionDropped(reset=False)


def _work(simulator: Simulator, call: Call, faults: list[Fault]) -> dict[str, Any] | None:
    if call.unreadable is not None:
        raise call.unreadable
    found = violations(call.operation, call.params)
    if found:
        raise ApiError(_constraint_code(simulator, call, found), constraint_message(found))
    context = CallContext(
        caller=call.caller,
        settings=simulator.settings,
        now=simulator.clock.now(),
        new_id=simulator.options.new_id,
        tokens=simulator.tokens,
        frozen_users=next((fault.frozen for fault in faults if fault.spec.kind == "freeze"), {}),
    )
    try:
        output = call.handler(simulator.world, call.params, context)
    finally:
        simulator.flush()
    call.entry.committed = is_write(call.entry.operation)
    return output


def _constraint_code(simulator: Simulator, call: Call, found: list[str]) -> str:
    if call.entry.service == "sts":
        return "ValidationError"
    only_password = all(sentence.startswith("Value at 'Password'") for sentence in found)
    return simulator.settings["passwordRuleCode" if only_password else "constraintCode"]


def _mutilated(output: dict[str, Any] | None, faults: list[Fault]) -> dict[str, Any] | None:
    kinds = {fault.spec.kind for fault in faults} & _PAGE_FAULTS
    if not kinds or output is None:
        return output
    return {name: _mutilated_member(name, value, kinds) for name, value in output.items()}


def _mutilated_member(name: str, value: object, kinds: set[str] | Mapping[str, object]) -> object:
    if name == "NextToken" and "end-early" in kinds:
        return None
    if isinstance(value, list) and "empty-page" in kinds:
        return []
    if isinstance(value, list) and "truncate-page" in kinds:
        return value[: len(value) // 2]
    return value


def handler_of(operation: str) -> Handler:
    """Return the function of an operation of Connect. Raises UnknownOperationException (404)."""
    handler = OPERATIONS.get(operation)
    if handler is None:
        raise ApiError("UnknownOperationException", f"{operation} is not simulated.")
    return handler
