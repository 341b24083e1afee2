"""What is remembered of writes to an object's user: refused, acknowledged, applied. Losing it costs a few calls."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from connect_operator.domain.conditions.reasons import TABLE, Retry
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.spec import ConnectInstanceSpec
from connect_operator.domain.plan.changes import Change
from connect_operator.engine.instances.record import NEVER

_NONE: Mapping[str, Any] = MappingProxyType({})
# Each frozenset() is a new one, of 216 bytes.
_NOTHING: frozenset[str] = frozenset()


def _none() -> Mapping[str, Any]:
    """What most objects have none of is one empty mapping for all."""
    return _NONE


@dataclass(slots=True)
class Try:
    """A write that Connect acknowledged, until a reading shows its effect or another value.

    `changes`: the differences that it was to remove; `count`: how often it was sent for these very ones; `first_tick`
    and `last_tick`: when; `looks`: how often was looked since whether it shows.
    """

    changes: tuple[Change, ...]
    count: int
    first_tick: float
    last_tick: float
    looks: int = 0


class Mark(NamedTuple):
    """A section's value that was applied, in short; `unseen`: differences whose removal Connect only acknowledged."""

    digest: str
    unseen: frozenset[str] = _NOTHING


@dataclass(slots=True)
class Writes:
    """`blocked`: the writes that failed for this generation, and `asked`, for what: another value is another question.

    `provisional`: those that only a new user may have caused. `tries`: writes that were acknowledged and have not been
    seen to have an effect. `reread`: proficiencies were read again because a write was refused. `tagging_tick`: of a
    TagResource of unknown outcome. `marks`: what of the manifest was applied to the user, by section; None as long as
    that was not looked at. `drift`: the generation whose drift is being repaired. `terms`: what its ConnectInstance
    said when nothing was left to be written.
    """

    blocked: Mapping[str, ConnectError] = field(default_factory=_none)
    asked: Mapping[str, frozenset[Hashable]] = field(default_factory=_none)
    provisional: frozenset[str] = _NOTHING
    tries: Mapping[str, Try] = field(default_factory=_none)
    reread: bool = False
    tagging_tick: float = NEVER
    marks: Mapping[str, Mark] | None = None
    drift: int = 0
    terms: ConnectInstanceSpec | None = None

    def note_try(self, operation: str, changes: tuple[Change, ...], tick: float) -> None:
        """A write was acknowledged. Sent again for the same differences, it is the same try."""
        known = self.tries.get(operation)
        if known is not None and known.changes == changes:
            known.count, known.last_tick, known.looks = known.count + 1, tick, 0
        else:
            self.tries = {**self.tries, operation: Try(changes, 1, tick, tick)}

    def settle_tries(self, operations: Iterable[str]) -> None:
        """A reading has shown what became of these."""
        over = frozenset(operations)
        if over:
            self.tries = {name: each for name, each in self.tries.items() if name not in over} or _NONE

    def look_back(self) -> None:
        """It is looked whether tries show."""
        for each in self.tries.values():
            each.looks += 1

    def note_unanswered_tag(self, tick: float) -> None:
        """A TagResource may have been carried out."""
        self.tagging_tick = tick

    def mark(self, marks: Mapping[str, Mark]) -> None:
        """This is applied by now."""
        self.marks = marks or _NONE

    def find_drift(self, generation: int) -> None:
        """Drift was found while the manifest was of that generation."""
        self.drift = generation

    def end_drift(self) -> None:
        """It is put right, or an edit has come."""
        self.drift = 0

    def agree(self, terms: ConnectInstanceSpec) -> None:
        """The user is as the manifest and that ConnectInstance say."""
        self.terms = terms

    def read_again(self) -> None:
        """Proficiencies are read once more before a refusal counts."""
        self.reread = True

    def converge(self) -> None:
        """Nothing is left to be written."""
        self.reread = False

    def forgive(self) -> None:
        """The manifest was edited: what failed for the former generation says nothing about this one."""
        self.reread = False
        self.blocked = self.asked = self.tries = _NONE
        self.provisional = _NOTHING

    def block(self, operation: str, error: ConnectError, *, asked: Hashable, provisional: bool) -> None:
        """Do not ask for this again."""
        self.blocked = {**self.blocked, operation: error.anew()}
        self.asked = {**self.asked, operation: self.asked.get(operation, _NOTHING) | {asked}}
        if provisional:
            self.provisional |= {operation}

    def refusal(self, operation: str, asked: Hashable = ()) -> ConnectError | None:
        """Why that very question is not asked (again); None where it may be."""
        return self.blocked.get(operation) if asked in self.asked.get(operation, ()) else None

    def reconsider(self) -> None:
        """Ask again for what is tried again anyway."""
        kept = {name: error for name, error in self.blocked.items() if _for_good(error)}
        self.blocked = {name: error for name, error in kept.items() if name not in self.provisional} or _NONE
        self.asked = {name: self.asked[name] for name in self.blocked} or _NONE
        self.provisional = _NOTHING


def _for_good(error: ConnectError) -> bool:
    return TABLE[error.reason].retry is Retry.ON_EDIT
