"""The simulator as a whole: the seed, the world made from it, and what a call or the control endpoint needs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connect_sim.seeding.build import build_accounts
from connect_sim.seeding.load import plant, seed_settings
from connect_sim.seeding.users import Moment
from connect_sim.semantics.paging import PageTokens
from connect_sim.server.buckets import TokenBuckets
from connect_sim.server.clock import Clock
from connect_sim.server.faults import FaultBook
from connect_sim.server.journal import Journal
from connect_sim.state.state_file import StateFile, settings_change
from connect_sim.state.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from connect_sim.seeding.specs import Seed
    from connect_sim.state.settings import Settings


def random_id() -> str:
    """Return a random UUID, the form of all Connect IDs."""
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class Options:
    """What is decided once, at start."""

    seed: Seed
    state_path: Path | None = None
    strict_auth: bool = False
    settings_patch: dict[str, object] = field(default_factory=dict)
    new_id: Callable[[], str] = random_id


class Simulator:
    """State, settings, faults, journal and quotas, with the state file behind them."""

    def __init__(self, options: Options, clock: Clock | None = None) -> None:
        self.options = options
        self.clock = clock or Clock()
        self.faults = FaultBook()
        self.journal = Journal()
        self.buckets = TokenBuckets()
        self.tokens = PageTokens()
        self._file = StateFile(options.state_path) if options.state_path else None
        self.world = World()
        self.settings = self._seed_settings()
        self._start()

    def _seed_settings(self) -> Settings:
        return seed_settings(self.options.seed).patched(self.options.settings_patch)

    def moment(self) -> Moment:
        """Return now, and the source of IDs."""
        return Moment(self.clock.now(), self.options.new_id)

    def _start(self) -> None:
        loaded = self._file.load(self.world) if self._file else None
        if loaded is None:
            plant(self.world, self.options.seed, self.moment())
        else:
            build_accounts(self.world, self.options.seed)
            self.settings = loaded.patched(self.options.settings_patch)
        self._keep_changes()

    def _keep_changes(self) -> None:
        if self._file:
            self._file.compact(self.world, self.settings)
            self.world.on_change = self._file.record

    def flush(self) -> None:
        """Hand all changes to the kernel. Call before an answer says that they were made."""
        if self._file:
            self._file.flush()

    def change_settings(self, patch: dict[str, object]) -> None:
        """Apply a patch. Raises ValueError."""
        self.settings = self.settings.patched(patch)
        if self._file:
            self._file.record(settings_change(self.settings))
            self._file.flush()

    def reset(self) -> None:
        """Go back to the seed: state, settings, faults, journal and quotas. The clock stays where it is."""
        self.faults.clear()
        self.journal.clear()
        self.buckets = TokenBuckets()
        self.world = World()
        self.settings = self._seed_settings()
        plant(self.world, self.options.seed, self.moment())
        self._keep_changes()

    def close(self) -> None:
        """Flush and close the state file."""
        if self._file:
            self._file.close()
