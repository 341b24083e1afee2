"""Files and folders as documents, each with the place where it stands.

What cannot be read is told, one sentence each, and stops nothing else. It is an error where it speaks of our kinds, or
where the file was named on its own; otherwise it is somebody else's, and only noted.
"""

from __future__ import annotations

import codecs
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from connect_operator.cli.documents.addresses import fetch_first, is_address
from connect_operator.cli.documents.chunks import Chunk, chunks

_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
# kubectl reads these as well; other encodings it does not know.
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
LARGEST = 64 * 1024 * 1024
"""Bytes: a file that is larger is not read."""


class FilesError(Exception):
    """Files that cannot be read, or manifests that are wrong; one sentence each, with the place."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class Document(NamedTuple):
    """A mapping, and where it stands: the file, the document's number in it (from 1) and its first line."""

    file: str
    number: int
    line: int
    content: dict[str, Any]

    @property
    def place(self) -> str:
        """`users.yaml, document 2 (line 14)`."""
        return f"{self.file}, document {self.number} (line {self.line})"


@dataclass(slots=True)
class Documents:
    """What was read: the documents, what is wrong with ours, and what could not be read of others."""

    found: list[Document] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_documents(paths: tuple[str, ...], stdin: TextIO, ours: str) -> Documents:
    """All documents of these files and folders (with what is below them); "-" is standard input.

    `ours`: a text that every document of ours holds.
    """
    documents = Documents()
    for path in paths:
        if path == "-":
            _take(documents, "standard input", stdin.read(), ours, alone=True)
            continue
        if is_address(path):
            documents.wrong.append(f"{path} {fetch_first(path, 'connect-operator plan -f -')}")
            continue
        root = Path(path)
        folder = root.is_dir()
        files = list(_manifests(root)) if folder else [root]
        if folder and not files:
            documents.wrong.append(f"{path}: the folder holds no *.yaml, *.yml or *.json")
        for file in files:
            try:
                text = text_of(file)
            except (OSError, ValueError) as error:
                told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
                (documents.notes if folder else documents.wrong).append(f"{file}: {told}")
            else:
                _take(documents, str(file), text, ours, alone=not folder)
    return documents


def _take(documents: Documents, name: str, text: str, ours: str, *, alone: bool) -> None:
    for chunk in chunks(text):
        if isinstance(chunk.content, dict):
            documents.found.append(Document(name, chunk.number, chunk.line, chunk.content))
        else:
            told = documents.wrong if alone or ours in chunk.text else documents.notes
            told.append(f"{name}, document {chunk.number} (line {chunk.line}): {_why_not(chunk)}")


def _why_not(chunk: Chunk) -> str:
    if chunk.problem:
        return chunk.problem
    return f"is no manifest but a {'list' if isinstance(chunk.content, list) else 'single value'}"


def _manifests(root: Path) -> Iterator[Path]:
    """Files of a manifest's name, outside hidden folders such as .git. Links to folders are not followed."""
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if not hidden and path.suffix in _SUFFIXES and not path.is_dir():
            yield path


def start_of(file: Path) -> bytes:
    """A byte more than is read of any file, at most, and what is there now: /proc/kmsg, behind a link, has no end."""
    with os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as opened:
        return opened.read(LARGEST + 1) or b""


def text_of(file: Path) -> str:
    """Raises OSError; ValueError for what is no file of text, which is not opened: a pipe would never end."""
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("is no file that can be read, but a pipe, a device or a folder")
    content = start_of(file)
    if len(content) > LARGEST:
        raise ValueError(f"is larger than {LARGEST // 1024 // 1024} MiB")
    encoding = next((each for mark, each in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return io.TextIOWrapper(io.BytesIO(content), encoding).read()
    except UnicodeDecodeError as error:
        told = encoding.upper()
        raise ValueError(f"is not {told} ({error.reason} at byte {error.start}); save it as UTF-8") from error
