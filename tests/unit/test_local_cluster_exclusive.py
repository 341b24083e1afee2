"""The lock that keeps two builds apart, between real processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local_cluster.exclusive import exclusive

DEVTOOLS = Path(__file__).parents[2] / "devtools"
HOLD = f"""
import sys
sys.path.insert(0, {str(DEVTOOLS)!r})
from pathlib import Path
from local_cluster.exclusive import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


class Holder:
    """Another process that holds the lock until told otherwise."""

    def __init__(self, lock: Path) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - the script above
            [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "held\n"

    def let_go(self) -> None:
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def test_waits_until_the_other_process_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "new" / "folder" / "lock"
    holder, waited = Holder(lock), []

    def other_lets_go() -> None:
        waited.append(True)
        holder.let_go()

    with exclusive(lock, while_waiting=other_lets_go):
        assert waited == [True]


def test_a_killed_holder_holds_no_more(tmp_path: Path) -> None:
    Holder(tmp_path / "lock").kill()
    waited: list[bool] = []

    with exclusive(tmp_path / "lock", while_waiting=lambda: waited.append(True)):
        assert not waited


def test_a_tool_that_outlives_its_caller_keeps_the_lock(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock") as descriptor:
        tool = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=[descriptor])
    waited = []

    def tool_ends() -> None:
        waited.append(True)
        tool.communicate()

    with exclusive(tmp_path / "lock", while_waiting=tool_ends):
        assert waited == [True]
