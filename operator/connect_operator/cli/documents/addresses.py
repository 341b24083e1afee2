"""Addresses where a file is wanted: kubectl reads them, these commands do not, and say how it is done."""

from __future__ import annotations

import os
import re
import shlex

import click

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+://")


def is_address(path: str) -> bool:
    """Whether that is written like https://example.com/users.yaml."""
    return _SCHEME.match(path) is not None


def fetch_first(address: str, command: str = "") -> str:
    """Why it is not read, and what to write; `command` reads standard input, where there is one that does."""
    quoted = shlex.quote(address)
    how = f"curl -fsSL {quoted} | {command}" if command else f"curl -fsSLO {quoted}"
    return f"is an address, and only files are read here; write: {how}"


class LocalFile(click.Path):
    """click.Path for files that exist, whose error tells an address as one."""

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """See click."""
        if isinstance(value, str) and is_address(value):
            self.fail(f"{value} {fetch_first(value)}", param, ctx)
        return super().convert(value, param, ctx)
