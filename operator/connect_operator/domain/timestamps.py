"""Times as Kubernetes writes them (RFC 3339, UTC) and as seconds since the epoch; durations as manifests write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def rfc3339(epoch: float) -> str:
    """The time in whole seconds, as metav1.Time is written."""
    return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rfc3339_micro(epoch: float) -> str:
    """The time with microseconds, as metav1.MicroTime is written."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def epoch(text: str) -> float | None:
    """Seconds since the epoch of an RFC 3339 time, its `t` and `z` in either case; None for what is none."""
    try:
        return datetime.fromisoformat(text.upper()).timestamp()
    except ValueError:
        return None


def seconds(duration: str) -> float:
    """The seconds of a duration such as 90s, 1h30m or 500ms. Raises ValueError for what is none."""
    if not re.fullmatch(rf"(?:{_DURATION.pattern})+", duration):
        raise ValueError(f"{duration!r} is no duration; write one like 90s, 10m or 1h30m")
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(duration))
