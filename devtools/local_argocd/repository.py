"""A Git repository of manifests in a folder, as a team has it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

_IDENTITY = {
    "GIT_AUTHOR_NAME": "Team",
    "GIT_AUTHOR_EMAIL": "team@example.com",
    "GIT_COMMITTER_NAME": "Team",
    "GIT_COMMITTER_EMAIL": "team@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


class Repository:
    """A repository with one branch, ``main``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._git("init", "--quiet", "--initial-branch=main")

    @property
    def url(self) -> str:
        """As an Application names it."""
        return f"file://{self.folder}"

    def write(self, path: str, *manifests: dict[str, Any]) -> None:
        """Write a file of manifests; nobody sees it before the commit."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump_all(manifests, sort_keys=False))

    def remove(self, path: str) -> None:
        """Remove a file."""
        (self.folder / path).unlink()

    def commit(self, message: str) -> str:
        """Commit what has changed; returns the revision."""
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", message)
        return self.head()

    def revert(self) -> str:
        """Undo the last commit by another one; returns its revision."""
        self._git("revert", "--no-edit", "HEAD")
        return self.head()

    def head(self) -> str:
        """The revision of the branch."""
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", self.folder, *arguments],  # noqa: S607 - the user's own git
            env={**os.environ, **_IDENTITY},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr}")
        return done.stdout
