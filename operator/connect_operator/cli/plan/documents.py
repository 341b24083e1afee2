"""YAML and JSON files as documents, each with the place where it stands. Nothing is known here of the kinds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import yaml

_SUFFIXES = frozenset({".yaml", ".yml", ".json"})


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


def read_documents(paths: tuple[str, ...], stdin: TextIO) -> list[Document]:
    """All documents of these files and folders (with what is below them); "-" is standard input. Raises FilesError."""
    documents: list[Document] = []
    wrong: list[str] = []
    for path in paths:
        for name, stream in _streams(path, stdin, wrong):
            try:
                documents += _parsed(name, stream)
            except yaml.YAMLError as error:
                wrong.append(f"{name}: {_yaml_error(error)}")
            except UnicodeDecodeError as error:
                wrong.append(f"{name}: is not UTF-8 ({error.reason} at byte {error.start})")
            except FilesError as error:
                wrong += error.messages
    if wrong:
        raise FilesError(wrong)
    return documents


def _streams(path: str, stdin: TextIO, wrong: list[str]) -> Iterator[tuple[str, str]]:
    """Name and text of each file; what cannot be read is told in `wrong`."""
    if path == "-":
        yield "standard input", stdin.read()
        return
    root = Path(path)
    files = sorted(each for each in root.rglob("*") if _is_manifest(each, root)) if root.is_dir() else [root]
    if root.is_dir() and not files:
        wrong.append(f"{path}: the folder holds no *.yaml, *.yml or *.json")
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            wrong.append(f"{file}: is not UTF-8 ({error.reason} at byte {error.start})")
        except OSError as error:
            wrong.append(f"{file}: {error.strerror or error}")
        else:
            yield str(file), text


def _is_manifest(path: Path, root: Path) -> bool:
    """Files of a manifest's name, outside hidden folders such as .git."""
    hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    return not hidden and path.suffix in _SUFFIXES and path.is_file()


def _parsed(name: str, text: str) -> Iterator[Document]:
    loader = yaml.CSafeLoader(text)
    number = 0
    try:
        while (node := loader.get_node() if loader.check_node() else None) is not None:
            number += 1
            line = node.start_mark.line + 1
            place = f"{name}, document {number} (line {line})"
            _refuse_twins(node, place)
            content = loader.construct_document(node)
            if content is None:
                continue
            if not isinstance(content, dict):
                raise FilesError([f"{place}: is no manifest but a {type(content).__name__}"])
            yield Document(name, number, line, content)
    finally:
        loader.dispose()


def _refuse_twins(node: yaml.Node, place: str) -> None:
    """A key that stands twice in one mapping: the parser would keep the last, the API server refuses it."""
    if isinstance(node, yaml.SequenceNode):
        for entry in node.value:
            _refuse_twins(entry, place)
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        if key.value in seen and key.value != "<<":
            raise FilesError([f"{place}: line {key.start_mark.line + 1}: the key {key.value!r} stands there twice"])
        if isinstance(key.value, str):
            seen.add(key.value)
        _refuse_twins(value, place)


def _yaml_error(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"line {mark.line + 1}: {problem}" if mark is not None else f"is no YAML: {problem}"
