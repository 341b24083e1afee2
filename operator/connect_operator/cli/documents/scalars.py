"""What a YAML scalar means to kubectl: the table of the Go library goyaml v2, which sigs.k8s.io/yaml uses.

It is neither YAML 1.1 nor 1.2: `y` and `Off` are booleans, `089` is 89 and `1e3` is 1000, but dates, `1:30` and `=` are
texts. After that everything becomes JSON, so that 60.0 is the whole number 60, and infinity is nothing at all.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable

Scalar = str | int | float | bool | None

_BOOL, _NULL, _INT, _FLOAT, _STR, _BINARY, _TIME, _MERGE = (
    f"tag:yaml.org,2002:{name}" for name in ("bool", "null", "int", "float", "str", "binary", "timestamp", "merge")
)
_RESOLVED = frozenset({_BOOL, _NULL, _INT, _FLOAT, _STR, _BINARY, _TIME})
_NUMBERS_BEGIN = frozenset("+-0123456789")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_FLOAT_FORM = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DOT_FORM = re.compile(r"\.[0-9]+([eE][-+]?[0-9]+)?")
_INT_FORMS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"0[xX]([0-9a-fA-F]+)"), 16),
    (re.compile(r"0[bB]([01]+)"), 2),
    (re.compile(r"0[oO]([0-7]+)"), 8),
    (re.compile(r"0([0-7]+)"), 8),
    (re.compile(r"(0|[1-9][0-9]*)"), 10),
)
_TIME_FORM = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"([Tt][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})"
    r"| [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]+)?)?"
)
_LEAST, _MOST = -(2**63), 2**64 - 1
# More digits than any whole number in these bounds has, in whatever base; Python converts no more than 4300.
_MOST_DIGITS = 80
# From here on Go writes a float with an exponent, and it stays one.
_LARGEST_WHOLE = 1e21


def meaning(text: str, tag: str | None, *, plain: bool) -> Scalar:
    """The JSON value of a scalar. `plain`: without quotes. Raises ValueError for what JSON or its tag forbids."""
    if tag is None and not plain:
        return text
    if tag is not None and tag not in _RESOLVED:
        return text  # a tag of somebody's own means nothing here
    if tag in (None, _TIME) and _TIME_FORM.fullmatch(text):
        return text  # a time stays the text that it is
    if tag == _BINARY:
        return _decoded(text)
    value = text if tag == _STR else _plain(text)
    if tag is not None:
        value = _as_tagged(text, value, tag)
    return as_json(value)


def key_text(value: Scalar) -> str:
    """A key of a mapping as JSON has it. Raises ValueError for null."""
    if value is None:
        raise ValueError("a key is empty (null)")
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _plain(text: str) -> Scalar:
    if text in _WORDS:
        return _WORDS[text]
    if text.startswith("."):
        return float(text) if _DOT_FORM.fullmatch(text) else text
    if text[0] not in _NUMBERS_BEGIN:
        return text
    digits = text.replace("_", "")
    whole = _whole(digits)
    if whole is not None:
        return whole
    return float(digits) if _FLOAT_FORM.fullmatch(digits) else text


def _whole(digits: str) -> int | None:
    unsigned = digits[1:] if digits[:1] in ("+", "-") else digits
    for form, base in _INT_FORMS:
        match = form.fullmatch(unsigned)
        if match:
            if len(match[1].lstrip("0")) > _MOST_DIGITS:
                return None
            value = int(match[1].lstrip("0") or "0", base) * (-1 if digits[0] == "-" else 1)
            return value if _LEAST <= value <= _MOST else None
    return None


def _as_tagged(text: str, value: Scalar, tag: str) -> Scalar:
    """The value, if it is what its tag says."""
    fits: dict[str, Callable[[], bool]] = {
        _BOOL: lambda: isinstance(value, bool),
        _NULL: lambda: value is None,
        _INT: lambda: isinstance(value, int) and not isinstance(value, bool),
        _FLOAT: lambda: isinstance(value, int | float) and not isinstance(value, bool),
    }
    if tag in fits and not fits[tag]():
        raise ValueError(f"{text!r} is not what its tag !!{tag.rpartition(':')[2]} says")
    return value


def as_json(value: Scalar) -> Scalar:
    """The value as Go writes it into JSON: a float without a fraction is a whole number. Raises ValueError."""
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        raise ValueError("infinity and NaN cannot be sent to the API server; put them in quotes if a text is meant")
    return int(value) if value.is_integer() and abs(value) < _LARGEST_WHOLE else value


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except binascii.Error as error:
        raise ValueError("!!binary is not followed by base64") from error
