"""What a text of AWS or botocore may not carry on: the password, and the personal data that the request held.

Which members are sensitive the service model says itself (names, e-mail addresses, telephone numbers), so a member that
AWS adds is known without a line here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from botocore.model import ListShape, Shape, StructureShape

HIDDEN = "***"
# A name of one letter stands in every word, and tells nothing.
_SHORTEST = 2


class Redaction(NamedTuple):
    """`secrets` are hidden wherever they stand, `personal` values where they stand as words of their own."""

    secrets: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()

    def of(self, text: str) -> str:
        """The text without them, also where they were quoted or escaped."""
        for form in _forms(self.secrets):
            text = text.replace(form, HIDDEN)
        for form in _forms(each for each in self.personal if len(each) >= _SHORTEST):
            text = re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", HIDDEN, text)
        return text


def _forms(values: Iterable[str]) -> list[str]:
    found = {
        form
        for value in values
        for form in (value, repr(value)[1:-1], json.dumps(value)[1:-1], quote(value, safe=""))
        if form
    }
    return sorted(found, key=len, reverse=True)


def sensitive(shape: Shape, value: object) -> Iterator[str]:
    """The texts among a request's parameters that the service model marks as sensitive."""
    if isinstance(value, str):
        if shape.metadata.get("sensitive"):
            yield value
    elif isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, member in shape.members.items():
            yield from sensitive(member, value.get(name))
    elif isinstance(shape, ListShape) and isinstance(value, (list, tuple)):
        for each in value:
            yield from sensitive(shape.member, each)
