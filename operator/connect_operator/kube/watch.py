"""Watching the operator's kinds: thin kopf handlers that hand each object to its controller, and nothing else.

kopf lists, watches, resumes and re-authenticates; it never queues work, posts Events, or writes to an object here.
Whoever decides what a change means is behind `KindController`. What a watch can miss is found by resync.py.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import signal
import threading
from collections.abc import Callable, Collection, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

import kopf

from connect_operator.domain.kinds.objects import GROUP, VERSION
from connect_operator.domain.kinds.registry import KINDS, Kind
from connect_operator.engine.ports import KindController
from connect_operator.kube.credentials import LoadConfiguration
from connect_operator.kube.judges import Judges, NoJudges, Relists
from connect_operator.kube.kinds import Controllers, deliver
from connect_operator.kube.no_storage import NoDiffBase, NoProgress
from connect_operator.kube.served import Served
from connect_operator.kube.watch_session import Sessions
from connect_operator.kube.watch_stop import leave_out_told_errors, stop
from connect_operator.kube.watch_streams import WatchStreams

_log = logging.getLogger(__name__)

WATCH_SECONDS = 240
"""The API server ends each watch request after this; the next one, at once, is a sign of life for the health check."""
SILENCE_SECONDS = 70.0
"""A watch without even a bookmark (one a minute) for this long is dead, and is begun anew."""
ERROR_BACKOFFS = (1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 60, 60, 60)
"""How long the API server may be away (5 minutes) before the process ends to be started afresh."""
CHUNK = 500
"""Objects in one page of a list: 10 000 objects then cost 86 MB in all instead of 199 MB (measured)."""


_NOT_FOUND = 404


class WatchEndedError(Exception):
    """kopf has stopped without being told to; the process must end, and be started again."""


@dataclass(frozen=True)
class WatchOptions:
    """What to watch, and the process's own business that kopf must leave alone.

    No namespaces means all of them; ConnectInstances are watched in any case. `reclaim_signals` installs the process's
    own SIGTERM and SIGINT handlers, which kopf replaces when it starts; None leaves Python's defaults. `judges` wait
    while kopf lists anew. `chunk`: objects in one page of such a list. `served` knows which kinds are done without.
    """

    namespaces: Collection[str] = ()
    heartbeat: Callable[[str], None] = lambda _plural: None
    judges: Judges = field(default_factory=NoJudges)
    chunk: int = CHUNK
    served: Served | None = None
    reclaim_signals: Callable[[], None] | None = None


def build_registry(
    controllers: Controllers, listed: Callable[[], None] = lambda: None, kinds: Iterable[Kind] = KINDS
) -> kopf.OperatorRegistry:
    """The handlers; the registry has no others, so kopf has no reason to write to any object.

    `listed` is told after an object of a list, and not of a watch, was handed over.
    """
    registry = kopf.OperatorRegistry()
    for kind in kinds:
        watched = kopf.on.event(GROUP, VERSION, kind.plural, registry=registry, id=kind.name)
        watched(_handler(kind, controllers[kind.name], listed))
    return registry


def _handler(
    kind: Kind, controller: KindController, listed: Callable[[], None]
) -> Callable[..., Coroutine[Any, Any, None]]:
    async def handle(event: kopf.RawEvent, **_: Any) -> None:  # noqa: ANN401 - kopf's calling convention
        # Tasks and timers keep the context in which they are begun for as long as they live, and kopf's has the object
        # as it came, a megabyte perhaps. So an object is handed over without it.
        handed = cast("dict[str, Any]", event["object"])
        contextvars.Context().run(deliver, kind, controller, handed, deleted=event["type"] == "DELETED")
        if event["type"] is None:
            listed()

    return handle


def watch_settings(chunk: int = CHUNK) -> kopf.OperatorSettings:
    """The settings of kopf that differ from its defaults; see the constants above for why."""
    settings = kopf.OperatorSettings()
    settings.process.ultimate_exiting_timeout = None  # else kopf kills the whole process 10 minutes after a stop
    settings.posting.enabled = False
    settings.peering.standalone = True
    settings.persistence.diffbase_storage = NoDiffBase()
    settings.persistence.progress_storage = NoProgress()
    settings.scanning.disabled = True  # else kopf watches CRDs and Namespaces, which needs more rights
    settings.watching.chunk_size = chunk
    settings.watching.server_timeout = WATCH_SECONDS
    settings.watching.inactivity_timeout = SILENCE_SECONDS
    settings.watching.connect_timeout = 10
    settings.networking.request_timeout = 30
    settings.networking.connect_timeout = 10
    settings.networking.error_backoffs = ERROR_BACKOFFS
    settings.queueing.idle_timeout = 0.05
    return settings


async def run_watch(controllers: Controllers, load: LoadConfiguration, options: WatchOptions = WatchOptions()) -> None:
    """Watch until cancelled; `load` comes from credentials.loader.

    Any end of kopf is a WatchEndedError here, whose cause is the error, unless `served` can do without what is gone.
    """
    relists = Relists(options.judges)
    leave_out_told_errors()
    while True:
        without = options.served.gone if options.served else ()
        watched = [kind for kind in KINDS if kind.plural not in without]
        try:
            await _watch(watched, controllers, load, options, relists)
        except WatchEndedError as ended:
            if options.served is None or getattr(ended.__cause__, "status", None) != _NOT_FOUND:
                raise
            if not await options.served.find_gone([kind.plural for kind in watched]):
                raise
            relists.end(options.served.gone)


async def _watch(
    kinds: Collection[Kind], controllers: Controllers, load: LoadConfiguration, options: WatchOptions, relists: Relists
) -> None:
    """Watch until kopf ends, which raises WatchEndedError.

    kopf is embedded by its tasks and not by `kopf.operator()`, because the latter cancels every task of the event loop
    that was started after it, ours included.
    """
    registry = build_registry(controllers, relists.delivered, kinds)
    sessions = Sessions(load, options.heartbeat, relists)
    streams = WatchStreams()
    streams.follow()

    @kopf.on.login(registry=registry, errors=kopf.ErrorsMode.PERMANENT)
    async def login(**_: Any) -> kopf.AiohttpSession:  # noqa: ANN401 - kopf's calling convention
        return await sessions.open()

    tasks = await kopf.spawn_tasks(
        registry=registry,
        settings=watch_settings(options.chunk),
        standalone=True,
        # Alone, nobody asks for it; but kopf would make one of the account's name, and in the image it has none.
        identity=cast("Any", "connect-operator"),
        clusterwide=not options.namespaces,
        namespaces=tuple(options.namespaces),
    )
    # There is no await between kopf's taking of the signals and this, so none can be lost.
    _take_signals_back(options.reclaim_signals)
    try:
        await asyncio.wait({*tasks, sessions.failure}, return_when=asyncio.FIRST_COMPLETED)
        cause = sessions.failure.result() if sessions.failure.done() else _error_of(tasks)
    finally:
        await stop(tasks)
        await streams.close()
        await sessions.close()
    raise WatchEndedError(f"the watch has ended: {_text(cause)}") from cause


_REMEDIES = {
    403: "the operator must have the verbs list and watch on all kinds of "
    f"{GROUP}: apply manifests/rbac.yaml again, or grant them",
    _NOT_FOUND: f"the API server does not serve the kinds of {GROUP} ({VERSION}) any more: "
    "apply the manifests in crds/ again",
}
"""By the HTTP status of kopf's API errors."""


def _text(cause: BaseException | None) -> str:
    """One line: kopf's API errors carry the whole answer after the message."""
    if cause is None:
        return "kopf does not tell why"
    text = str(cause.args[0]) if cause.args else repr(cause)
    remedy = _REMEDIES.get(getattr(cause, "status", None) or 0)
    return f"{text}; {remedy}" if remedy else text


def _error_of(tasks: Collection[asyncio.Task[Any]]) -> BaseException | None:
    finished = (task for task in tasks if task.done() and not task.cancelled())
    return next((error for task in finished if (error := task.exception()) is not None), None)


def _take_signals_back(reclaim: Callable[[], None] | None) -> None:
    if threading.current_thread() is not threading.main_thread():
        return  # kopf takes signals in the main thread only
    if reclaim is not None:
        # Replaced, not removed first: a SIGTERM that came between the two would kill the process on the spot.
        reclaim()
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
