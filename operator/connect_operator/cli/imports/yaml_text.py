"""Manifests as YAML: the same bytes for the same content, and nothing that another YAML parser reads otherwise.

A control that reverses what is read, or a character without width, is written as an escape: manifests are reviewed.
Kubernetes reads YAML with Go libraries of version 1.1 and 1.2 at once: `1e3`, `0o7` and `y` are no strings to one or
the other. So only what is plainly a word stands without quotes.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from connect_operator.domain.connect.arn import UUID
from connect_operator.domain.text.build_commands import without_commands

_WORDS = re.compile(r"[^\W\d_][\w@.,()/ -]*[\w)]|[^\W\d_]")
_BEYOND = 0x10000
_NO_STRINGS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


class _Dumper(yaml.SafeDumper):
    """Writes lists indented, as kubectl and people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, _data: Any) -> bool:  # noqa: ANN401 - PyYAML's signature
        return True


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain(text) else '"')


_Dumper.add_representer(str, _string)


def is_plain(text: str) -> bool:
    """Whether the text is a string to every YAML parser without quotes."""
    if text.lower() in _NO_STRINGS or not text.isprintable():
        return False
    return _WORDS.fullmatch(text) is not None or UUID.fullmatch(text) is not None


def yaml_text(manifest: dict[str, Any]) -> str:
    """One document, members in the order of the dictionary, without a separator."""
    text: str = yaml.dump(
        manifest, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=2**31
    )
    plain = "".join(each if each == "\n" or each.isprintable() else _escaped(each) for each in text)
    return without_commands(plain)  # a text with a hash stands between double quotes


def _escaped(character: str) -> str:
    """As it stands between double quotes, so that whoever reads the file sees that it is there."""
    return f"\\u{ord(character):04X}" if ord(character) < _BEYOND else f"\\U{ord(character):08X}"


def yaml_stream(manifests: list[dict[str, Any]]) -> str:
    """Several documents, separated by `---`."""
    return "---\n".join(yaml_text(manifest) for manifest in manifests)
