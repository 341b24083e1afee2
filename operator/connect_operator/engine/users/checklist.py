"""A checklist: named checks, read from top to bottom; the first that has a say decides. Pure."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from connect_operator.engine.users.situation import Conclude, Decision, Situation

Check = Callable[[Situation], Decision | None]
Checks = tuple[Check, ...]


def first(checks: Checks, situation: Situation) -> Decision:
    """The decision of the first check that has a say."""
    for check in checks:
        decision = check(situation)
        if decision is not None:
            return decision
    raise RuntimeError(f"no check has a say about ConnectUser {situation.user.key}")


def referring(decision: Decision | None, situation: Situation) -> Decision | None:
    """The same, with how the references stand: they do not depend on whose the user is."""
    if not isinstance(decision, Conclude) or decision.verdict is None:
        return decision
    references = situation.resolution.references
    return Conclude(msgspec.structs.replace(decision.verdict, references=references), decision.requeue_after)
