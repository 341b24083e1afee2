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
from itertools import groupby

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
    spans = [(first, last) for first, last, category in _runs() if (category == initial) is not negated]
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in spans)


@cache
def _runs() -> tuple[tuple[int, int, str], ...]:
    """Return all code points as runs of one general category: first, last, initial. One pass serves every pattern."""
    categories = map(unicodedata.category, map(chr, range(sys.maxunicode + 1)))
    runs = []
    first = 0
    for initial, run in groupby(category[0] for category in categories):
        length = sum(1 for _ in run)
        runs.append((first, first + length - 1, initial))
        first += length
    return tuple(runs)
