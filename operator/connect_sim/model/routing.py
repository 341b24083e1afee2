"""From a request line to an operation: a trie over the raw, still percent-encoded path.

Decoding happens after the match, label by label: an ARN arrives as one segment (`arn%3Aaws%3A...%2Fagent%2F...`), and
a router that decoded first would split it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from connect_sim.model.service import load_service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connect_sim.model.service import Service


@dataclass(frozen=True, slots=True)
class Route:
    """An operation's name and its decoded path labels, keyed by label name."""

    operation: str
    labels: dict[str, str]


@dataclass(slots=True)
class _Node:
    literal: dict[str, _Node] = field(default_factory=dict)
    label: _Node | None = None
    # HTTP method -> (operation, label names in path order)
    ends: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


class Router:
    """Every route of a REST service. A literal segment wins over a label."""

    def __init__(self, service: Service) -> None:
        self._root = _Node()
        for name in service.operation_names:
            http = service.operation(name).http
            self._add(name, http["method"], http["requestUri"].partition("?")[0])

    def _add(self, operation: str, method: str, template: str) -> None:
        node, names = self._root, []
        for segment in template.split("/")[1:]:
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
                node.label = node.label or _Node()
                node = node.label
            else:
                node = node.literal.setdefault(segment, _Node())
        node.ends[method] = (operation, tuple(names))

    def match(self, method: str, raw_path: str) -> Route | None:
        """Return the route of a raw path without its query, or None if no operation has it."""
        found = _walk(self._root, raw_path.split("/")[1:], (), method)
        if found is None:
            return None
        operation, names, values = found
        return Route(operation, {name: unquote(value) for name, value in zip(names, values, strict=True)})


def _walk(
    node: _Node, segments: Sequence[str], values: tuple[str, ...], method: str
) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    if not segments:
        end = node.ends.get(method)
        return (*end, values) if end else None
    head, rest = segments[0], segments[1:]
    found = _walk(node.literal[head], rest, values, method) if head in node.literal else None
    if found is None and node.label is not None:
        found = _walk(node.label, rest, (*values, head), method)
    return found


@cache
def load_router(name: str) -> Router:
    """Return a service's router; built once per process."""
    return Router(load_service(name))
