"""Which existing name may be meant by one that does not exist: what differs for machines only, else what is similar.

The wrong name is a manifest's, and there may be thousands of those, each another one: no guess may cost so much that
others wait for it. So names are compared letter by letter only where they share most of their pairs of letters.
"""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata

from connect_operator.domain.text.safe_text import quoted

# Comparing all with all takes its time; who has more names than this gets no guess, only what is the same to people.
_MOST_COMPARED = 1000
# Likewise of the letters of one name; a long one is a path, whose parts are found otherwise.
_LONGEST_COMPARED = 128
_MOST_TOLD = 3
_CLOSE = 0.7
# What shares fewer of its pairs of letters is not close: one wrong letter spoils two pairs.
_PAIRS_SHARED = 0.4
_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "..."}
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@functools.lru_cache(maxsize=4096)
def hint(wanted: str, names: tuple[str, ...]) -> str:
    """`did you mean 'Agent'? …`, "" where nothing is near. Neither depends on the order of the names."""
    plain, by_plain = _plainly(wanted), _by_plain(names)
    alike = by_plain.get(plain)
    if alike:
        return f"did you mean {_listed(list(alike))}? It differs {_difference(wanted, alike[0])}"
    if len(names) > _MOST_COMPARED:
        return ""
    close = _close(plain, by_plain)
    return f"did you mean {_listed([by_plain[each][-1] for each in close])}?" if close else ""


@functools.lru_cache(maxsize=64)
def _by_plain(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The names by what a person reads aloud, each sorted."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(set(names)):
        plain = _plainly(name)
        found[plain] = (*found.get(plain, ()), name)
    return found


def _close(wanted: str, names: dict[str, tuple[str, ...]]) -> list[str]:
    """The names that are most like it, the nearest first."""
    if len(wanted) > _LONGEST_COMPARED:
        return []
    pairs = _pairs(wanted)
    shared = [
        (2.0 * len(pairs & other) / (len(pairs) + len(other)), name)
        for name in names
        if _is_as_long(len(name), len(wanted)) and (other := _pairs(name))
    ]
    likeliest = sorted((each for each in shared if each[0] >= _PAIRS_SHARED), reverse=True)[: 2 * _MOST_TOLD]
    return difflib.get_close_matches(wanted, [name for _, name in likeliest], n=_MOST_TOLD, cutoff=_CLOSE)


def _is_as_long(one: int, other: int) -> bool:
    """Whether names of those lengths can be close at all."""
    return one <= _LONGEST_COMPARED and 2 * min(one, other) >= _CLOSE * (one + other)


def _pairs(name: str) -> set[tuple[str, str]]:
    """Each letter with the one that follows; the first and the last one also with none."""
    return set(zip(f" {name}", f"{name} ", strict=True))


def _plainly(name: str) -> str:
    """The name as a person reads it aloud."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name).translate(_QUOTES))
    return " ".join(visible.split()).casefold()


def _difference(one: str, other: str) -> str:
    if unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other):
        return "in its Unicode normal form only, which cannot be seen; copy it from here"
    if one.casefold() == other.casefold():
        return "by upper and lower case only"
    if "".join(one.split()) == "".join(other.split()):
        return "by blanks only"
    return "by case, blanks, quotes or dashes only"


def _listed(names: list[str]) -> str:
    *others, last = map(quoted, names)
    return f"{', '.join(others)} or {last}" if others else last
