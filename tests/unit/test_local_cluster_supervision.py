"""The supervisor runs servers and cleans up; small shell commands stand in for the servers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local_cluster.readiness import wait_until
from local_cluster.supervision import Supervision, SupervisionError

if TYPE_CHECKING:
    from collections.abc import Iterator

DEVTOOLS = Path(__file__).parents[2] / "devtools"
DEADLINE = 20


@pytest.fixture
def supervision() -> Iterator[Supervision]:
    running = Supervision()
    yield running
    running.close()


def start(supervision: Supervision, script: str) -> Path:
    """Run a shell script; return its log when it has said that it is up."""
    log = supervision.folder / "log"
    supervision.start("server", ["sh", "-c", script], log)
    assert wait_until(lambda: log.exists() and "up" in log.read_text(), DEADLINE)
    return log


def process_id(log: Path) -> int:
    return int(log.read_text().split()[1])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_runs_in_the_folder_and_its_words_are_kept(supervision: Supervision) -> None:
    log = start(supervision, "pwd; echo complaint >&2; echo up; exec sleep 60")

    assert log.read_text().split() == [str(supervision.folder.resolve()), "complaint", "up"]
    assert supervision.exit_code("server") is None


def test_the_exit_code_of_a_server_that_ended_is_known(supervision: Supervision) -> None:
    start(supervision, "echo up; exit 3")

    assert wait_until(lambda: supervision.exit_code("server") == 3, DEADLINE)


def test_stop_lets_a_server_end_in_order(supervision: Supervision) -> None:
    log = start(supervision, "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done")

    supervision.stop("server", grace=DEADLINE)

    assert "bye" in log.read_text()
    assert supervision.exit_code("server") == 0


def test_stop_kills_a_server_that_will_not_end(supervision: Supervision) -> None:
    start(supervision, "trap '' TERM; echo up; while :; do sleep 0.05; done")

    supervision.stop("server", grace=0.1)

    assert supervision.exit_code("server") == -signal.SIGKILL


def test_a_stopped_server_can_be_started_again(supervision: Supervision) -> None:
    start(supervision, "echo up; exec sleep 60")
    supervision.stop("server", grace=DEADLINE)

    start(supervision, "echo up; exec sleep 60")

    assert supervision.exit_code("server") is None


def test_a_program_that_cannot_run_is_an_error_and_the_supervisor_goes_on(supervision: Supervision) -> None:
    with pytest.raises(SupervisionError, match="no-such-program"):
        supervision.start("server", ["/no-such-program"], supervision.folder / "log")

    start(supervision, "echo up; exec sleep 60")


def test_close_ends_the_servers_and_removes_the_folder() -> None:
    supervision = Supervision()
    pid = process_id(start(supervision, "echo up $$; exec sleep 60"))

    supervision.close()
    supervision.close()

    assert not is_alive(pid)
    assert not supervision.folder.exists()


def test_a_supervisor_that_was_killed_is_noticed_and_cleaned_up_after() -> None:
    supervision = Supervision()
    os.kill(supervision.pid, signal.SIGKILL)

    with pytest.raises(SupervisionError, match="supervisor"):
        supervision.start("server", ["true"], supervision.folder / "log")
    supervision.close()

    assert not supervision.folder.exists()


def test_a_terminated_supervisor_cleans_up(supervision: Supervision) -> None:
    pid = process_id(start(supervision, "echo up $$; exec sleep 60"))

    os.kill(supervision.pid, signal.SIGTERM)

    assert wait_until(lambda: not supervision.folder.exists(), DEADLINE)
    assert not is_alive(pid)


def test_the_end_of_the_owner_however_violent_is_the_end_of_the_servers() -> None:
    owner = f"""
import sys; sys.path.insert(0, {str(DEVTOOLS)!r})
from local_cluster.supervision import Supervision
supervision = Supervision()
supervision.start("server", ["sh", "-c", "echo up $$; exec sleep 60"], supervision.folder / "log")
print(supervision.folder, flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen(  # noqa: S603 - the script above
        [sys.executable, "-c", owner], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    log = folder / "log"
    assert wait_until(lambda: "up" in log.read_text(), DEADLINE)
    pid = process_id(log)

    process.kill()
    process.communicate()

    assert wait_until(lambda: not folder.exists(), DEADLINE)
    assert not is_alive(pid)


def test_a_temporary_folder_with_a_long_name_is_not_used_for_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setenv("TMPDIR", str(long))

    supervision = Supervision()
    supervision.close()

    assert len(str(supervision.folder)) <= 90
    assert not list(long.iterdir())
