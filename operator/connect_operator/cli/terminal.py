"""The two streams: what a command says on standard output, and what it tells meanwhile on standard error.

Colours and cursor movements appear on terminals only; rich also heeds NO_COLOR and TERM=dumb. Whatever comes from AWS
or a manifest is passed through `printable`, so that a name cannot move somebody's cursor, nor steer a pipeline.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console

from connect_operator.domain.text.build_commands import as_no_command, without_commands
from connect_operator.domain.text.safe_text import safe_text


def output() -> Console:
    """Standard output; lines are never wrapped or cut."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def messages() -> Console:
    """Standard error."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)


def is_live(console: Console) -> bool:
    """Whether lines can be drawn over."""
    return console.is_terminal and not console.is_dumb_terminal


def printable(text: str) -> str:
    r"""The text on one line, its control characters written as \x1b and the like: a line end would forge a line.

    What a build service would take for a command is written as \x23#vso[ and the like.
    """
    return as_no_command(safe_text(text))


def printable_lines(lines: Iterable[str]) -> str:
    """Several texts, each made printable on a line of its own."""
    return "\n".join(map(printable, lines))


def file_text(text: str) -> str:
    """The text of a file that is written to standard output: as it is, but for a terminal each line made printable."""
    return printable_lines(text.split("\n")) if sys.stdout.isatty() else text


def json_text(document: Any) -> str:  # noqa: ANN401 - JSON values
    """The document as JSON with a line end; whatever acts upon who shows it, or is not seen, stands as an escape."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    plain = "".join(each if each == "\n" or each.isprintable() else _json_escape(each) for each in text)
    return without_commands(plain, r"\u0023") + "\n"


def _json_escape(character: str) -> str:
    # json itself lets DEL stand, which is ASCII.
    return json.dumps(character)[1:-1] if not character.isascii() else f"\\u{ord(character):04x}"


def counted(number: int, what: str) -> str:
    """`1 user`, `2 users`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
