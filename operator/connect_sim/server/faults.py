"""Faults on demand: which rules apply to a call. What each kind does to the call is calls.py's business.

Of the kinds that end a call (`TERMINAL`) the oldest matching rule applies; of the others, all do.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connect_sim.state.user_table import FrozenUsers

KINDS = {
    "error": "answer with `code`, `status` and `message` instead of doing anything",
    "throttle": "answer as if the rate were exceeded",
    "deny": "answer AccessDeniedException, as IAM would; `resource` narrows it to ARNs (glob)",
    "refuse": "reset the connection (RST) before anything is done",
    "drop-before": "close the connection before anything is done",
    "drop-after-commit": "do it, then close the connection without an answer",
    "500-before": "answer InternalServiceException without doing anything",
    "500-after-commit": "do it, then answer InternalServiceException",
    "reset-after-commit": "do it, then reset the connection (RST)",
    "html": "answer with `status` (default 503) and a page of HTML that holds `message`, as proxies do; `when` before "
    "(default) or after the work",
    "hang": "never answer, until the fault is removed or released, and close then; `when` before (default) or after "
    "the work",
    "half-body": "do it, send the head and half of the body, then close",
    "drip": "do it, then send the body byte by byte, `seconds` apart (default 1), until the fault is removed or "
    "released",
    "delay": "wait `seconds`; `when` before the work or after it (default: after)",
    "barrier": "wait until POST /_sim/faults/ID/release; `when` before (default) or after the work",
    "freeze": "ListUsers or SearchUsers shows the users as they were when the fault was made",
    "truncate-page": "a listing's page has only the first half of its items; the next page goes on as usual",
    "empty-page": "a listing's page has no items; the next page goes on as usual",
    "end-early": "a listing's page says that it is the last one",
}
TERMINAL = frozenset(
    {
        "error",
        "throttle",
        "deny",
        "refuse",
        "drop-before",
        "drop-after-commit",
        "reset-after-commit",
        "500-before",
        "500-after-commit",
        "html",
        "hang",
        "half-body",
        "drip",
    }
)
# How a finished answer is sent; what is in it, the call has decided.
SENDING = frozenset({"half-body", "drip"})
_WHEN_DEFAULT = {"delay": "after", "barrier": "before"}


class FaultSpec(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A rule as POST /_sim/faults takes it.

    `match` narrows it to calls whose subject has these values (globs allowed): any parameter by name, ignoring case,
    and username, userId, instanceId, page, attempt, account, region, sdkInvocationId, accessKeyId.
    """

    kind: str
    operation: str = "*"
    times: int | None = 1
    after: int = 0
    match: dict[str, str | int] = {}
    resource: str | None = None
    code: str = "InternalServiceException"
    status: int | None = None
    message: str = "injected by the simulator"
    seconds: float = 0.0
    when: str | None = None

    def checked(self) -> FaultSpec:
        """Return the rule itself. Raises ValueError that says what is wrong with it."""
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if self.when not in (None, "before", "after"):
            raise ValueError("when must be before or after")
        if self.status is not None and not 200 <= self.status <= 599:  # noqa: PLR2004 - what HTTP has for a last answer
            raise ValueError("status must be from 200 to 599")
        if self.seconds < 0:
            raise ValueError("seconds must not be negative")
        if self.times is not None and self.times < 1:
            raise ValueError("times must be at least 1, or null for every time")
        return self


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules can match: the operation, lower-case names with their values as text, and the ARNs concerned."""

    operation: str
    values: Mapping[str, str]
    resources: tuple[str, ...] = ()


@dataclass(slots=True)
class Fault:
    """A rule in force."""

    id: str
    spec: FaultSpec
    to_skip: int
    left: int | None
    hits: int = 0
    waiting: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)
    frozen: Mapping[str, FrozenUsers] = field(default_factory=dict)

    @property
    def when(self) -> str:
        """Before or after the work."""
        return self.spec.when or _WHEN_DEFAULT.get(self.spec.kind, "before")

    @property
    def exhausted(self) -> bool:
        """Whether the rule has applied as often as it should."""
        return self.left == 0

    def document(self) -> dict[str, Any]:
        """Return the rule and how it fares, as GET /_sim/faults shows it."""
        return {
            "id": self.id,
            "kind": self.spec.kind,
            "operation": self.spec.operation,
            "match": self.spec.match,
            "resource": self.spec.resource,
            "times": self.left,
            "after": self.to_skip,
            "hits": self.hits,
            "waiting": self.waiting,
            "released": self.released.is_set(),
        }

    def concerns(self, subject: Subject) -> bool:
        """Tell whether the rule is about such a call."""
        spec = self.spec
        if not fnmatchcase(subject.operation, spec.operation):
            return False
        if spec.resource and not any(fnmatchcase(arn, spec.resource) for arn in subject.resources):
            return False
        return all(
            fnmatchcase(subject.values.get(name.lower(), ""), str(wanted)) for name, wanted in spec.match.items()
        )


class FaultBook:
    """The rules in force, oldest first."""

    def __init__(self) -> None:
        self._faults: dict[str, Fault] = {}
        self._made = 0

    def add(self, spec: FaultSpec, frozen: Mapping[str, FrozenUsers] | None = None) -> Fault:
        """Put a rule in force."""
        self._made += 1
        fault = Fault(f"fault-{self._made}", spec.checked(), spec.after, spec.times, frozen=frozen or {})
        self._faults[fault.id] = fault
        return fault

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._faults.values()))

    def get(self, fault_id: str) -> Fault | None:
        """Return a rule, also one that is exhausted, or None."""
        return self._faults.get(fault_id)

    def remove(self, fault_id: str) -> bool:
        """Remove a rule and let go whoever waits at it."""
        fault = self._faults.pop(fault_id, None)
        if fault is None:
            return False
        fault.released.set()
        return True

    def clear(self) -> None:
        """Remove all rules."""
        for fault in self:
            self.remove(fault.id)

    def applying_to(self, subject: Subject) -> list[Fault]:
        """Return the rules that apply to this call, and count it."""
        chosen: list[Fault] = []
        ended = False
        for fault in self._faults.values():
            terminal = fault.spec.kind in TERMINAL
            if fault.exhausted or fault.released.is_set() or (ended and terminal) or not fault.concerns(subject):
                continue
            if fault.to_skip > 0:
                fault.to_skip -= 1
                continue
            fault.hits += 1
            if fault.left is not None:
                fault.left -= 1
            ended = ended or terminal
            chosen.append(fault)
        return chosen
