r"""Text from elsewhere made safe for people: where it leaves for a log, an Event, a condition or a terminal.

Names, tags, manifests and AWS's messages may hold anything. A line end forges a line of a log, an escape sequence moves
a cursor, a bidirectional control reverses what is read, a character without width makes two names look the same, and
half of a surrogate pair cannot be written at all. All of these are shown as \x1b, \u202e and the like.
"""

from __future__ import annotations

# Letters, marks and symbols by their category, yet nothing is seen of them.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Persian and Indic words, and emoji, are joined and parted by these; among Latin letters they only deceive.
_JOINERS = frozenset("\u200c\u200d")
_LATIN_ENDS = "\u02ff"


def safe_text(text: str) -> str:
    """The text on one line, without anything that acts upon what shows it."""
    if text.isprintable() and (text.isascii() or _BLANK.isdisjoint(text)):
        return text
    return "".join(each if _is_plain(text, at) else _escaped(each) for at, each in enumerate(text))


def quoted(text: str) -> str:
    """Between quotes, for YAML or a shell: within single ones both read a backslash as it is."""
    return f"'{text}'" if text.isprintable() and "'" not in text else repr(text)


def _is_plain(text: str, at: int) -> bool:
    each = text[at]
    if each in _JOINERS:
        return all(_is_joined(beside) for beside in (text[at - 1 : at], text[at + 1 : at + 2]))
    return each.isprintable() and each not in _BLANK


def _is_joined(beside: str) -> bool:
    return beside > _LATIN_ENDS and beside.isprintable()


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
