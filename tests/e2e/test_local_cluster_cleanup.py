"""However a local cluster ends, no process and no file of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]  # its stubs are not among the pinned packages
import pytest

from local_cluster import ClusterError, LocalCluster
from local_cluster.readiness import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.cluster
START_TIMEOUT = 60


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The temporary folder of what the test starts, and of nothing else. Its path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@pytest.fixture
def command(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """``python -m local_cluster run``, when it has printed its line."""
    devtools = Path(__file__).parents[2] / "devtools"
    process = subprocess.Popen(
        [sys.executable, "-m", "local_cluster", "run"],
        env=os.environ | {"PYTHONPATH": str(devtools)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith(f"export KUBECONFIG={temporary}/")
        yield process
    finally:
        process.kill()
        process.communicate()


def descendants(pid: int) -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    return found


def assert_nothing_left(processes: list[psutil.Process], temporary: Path) -> None:
    assert len(processes) >= 3, "the supervisor, etcd and kube-apiserver"
    assert wait_until(lambda: not any(each.is_running() for each in processes), timeout=90), processes
    assert wait_until(lambda: not list(temporary.iterdir()), timeout=90), list(temporary.iterdir())


def test_stop_leaves_nothing(temporary: Path) -> None:
    cluster = LocalCluster()
    cluster.start()
    processes = [psutil.Process(cluster.supervisor_pid), *descendants(cluster.supervisor_pid)]
    assert cluster.folder.is_relative_to(temporary)

    cluster.stop()
    cluster.stop()

    assert_nothing_left(processes, temporary)
    with pytest.raises(ClusterError, match="does not run"):
        cluster.server  # noqa: B018 - a property that is asked for its error


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_command_ends_cleanly_on_a_signal(
    command: subprocess.Popen[str], temporary: Path, number: signal.Signals
) -> None:
    processes = descendants(command.pid)

    command.send_signal(number)

    assert command.wait(START_TIMEOUT) == 0
    assert_nothing_left(processes, temporary)


def test_killed_command_leaves_nothing(command: subprocess.Popen[str], temporary: Path) -> None:
    processes = descendants(command.pid)

    command.kill()

    assert_nothing_left(processes, temporary)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's parent-death signal")
def test_killed_supervisor_takes_its_servers_along(temporary: Path) -> None:
    with LocalCluster() as cluster:
        supervisor = psutil.Process(cluster.supervisor_pid)
        processes = [supervisor, *descendants(supervisor.pid)]

        supervisor.kill()

        assert wait_until(lambda: not any(map(is_alive, processes)), timeout=90)
    assert not list(temporary.iterdir())


def is_alive(process: psutil.Process) -> bool:
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def test_command_ends_with_an_error_when_a_server_dies(command: subprocess.Popen[str], temporary: Path) -> None:
    processes = descendants(command.pid)
    next(each for each in processes if each.name() == "etcd").kill()

    assert command.wait(START_TIMEOUT) == 1
    assert_nothing_left(processes, temporary)
