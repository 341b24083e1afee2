"""What all instances at work share."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from connect_operator.engine.instances.deletion_wave import Waves
from connect_operator.engine.instances.repair_hours import Zones
from connect_operator.engine.pace.quota import Quota
from connect_operator.engine.ports import Clock


@dataclass(frozen=True, slots=True)
class InstanceServices:
    """What all instances share. `window` and `slow` in seconds; `swept` is told name and seconds of each sweep.

    `unswept` is told the seconds of each that failed, `forgotten` the name of a ConnectInstance that was deleted.
    `zones` knows time zones by name; `time` is the clock of manifests' times (epoch seconds), if not `clock`.
    """

    quota: Quota
    clock: Clock
    jitter: random.Random
    window: float
    slow: float
    swept: Callable[[str, float], None] = lambda _name, _seconds: None
    unswept: Callable[[float], None] = lambda _seconds: None
    forgotten: Callable[[str], None] = lambda _name: None
    waves: Waves = field(default_factory=Waves)
    zones: Zones = lambda _name: None
    time: Callable[[], float] | None = None
