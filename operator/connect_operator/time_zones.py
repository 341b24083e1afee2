"""Time zones by name: the system's data base, or that of the package tzdata where the system has none."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=256)
def time_zone(name: str) -> tzinfo | None:
    """The zone of that name, such as Europe/Berlin; None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A name with ".." or "/" at its beginning is a ValueError, that of a directory an OSError.
        return None
