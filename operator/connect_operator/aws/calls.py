"""One HTTP request on a worker thread: parameters in, the parsed answer or a ConnectError out.

Nothing that held a password leaves the thread: exceptions of botocore are turned into values there, so that no chain,
traceback or frame of theirs reaches a log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from botocore import xform_name
from botocore.model import OperationNotFoundError

from connect_operator.aws import in_time
from connect_operator.aws.clients import Client, Clients, Target
from connect_operator.aws.failures import UNEXPECTED_ANSWER, to_connect_error
from connect_operator.aws.in_time import Leave
from connect_operator.aws.redaction import Redaction, sensitive
from connect_operator.aws.threads import GivenUp, Job, Threads
from connect_operator.domain.connect.errors import ROLE_NOT_ASSUMED, ConnectError, ErrorKind
from connect_operator.engine.ports import Clock, Password

_T = TypeVar("_T")

_LATE = "NotSentInTime"
"""Our own code for a request that was held back; the error is certain: nothing was carried out."""

_HANGS = "CallHangs"
"""Our own code for a call that did not come back by its deadline, or was not begun because others have not."""


class Answer(NamedTuple):
    """A successful answer: its members under AWS's names, and the server's time in epoch seconds."""

    members: Mapping[str, Any]
    server_time: float


@dataclass(frozen=True, kw_only=True)
class Request(Generic[_T]):
    """One operation with AWS's parameter names, less InstanceId and Password, and what to make of its answer.

    `resend` allows one repetition where the server closed the connection without an answer (a kept-alive connection
    that it had given up); for reads only. `within`: not sent at all when so many seconds have passed before.
    """

    operation: str
    parameters: Mapping[str, Any]
    parse: Callable[[Answer], _T]
    password: Password | None = None
    resend: bool = False
    within: float | None = None


class Calls:
    """Sends requests to one instance. Raises ConnectError; ValueError for what only a mistake in our code can cause.

    Every call has an end: beyond the deadline its thread is given up. Cancelling the awaiting task drops a request that
    was not sent yet; one that was goes on, and its answer is lost.
    """

    def __init__(self, *, threads: Threads, clients: Clients, target: Target, instance_id: str, clock: Clock) -> None:
        self._threads = threads
        self._clients = clients
        self._target = target
        self._instance_id = instance_id
        self._clock = clock

    async def send(self, request: Request[_T]) -> _T:
        """The parsed answer."""
        leave = Leave(None if request.within is None else self._clock.monotonic() + request.within)
        job = Job(self._target, request.operation, partial(self._send, request, leave), leave)
        outcome = await self._threads.run(job)
        if isinstance(outcome, GivenUp):
            outcome = ConnectError(
                operation=request.operation, code=_HANGS, message=outcome.message, uncertain=outcome.sent
            )
        if isinstance(outcome, ConnectError):
            raise outcome
        return outcome

    def _send(self, request: Request[_T], leave: Leave) -> _T | ConnectError:
        with in_time.under(leave):
            outcome = self._attempt(request)
            if request.resend and isinstance(outcome, ConnectError) and outcome.code == "ConnectionClosedError":
                outcome = self._attempt(request)
        if isinstance(outcome, ConnectError) and _may_be_outdated(outcome):
            self._clients.forget_refused()
        return outcome

    def _attempt(self, request: Request[_T]) -> _T | ConnectError:
        try:
            client = self._clients.connect(self._target)
        except Exception as error:  # noqa: BLE001 - credential plugins and proxies raise what they like
            failure = to_connect_error(error, request.operation)
            failure.uncertain = False
            return failure
        parameters = self._complete(client, request)
        try:
            if request.password is not None:
                parameters["Password"] = request.password.reveal()
            members = getattr(client, xform_name(request.operation))(**parameters)
        except in_time.TooLateError:
            message = "not sent, because it could not be sent in time; it is tried again"
            return ConnectError(operation=request.operation, code=_LATE, message=message)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever comes is classified, nothing passes
            return to_connect_error(error, request.operation, _hidden(client, request))
        return self._parsed(request, members)

    def _complete(self, client: Client, request: Request[_T]) -> dict[str, Any]:
        """The parameters with the instance's id, if the operation has one. An empty id in the path is refused here.

        botocore would send it: DescribeUser of '' becomes GET /users/<instance>/, which is another resource.
        """
        try:
            members = client.meta.service_model.operation_model(request.operation).input_shape.members
        except OperationNotFoundError:
            raise ValueError(f"Amazon Connect has no operation {request.operation!r}") from None
        parameters = dict(request.parameters)
        if "InstanceId" in members:
            parameters["InstanceId"] = self._instance_id
        for name, shape in members.items():
            if shape.serialization.get("location") == "uri" and not parameters.get(name):
                raise ValueError(f"{request.operation}: {name} is empty")
        return parameters

    def _parsed(self, request: Request[_T], members: Mapping[str, Any]) -> _T | ConnectError:
        try:
            return request.parse(Answer(members, self._server_time(members)))
        except (msgspec.ValidationError, KeyError, TypeError, ValueError, AttributeError) as error:
            # No HTTP status: a 200 would be judged as if AWS had refused the request. The texts name types and
            # members; a KeyError's is the member.
            return ConnectError(
                operation=request.operation,
                code=UNEXPECTED_ANSWER,
                message=f"the answer does not match the service model: {type(error).__name__}: {error}",
                request_id=str(members.get("ResponseMetadata", {}).get("RequestId", "")),
                uncertain=True,
            )

    def _server_time(self, members: Mapping[str, Any]) -> float:
        """The answer's HTTP Date, in epoch seconds; our own clock where it is missing or no date."""
        try:
            text = members["ResponseMetadata"]["HTTPHeaders"]["date"]
            moment = parsedate_to_datetime(text)
        except (KeyError, TypeError, ValueError):
            return self._clock.now()
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _may_be_outdated(error: ConnectError) -> bool:
    """Whether the credentials at hand are refused, and not a role to them: others go on with theirs."""
    return error.kind is ErrorKind.CREDENTIALS and error.code != ROLE_NOT_ASSUMED


def _hidden(client: Client, request: Request[Any]) -> Redaction:
    """What the texts of this request's failure are not to tell."""
    shape = client.meta.service_model.operation_model(request.operation).input_shape
    secrets = () if request.password is None else (request.password.reveal(),)
    return Redaction(secrets, tuple(sensitive(shape, request.parameters)))
