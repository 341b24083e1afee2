"""The process ends in time, whatever hangs, and says so."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading

import pytest

from connect_operator.ending import EXIT_CODE, Ending

HANGS = """
import asyncio, logging, sys, threading
from connect_operator.ending import Ending
logging.basicConfig(stream=sys.stderr)
async def main():
    Ending(0.5).arm()
    # Such a thread is joined by asyncio's end and by the interpreter's.
    asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)
    await asyncio.sleep(0)
asyncio.run(main())
"""


def test_a_thread_that_the_interpreter_waits_for_does_not_keep_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - this interpreter
    assert ended.returncode == EXIT_CODE
    assert "it ends now, without waiting for" in ended.stderr
    assert "asyncio_0" in ended.stderr


def test_it_is_armed_once_and_says_what_hangs(caplog: pytest.LogCaptureFixture) -> None:
    codes, ended = list[int](), threading.Event()

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    ending = Ending(0.05, end)
    with caplog.at_level(logging.ERROR):
        ending.arm()
        ending.arm()
        assert ended.wait(60)
    assert codes == [EXIT_CODE]
    assert len(caplog.records) == 1


def test_unarmed_it_does_nothing() -> None:
    before = threading.active_count()
    Ending(0.0)
    assert threading.active_count() == before
