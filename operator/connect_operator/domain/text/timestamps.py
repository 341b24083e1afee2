"""Times as Kubernetes writes them (RFC 3339, UTC) and as seconds since the epoch; durations as manifests write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_OFFSET = re.compile(r"(?P<local>.+)(?P<sign>[+-])(?P<hours>\d\d):(?P<minutes>\d\d)")


def rfc3339(epoch: float) -> str:
    """The time in whole seconds, as metav1.Time is written."""
    return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339_micro(epoch: float) -> str:
    """The time with microseconds, as metav1.MicroTime is written."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def epoch(text: str) -> float | None:
    """Seconds since the epoch of an RFC 3339 time; None for what is none.

    A small t or z, and an offset of a day or more, are times to the API server, and so they are here.
    """
    offset = _OFFSET.fullmatch(text)
    ahead = 0.0
    if offset is not None:
        ahead = float(f"{offset['sign']}1") * (int(offset["hours"]) * 3600 + int(offset["minutes"]) * 60)
        text = f"{offset['local']}Z"
    try:
        return datetime.fromisoformat(text.upper()).timestamp() - ahead
    except ValueError:
        return None


def seconds(duration: str) -> float:
    """The seconds of a duration such as 90s, 1h30m or 500ms. Raises ValueError for what is none."""
    if not re.fullmatch(rf"(?:{_DURATION.pattern})+", duration):
        raise ValueError(f"{duration!r} is no duration; write one like 90s, 10m or 1h30m")
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(duration))
