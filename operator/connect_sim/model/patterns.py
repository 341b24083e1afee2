r"""The model's regular expressions, made usable in Python.

They are Java expressions that must match the whole value. Python's `re` knows no \p{L}, so general categories become
explicit ranges. Two patterns of the model are documentation artefacts: the password's is wrapped in slashes, and the
mobile number's is escaped twice.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

_CATEGORY = re.compile(r"\\([pP])\{([A-Z])\}")


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Return the pattern; match with `fullmatch`."""
    if pattern.startswith("/") and pattern.endswith("/"):
        pattern = pattern[1:-1]
    if pattern.startswith("\\\\"):
        pattern = pattern.replace("\\\\", "\\")
    return re.compile(_CATEGORY.sub(_replace_category, pattern))


def _replace_category(found: re.Match[str]) -> str:
    negated, initial = found.group(1) == "P", found.group(2)
    ranges = _ranges(initial, negated)
    inside_class = found.string.rfind("[", 0, found.start()) > found.string.rfind("]", 0, found.start())
    return ranges if inside_class else f"[{ranges}]"


@cache
def _ranges(initial: str, negated: bool) -> str:  # noqa: FBT001 - \p or \P, from one place only
    """Return the members of a general category (L, N, Z, C) as the inside of a character class."""
    spans: list[tuple[int, int]] = []
    for point in range(sys.maxunicode + 1):
        if unicodedata.category(chr(point)).startswith(initial) is negated:
            continue
        if spans and spans[-1][1] == point - 1:
            spans[-1] = (spans[-1][0], point)
        else:
            spans.append((point, point))
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)
