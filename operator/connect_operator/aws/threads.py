"""The threads that calls run on: one each, so many at a time, and none is waited for beyond its deadline.

A thread cannot be ended from outside. One whose credential program, name lookup or endpoint hangs is given up: its
caller is told, its place is free for others, and nothing is sent by it any more. It stays in memory until it comes
back, so what hangs is tried by one call at a time, with growing pauses. Its age is what the health check looks at.

The threads are daemons, not a ThreadPoolExecutor's, which the interpreter waits for at its end, for ever if need be.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from connect_operator.aws.in_time import Leave
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.pace.growth import doubled
from connect_operator.engine.ports import Clock

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 60.0
_MOST_HANGING = 100
"""Threads of one target that hang; with more of them nothing is tried until one comes back."""

_BEFORE = "before they are sent: the credential program, the credential service or a file hangs"
_AFTER = "after they were sent: the name service, the network, a proxy or the endpoint hangs"


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What comes back in place of an answer: why, and whether the request may have been sent."""

    message: str
    sent: bool


@dataclass(frozen=True, slots=True)
class Job(Generic[_T]):
    """A function that blocks. `target` is what it talks to: when it hangs, others of the same target will, too."""

    target: Hashable
    name: str
    work: Callable[[], _T]
    leave: Leave


@dataclass(eq=False, slots=True)
class _Call:
    """A thread under way, or given up and not back yet."""

    job: Job[Any]
    began: float
    answer: asyncio.Future[Any]
    thread: threading.Thread | None = None
    timer: asyncio.TimerHandle | None = None
    given_up: bool = False


@dataclass(slots=True)
class _Trouble:
    """A target whose calls hang: since when (epoch seconds), where, and when one more may be tried (monotonic)."""

    since: float
    where: str
    retry_tick: float = 0.0
    times: int = 0
    probe: _Call | None = None


@dataclass
class Threads:
    """Runs jobs, at most `limit` at a time, each for at most `deadline` seconds, waiting for its turn included.

    `hung` is told when a call was given up before anything was sent (its beginning, in monotonic seconds). Only from
    the event loop's thread.
    """

    limit: int
    clock: Clock
    deadline: float
    hung: Callable[[float], None] = lambda _began: None
    _free: asyncio.Semaphore = field(init=False)
    _calls: set[_Call] = field(default_factory=set)
    _troubles: dict[Hashable, _Trouble] = field(default_factory=dict)
    _closed: bool = False

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.limit)

    def oldest(self) -> float:
        """Seconds since the oldest call began that has not come back.

        One that was given up counts until another call to its target has come back: then nothing hangs any more.
        """
        now = self.clock.monotonic()
        counted = (call for call in self._calls if not call.given_up or call.job.target in self._troubles)
        return max((now - call.began for call in counted), default=0.0)

    async def run(self, job: Job[_T]) -> _T | GivenUp:
        """The job's result. Cancelling it leaves the thread to itself, and nothing more is sent by it."""
        if self._closed or self._is_hopeless(job.target):
            return self._refused(job)
        asked = time.monotonic()
        try:
            async with asyncio.timeout(self.deadline):
                await self._free.acquire()
        except TimeoutError:
            return GivenUp(f"not sent, because no thread was free within {self.deadline:g} s", sent=False)
        if self._closed or self._is_hopeless(job.target):
            self._free.release()
            return self._refused(job)
        call = self._begin(job, self.deadline - (time.monotonic() - asked))
        try:
            answer: _T | GivenUp = await call.answer
        except asyncio.CancelledError:
            job.leave.withdraw()
            raise
        return answer

    def close(self, patience: float) -> None:
        """Begin nothing more, and wait for what is under way for at most so many seconds. Blocks."""
        self._closed = True
        ends = time.monotonic() + patience
        for call in tuple(self._calls):
            if call.thread is not None and not call.given_up:
                call.thread.join(max(0.0, ends - time.monotonic()))

    def _begin(self, job: Job[Any], left: float) -> _Call:
        loop = asyncio.get_running_loop()
        call = _Call(job, self.clock.monotonic(), loop.create_future())
        trouble = self._troubles.get(job.target)
        if trouble is not None:
            trouble.probe = call

        def run() -> None:
            outcome: Any
            try:
                outcome = job.work()
            except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
                outcome = error
            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
                loop.call_soon_threadsafe(self._back, call, outcome)

        call.thread = threading.Thread(target=run, name=f"connect-api {job.name}", daemon=True)
        call.timer = loop.call_later(left, self._give_up, call)
        self._calls.add(call)
        try:
            call.thread.start()
        except RuntimeError as error:
            # No more threads are allowed. They may be, later.
            self._back(call, GivenUp(f"not sent: {error}", sent=False))
        return call

    def _back(self, call: _Call, outcome: object) -> None:
        """The thread has come back, in time or late."""
        self._calls.discard(call)
        if call.timer is not None:
            call.timer.cancel()
        trouble = self._troubles.get(call.job.target)
        if call.given_up:
            logger.warning("%s has come back after %.0f s", call.job.name, self.clock.monotonic() - call.began)
            if trouble is not None:
                trouble.retry_tick = 0.0
            return
        self._free.release()
        if trouble is not None:
            del self._troubles[call.job.target]
        if call.answer.done():
            return
        if isinstance(outcome, BaseException):
            call.answer.set_exception(outcome)
        else:
            call.answer.set_result(outcome)

    def _give_up(self, call: _Call) -> None:
        """The deadline has passed. The thread is left to itself, and its place is free."""
        call.given_up = True
        sent = call.job.leave.withdraw()
        self._free.release()
        now = self.clock.monotonic()
        where = _AFTER if sent else _BEFORE
        trouble = self._troubles.setdefault(call.job.target, _Trouble(self.clock.now(), where))
        trouble.where = where
        if trouble.probe is call:
            trouble.probe = None
        if now >= trouble.retry_tick:
            trouble.times += 1
            trouble.retry_tick = now + doubled(_FIRST_PAUSE, trouble.times, _LONGEST_PAUSE)
        logger.warning("%s has not come back within %g s and is given up", call.job.name, self.deadline)
        if not sent:
            self.hung(call.began)
        if not call.answer.done():
            call.answer.set_result(GivenUp(_told(trouble), sent))

    def _is_hopeless(self, target: Hashable) -> bool:
        """Whether a call to that target would only hang, too: one is tried at a time, now and then."""
        trouble = self._troubles.get(target)
        if trouble is None:
            return False
        if trouble.probe is not None or self.clock.monotonic() < trouble.retry_tick:
            return True
        return sum(call.given_up and call.job.target == target for call in self._calls) >= _MOST_HANGING

    def _refused(self, job: Job[Any]) -> GivenUp:
        trouble = self._troubles.get(job.target)
        return GivenUp("not sent, because the process ends" if trouble is None else _told(trouble), sent=False)


def _told(trouble: _Trouble) -> str:
    """The same for all calls of a target, so that a status that says it is not rewritten."""
    return f"calls have not come back since {rfc3339(trouble.since)}, {trouble.where}; one is tried at a time"
