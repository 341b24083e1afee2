"""Which existing name may be meant by one that does not exist: what differs for machines only, else what is similar."""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata

from connect_operator.domain.safe_text import quoted

# Comparing all with all takes its time; who has more names than this gets no guess, only what is the same to people.
_MOST_COMPARED = 1000
_CLOSE = 0.7
_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-", "\u2026": "..."}
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@functools.lru_cache(maxsize=4096)
def hint(wanted: str, names: tuple[str, ...]) -> str:
    """`did you mean 'Agent'? …`, "" where nothing is near. Neither depends on the order of the names."""
    alike = sorted(name for name in names if _plainly(name) == _plainly(wanted))
    if alike:
        return f"did you mean {_listed(alike)}? It differs {_difference(wanted, alike[0])}"
    if len(names) > _MOST_COMPARED:
        return ""
    by_plain = {_plainly(name): name for name in sorted(names)}
    close = difflib.get_close_matches(_plainly(wanted), by_plain, n=3, cutoff=_CLOSE)
    return f"did you mean {_listed([by_plain[each] for each in close])}?" if close else ""


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
