"""Requests to the Kubernetes API: credentials, timeouts, and which answer raises what.

One method, `Connection.request`, serves every verb on every kind, because the answers are decoded by msgspec and not
into the client library's model objects. What a request means for an object belongs to client.py.

    ClusterUnavailableError   no answer within the timeout, no connection, 401 with fresh credentials, 429, 5xx; nothing
                              was sent because the server refuses at present (circuit.py), or for want of credentials
    RequestRefusedError       any other refusal
    ├── NotFoundError         404 with the reason NotFound, which only the API server itself gives
    ├── ConflictError         409 to a write
    ├── InvalidRequestError   422 to a write; a test of a JSON patch failed
    │   └── DeniedError       `causes` say why, in a 409, too; also a PermissionError: somebody has to lift it
    ├── ForbiddenError        403; also a PermissionError, and its text says what to grant
    └── UnexplainedError      the rest; also a ClusterUnavailableError: no word about the object, so it is tried again
        └── NotServedError    any other 404: the kind is not served, or a proxy has answered
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp
import msgspec

from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.circuit import Circuit, Circuits, asked_pause
from connect_operator.kube.credentials import LoadConfiguration, NoClusterError
from connect_operator.kube.http_session import Bounds, HttpSession, TooLongError
from connect_operator.kube.server_time import ServerTime

_log = logging.getLogger(__name__)

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"

# RFC 1123 subdomains, which all names used here are; anything else cannot exist and must not become part of a URL.
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_UNAUTHORIZED = 401
_RENEWAL_INTERVAL = 5.0
"""Credentials that are refused again at once are not fetched again at once: it may start a program each time."""


class RequestRefusedError(Exception):
    """The request was refused; `causes` are the API server's, by field."""

    def __init__(self, message: str, code: int, causes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code, self.causes = code, causes


class NotFoundError(RequestRefusedError):
    """The object, its namespace or its kind does not exist."""


class ConflictError(RequestRefusedError):
    """The object was changed meanwhile, or its identity differs, or it exists already."""


class InvalidRequestError(RequestRefusedError):
    """The object would be invalid (`causes` names fields), or a test of a JSON patch failed (no causes)."""


class DeniedError(InvalidRequestError, PermissionError):
    """The schema or an admission policy does not want the object so; `causes` say why."""


class ForbiddenError(RequestRefusedError, PermissionError):
    """Role-based access control or admission forbids it."""


class UnexplainedError(RequestRefusedError, ClusterUnavailableError):
    """An answer that is no word about the object, whoever on the way has given it."""


class NotServedError(UnexplainedError):
    """Nothing is served at that path at present: no proof that an object is gone."""


@dataclass(frozen=True)
class Request:
    """One request. `path`: absolute, of checked names; `body`: JSON types; times in seconds; `most`: bytes to read."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    content_type: str = "application/json"
    accept: str = "application/json"
    timeout: float = 10.0
    most: int | None = None


class _Details(msgspec.Struct, frozen=True):
    causes: list[dict[str, str]] = []


class _Status(msgspec.Struct, frozen=True):
    message: str = ""
    reason: str = ""
    details: _Details = _Details()


_REFUSALS = {403: ForbiddenError, 409: ConflictError, 422: InvalidRequestError}
_UNAVAILABLE = frozenset({408, 429})
_SERVER_ERRORS = 500
_OVERLOADED = frozenset({401, 408, 429, 502, 503, 504})
"""What tells of the server's state, and not of the one object."""


class _Answer(NamedTuple):
    status: int
    body: bytes
    retry_after: float | None


class Connection:
    """A pool of connections to one API server; fresh credentials are fetched when it refuses the present ones."""

    def __init__(
        self,
        load: LoadConfiguration,
        *,
        pool_size: int = 16,
        observe: Callable[[str, int, float], None] = lambda _method, _code, _seconds: None,
        may_write: Callable[[], bool] = lambda: True,
    ) -> None:
        """`load` comes from credentials.loader; `observe` is told method, HTTP code (0: none) and seconds.

        Without `may_write` nothing but GET is sent: another process leads.
        """
        self._load = load
        # Waiting for a free connection must not count against the timeout of a request, hence our own limit.
        self._slots = asyncio.Semaphore(pool_size)
        self._pool_size = pool_size
        self._observe = observe
        self._may_write = may_write
        self._client: HttpSession | None = None
        self._retired: HttpSession | None = None
        self._refresh = asyncio.Lock()
        self._renewed = float("-inf")
        self._circuits = Circuits()
        self.server_time = ServerTime(time.time, time.monotonic)

    @property
    def host(self) -> str:
        """The API server's host and port; "" before the first request."""
        return urlsplit(self._client.host).netloc if self._client is not None else ""

    async def close(self) -> None:
        """Close all connections; requests under way fail."""
        for client in (self._client, self._retired):
            if client is not None:
                await client.close()

    async def request(self, request: Request) -> bytes:
        """The body of the answer. Raises as the module says, and TooLongError. A write is sent once, but for a 401."""
        circuit, now = self._circuits.of(request.method, request.path), asyncio.get_running_loop().time
        client = await self._current()
        async with self._slots:
            if request.method != "GET" and not self._may_write():
                text = f"{request.method} {request.path}: not sent, this process does not lead at present"
                raise ClusterUnavailableError(text, spared=True)
            wait = circuit.wait(now())
            if wait > 0:
                text = f"{request.method} {request.path}: not sent, the API server refuses at present"
                raise ClusterUnavailableError(text, retry_after=wait, spared=True)
            turn, asked = circuit.turn, None
            refused: bool | None = True
            try:
                answer = await self._exchange(client, request)
                if answer.status == _UNAUTHORIZED:
                    answer = await self._exchange(await self._renew(client), request)
                refused, asked = answer.status in _OVERLOADED, answer.retry_after
            except (asyncio.CancelledError, NoClusterError, TooLongError):
                refused = None
                raise
            finally:
                if circuit.ended(turn, now(), refused=refused, asked=asked if refused else None):
                    _warn(request, circuit, now())
        if answer.status >= 300:  # noqa: PLR2004 - below that HTTP codes mean success
            raise _refusal(request, answer)
        if not _is_object(answer.body):
            raise ClusterUnavailableError(f"{request.method} {request.path}: {answer.status} without an object")
        return answer.body

    async def _exchange(self, client: HttpSession, request: Request) -> _Answer:
        loop = asyncio.get_running_loop()
        started, status = loop.time(), 0
        try:
            answer = await client.send(
                request.method,
                request.path,
                query=request.query,
                headers={"Accept": request.accept, "Content-Type": request.content_type},
                body=request.body,
                bounds=Bounds(request.timeout, request.most),
            )
            status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            text = str(error) or f"no answer within {request.timeout:g} s"
            raise ClusterUnavailableError(f"{request.method} {request.path}: {text}") from error
        finally:
            self._observe(request.method, status, loop.time() - started)
        self.server_time.note(answer.headers.get("Date"))
        return _Answer(status, answer.body, asked_pause(answer.headers.get("Retry-After")))

    async def _current(self) -> HttpSession:
        return self._client if self._client is not None else await self._renew(None)

    async def _renew(self, refused: HttpSession | None) -> HttpSession:
        """A client with fresh credentials, made once for all requests that were refused with the same old ones."""
        async with self._refresh:
            now = asyncio.get_running_loop().time()
            client = self._client
            if client is None or (client is refused and now - self._renewed >= _RENEWAL_INTERVAL):
                self._renewed = now if refused is not None else self._renewed
                configuration = await self._load_again() if refused is not None else await self._load()
                configuration.refresh_api_key_hook = _patient(configuration.refresh_api_key_hook)
                if self._retired is not None:
                    await self._retired.close()
                # The old client still carries requests of others; it is closed when the next one takes its place.
                client = HttpSession(configuration, pool_size=self._pool_size)
                self._retired, self._client = self._client, client
            return client

    async def _load_again(self) -> Any:  # noqa: ANN401 - untyped library
        """What cannot be read now (a file is being replaced, a program fails) may be readable at the next attempt."""
        try:
            return await self._load()
        except NoClusterError as error:
            raise ClusterUnavailableError(f"no fresh credentials: {error}") from error


def _patient(hook: Any) -> Any:  # noqa: ANN401 - untyped library
    """Likewise for the token that is read again, or asked of a program, between requests."""
    if hook is None:
        return None

    async def refresh(configuration: object) -> None:
        try:
            if asyncio.iscoroutine(pending := hook(configuration)):
                await pending
        except Exception as error:
            raise ClusterUnavailableError(f"no fresh credentials: {error}") from error

    return refresh


def _warn(request: Request, circuit: Circuit, now: float) -> None:
    pause = circuit.until - now
    _log.warning(
        "the Kubernetes API refuses, or does not answer (%s %s); the next attempt is in %.0f s",
        request.method,
        request.path,
        pause,
    )


def checked_name(name: str) -> str:
    """The name, if an object can have it; raises ValueError before something else gets into a URL."""
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} is no name of a Kubernetes object (lower-case letters, digits, '-' and '.')")
    return name


def _is_object(body: bytes) -> bool:
    """Whether it looks like the JSON of an object, and not like a proxy's page, perhaps to log in at."""
    return body[:1] == b"{" and body.rstrip()[-1:] == b"}"


def _refusal(request: Request, answer: _Answer) -> Exception:
    status = answer.status
    try:
        told = msgspec.json.decode(answer.body, type=_Status)
    except msgspec.DecodeError:
        told = _Status(message=answer.body[:200].decode("utf-8", "replace"))
    text = f"{request.method} {request.path}: {status} {told.message}"
    if status >= _SERVER_ERRORS or status in _UNAVAILABLE or status == _UNAUTHORIZED:
        return ClusterUnavailableError(text, retry_after=answer.retry_after)
    causes = tuple(f"{cause.get('field', '')}: {cause.get('message', '')}" for cause in told.details.causes)
    return _class_of(request, status, told)(text, status, causes)


def _class_of(request: Request, status: int, told: _Status) -> type[RequestRefusedError]:
    if status == 404:  # noqa: PLR2004 - HTTP's own number
        return NotFoundError if told.reason == "NotFound" else NotServedError
    found = _REFUSALS.get(status, UnexplainedError)
    if found is not ForbiddenError and request.method == "GET":
        return UnexplainedError
    return DeniedError if found in (ConflictError, InvalidRequestError) and told.details.causes else found
