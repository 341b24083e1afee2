"""One YAML document as JSON values, read as kubectl does and bounded in time, size and depth.

Repeated keys: the last one counts, as kubectl has it. A merge (`<<`) counts where it stands. Aliases are followed, but
no more of them than kubectl's library allows, which is what stops a document that doubles itself line by line.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from connect_operator.cli.documents.scalars import key_text, meaning

_DEEPEST = 200
# The bounds of goyaml v2: few of many values may come from aliases.
_FREE_ALIASES, _FREE_VALUES = 100, 1000
_LOW, _HIGH = 400_000, 4_000_000
_MERGE_TAG = "tag:yaml.org,2002:merge"


class DocumentError(Exception):
    """A document that cannot be read; `line` counts from 1 within the text that was given."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class _Node(NamedTuple):
    """A scalar (value: text), sequence (value: nodes) or mapping (value: pairs of nodes)."""

    kind: type[yaml.Event]
    value: Any
    line: int
    tag: str | None = None
    plain: bool = False


def compose(text: str) -> tuple[Any, int] | None:
    """The first document of the text and the line where it begins; None when there is none. Raises DocumentError."""
    loader = yaml.CSafeLoader(text)
    try:
        node = _Composer(loader).document()
    except yaml.YAMLError as error:
        raise _told(error) from None
    finally:
        loader.dispose()
    if node is None:
        return None
    return _Builder().build(node), node.line


def _told(error: yaml.YAMLError) -> DocumentError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or " ".join(str(error).split())
    return DocumentError(f"is no YAML: {problem}", mark.line + 1 if mark is not None else 1)


class _Composer:
    """Nodes from the parser's events. An alias is the very node that its anchor names."""

    def __init__(self, loader: yaml.CSafeLoader) -> None:
        self._loader: Any = loader  # whose events have no common type
        self._anchors: dict[str, _Node] = {}

    def document(self) -> _Node | None:
        while True:
            event = self._loader.get_event()
            if isinstance(event, yaml.StreamEndEvent):
                return None
            if isinstance(event, yaml.DocumentStartEvent):
                return self._node(self._loader.get_event(), 0)

    def _node(self, event: Any, depth: int) -> _Node:  # noqa: ANN401 - any event
        line = event.start_mark.line + 1
        if depth > _DEEPEST:
            raise DocumentError(f"is nested more than {_DEEPEST} levels deep", line)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(str(event.anchor), line)
        if isinstance(event, yaml.ScalarEvent):
            return self._anchored(
                event.anchor, _Node(yaml.ScalarEvent, event.value, line, _tag(event), plain=event.implicit[0])
            )
        content: list[Any] = []
        node = self._anchored(event.anchor, _Node(type(event), content, line))
        mapping = isinstance(event, yaml.MappingStartEvent)
        while not isinstance(event := self._loader.get_event(), yaml.CollectionEndEvent):
            first = self._node(event, depth + 1)
            content.append((first, self._node(self._loader.get_event(), depth + 1)) if mapping else first)
        return node

    def _alias(self, anchor: str, line: int) -> _Node:
        if anchor not in self._anchors:
            raise DocumentError(f"refers to the anchor {anchor!r}, which is not there", line)
        return _Node(yaml.AliasEvent, self._anchors[anchor], line)

    def _anchored(self, anchor: str | None, node: _Node) -> _Node:
        if anchor is not None:
            self._anchors[anchor] = node
        return node


def _tag(event: yaml.ScalarEvent) -> str | None:
    """The tag that was written; None where there is none. A bare "!" asks for a text."""
    return None if event.tag is None else "tag:yaml.org,2002:str" if event.tag == "!" else str(event.tag)


class _Builder:
    """JSON values from nodes; counts what it builds, and what of it comes from aliases."""

    def __init__(self) -> None:
        self._built = self._from_aliases = self._alias_depth = 0
        self._open: set[int] = set()

    def build(self, node: _Node, depth: int = 0) -> Any:  # noqa: ANN401 - JSON values
        self._count(node, depth)
        if node.kind is yaml.AliasEvent:
            return self._through_alias(node, depth)
        if node.kind is yaml.ScalarEvent:
            return self._scalar(node)
        if id(node) in self._open:
            raise DocumentError("refers to itself by an anchor", node.line)
        self._open.add(id(node))
        try:
            if node.kind is yaml.SequenceStartEvent:
                return [self.build(entry, depth + 1) for entry in node.value]
            return self._mapping(node, depth)
        finally:
            self._open.discard(id(node))

    def _through_alias(self, node: _Node, depth: int) -> Any:  # noqa: ANN401 - JSON values
        self._alias_depth += 1
        try:
            return self.build(node.value, depth + 1)
        finally:
            self._alias_depth -= 1

    def _count(self, node: _Node, depth: int) -> None:
        self._built += 1
        self._from_aliases += self._alias_depth > 0
        if depth > _DEEPEST:
            raise DocumentError(f"is nested more than {_DEEPEST} levels deep", node.line)
        if self._from_aliases > _FREE_ALIASES and self._built > _FREE_VALUES:
            span = min(1.0, max(0.0, (self._built - _LOW) / (_HIGH - _LOW)))
            if self._from_aliases / self._built > 0.99 - 0.89 * span:
                raise DocumentError("consists of aliases almost entirely; write out what they stand for", node.line)
        if self._built > _HIGH:
            raise DocumentError(f"holds more than {_HIGH} values", node.line)

    def _scalar(self, node: _Node) -> Any:  # noqa: ANN401 - JSON values
        try:
            return meaning(node.value, node.tag, plain=node.plain)
        except ValueError as error:
            raise DocumentError(str(error), node.line) from None

    def _mapping(self, node: _Node, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if _is_merge(key):
                self._merge(found, value, depth)
            else:
                found[self._key(key, depth)] = self.build(value, depth + 1)
        return found

    def _key(self, node: _Node, depth: int) -> str:
        value = self.build(node, depth + 1)
        if isinstance(value, dict | list):
            raise DocumentError("a key is a list or a block; only a word, number or yes/no can be one", node.line)
        try:
            return key_text(value)
        except ValueError as error:
            raise DocumentError(f"{error}; put it in quotes", node.line) from None

    def _merge(self, found: dict[str, Any], node: _Node, depth: int) -> None:
        value = self.build(node, depth + 1)
        blocks = list(reversed(value)) if isinstance(value, list) else [value]
        for block in blocks:
            if not isinstance(block, dict):
                raise DocumentError("<< wants a block, or a list of blocks", node.line)
            found.update(block)


def _is_merge(key: _Node) -> bool:
    return key.kind is yaml.ScalarEvent and key.value == "<<" and (key.plain or key.tag == _MERGE_TAG)
