"""The commands of a page of the documentation, by heading, run in a shell at the root of a checkout, like a reader."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TIMEOUT = 180.0


@dataclass
class Page:
    """`environment` is added to this process's own. What a test has not run is in `unread`."""

    name: str
    environment: dict[str, str]
    unread: dict[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.unread = dict(_blocks((ROOT / "docs" / self.name).read_text()))

    def run(self, heading: str) -> str:
        """Run the commands under a heading; returns what they print. Each must end with 0."""
        return "".join(self.command(each) for each in self.take(heading))

    def take(self, heading: str) -> list[str]:
        """The commands under a heading, for somebody who runs them one by one."""
        return self.unread.pop(heading)

    def command(self, command: str) -> str:
        """Run one command."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        ended = subprocess.run(  # noqa: S603 - the commands of our own documentation
            ["/bin/bash", "-euo", "pipefail", "-c", command],
            cwd=ROOT,
            env={**os.environ, **self.environment, "PATH": path},
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
        assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
        return ended.stdout


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        commands = [line for block in re.findall(r"```\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]
        if commands:
            yield section.partition("\n")[0], commands
