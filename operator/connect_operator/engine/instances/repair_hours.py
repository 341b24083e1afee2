"""The hours in which drift of an instance is put back, as its ConnectInstance names them.

Where the time zone is not known no window is open: what may be written at any time are edits of manifests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from connect_operator.domain.kinds.spec import DriftRepair
from connect_operator.domain.plan.repair_windows import local_time, opening
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.view import RepairView

Zones = Callable[[str], tzinfo | None]
"""The time zone of a name as the IANA data base has it; None where it has none."""

# What is not foreseen to change is looked at once more after that time.
_DAY = 86_400.0


class _Known(NamedTuple):
    """How it stands for these windows from one moment to another."""

    repair: DriftRepair
    since_time: float
    until: float
    view: RepairView


@dataclass(slots=True)
class RepairHours:
    """Tells whether a window is open; computed once between two changes of that."""

    zones: Zones
    _known: _Known | None = field(default=None, init=False)

    def at(self, repair: DriftRepair | UnsetType, now: float) -> RepairView | None:
        """How it stands at `now`, in epoch seconds; None where drift is put back at once."""
        if repair is UNSET:
            return None
        known = self._known
        if known is None or known.repair is not repair or not known.since_time <= now < known.until:
            view = self._view(repair, now)
            known = self._known = _Known(repair, now, now + _DAY if view.until is None else view.until, view)
        return known.view

    def _view(self, repair: DriftRepair, now: float) -> RepairView:
        zone = self.zones(repair.time_zone)
        if zone is None:
            return RepairView(is_open=False, until=None)
        found = opening(repair.windows, zone, now)
        if found.until is None:
            return RepairView(found.is_open, None)
        return RepairView(
            found.is_open, found.until, f"{local_time(found.until, zone)} {repair.time_zone} ({rfc3339(found.until)})"
        )

    def problem(self, repair: DriftRepair | UnsetType) -> str:
        """Why no window can open; "" when all is well."""
        if repair is UNSET or self.zones(repair.time_zone) is not None:
            return ""
        return (
            f"spec.driftRepair.timeZone: {repair.time_zone!r} is no time zone that is known here; use a name of the "
            "IANA data base, such as Europe/Berlin. Until then changes made in Connect are told and not put back, and "
            "edits of manifests are applied as ever"
        )
