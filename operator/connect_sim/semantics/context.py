"""What an operation may know besides its parameters: who calls, when, and under which settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connect_sim.semantics.paging import PageTokens
from connect_sim.state.user_table import Reader

if TYPE_CHECKING:
    from connect_sim.state.settings import Settings
    from connect_sim.state.user_table import FrozenUsers
    from connect_sim.state.world import World

Params = Mapping[str, Any]
Output = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose credentials signed the request, and for which region."""

    account: str
    region: str
    principal_arn: str
    user_id: str


@dataclass(frozen=True, slots=True)
class CallContext:
    """One call's surroundings. `frozen_users` replaces the listing of an instance's users by an older one."""

    caller: Caller
    settings: Settings
    now: float
    new_id: Callable[[], str]
    tokens: PageTokens = field(default_factory=PageTokens)
    frozen_users: Mapping[str, FrozenUsers] = field(default_factory=dict)

    def reader(self, view: str) -> Reader:
        """Return a reader of "describe", "list" or "search"."""
        return Reader(view=view, now=self.now, content_lag=self.settings.content_lag.of(view))

    @property
    def modified_now(self) -> float:
        """The LastModifiedTime of a write made now."""
        return float(int(self.now)) if self.settings["lastModifiedPrecision"] == "seconds" else round(self.now, 3)


Handler = Callable[["World", Params, CallContext], Output | None]
