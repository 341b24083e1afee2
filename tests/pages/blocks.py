"""The commands in README, docs and samples: each block of them, and what the page says that they print."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
_WRITTEN_BY_HAND = ("README.md", "docs/*.md", "docs/howto/*.md", "docs/runbooks/*.md", "manifests/**/*.md")
_FENCED = re.compile(r"^(?P<indent>[ ]*)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE)
_PROGRAMS = r"kubectl|connect-operator|connect-sim|make|docker|helm|curl|kubeconform|eval|\.venv/bin/\S+|[A-Z_]+=\S+"
_COMMAND = re.compile(rf"(\$ )?({_PROGRAMS}) \S")
_UUID = re.compile(r"\b(?!5eed0000)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_AGE = re.compile(r"(?<=\s)\d+[smhd](\d+[smh])?(?=\s|$)")


class Step(NamedTuple):
    """A command, its lines joined, and what it prints; None where the page does not say."""

    command: str
    printed: str | None


class Block(NamedTuple):
    """What stands between two fences of a page."""

    page: str
    steps: tuple[Step, ...]

    @property
    def first(self) -> str:
        """Its first command, by which tests name it."""
        return self.steps[0].command


def blocks() -> list[Block]:
    """Every block of commands, in the order of the pages."""
    pages = sorted({path for pattern in _WRITTEN_BY_HAND for path in ROOT.glob(pattern)})
    return [block for path in pages for block in _blocks_of(path)]


def yaml_of(page: str, holding: str) -> str:
    """The first YAML block of a page that holds the text."""
    found = _FENCED.finditer((ROOT / page).read_text("utf-8"))
    return next(each["text"] for each in found if each["language"] == "yaml" and holding in each["text"])


def alike(text: str) -> str:
    """What counts of a screen: not how it is broken into lines and columns, nor which ids and ages there are."""
    return " ".join(_AGE.sub("AGE", _UUID.sub("ID", text)).split())


def shows(page: str, printed: str) -> bool:
    """Whether a program printed what a page says; an ellipsis there stands for anything, a line's end for any blank."""
    parts = [re.escape(alike(part)) for part in page.split("…")]
    return re.fullmatch(r"\s*.*\s*".join(parts), alike(printed)) is not None


def _blocks_of(path: Path) -> Iterator[Block]:
    for match in _FENCED.finditer(path.read_text("utf-8")):
        text = textwrap.dedent(match["text"])
        if not match["language"] and _COMMAND.match(text):
            yield Block(str(path.relative_to(ROOT)), tuple(_steps(text)))


def _steps(text: str) -> Iterator[Step]:
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    if not text.startswith("$ "):
        yield from (Step(line, None) for line in lines)
        return
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        printed = "\n".join(lines[start + 1 : end])
        yield Step(lines[start].removeprefix("$ "), printed or None)
