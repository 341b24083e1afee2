"""Mutants: the operator with one protection taken out. Each must make a fast test fail, or the tests prove nothing.

A mutant is a piece of text that stands once in a file, and what takes its place. One that does not apply any more is an
error: the protection has moved, and its mutant must move along.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SOURCE = Path("operator/connect_operator")
_ENGINE = "tests/unit/engine/"
_CRASH = _ENGINE + "test_crash_points.py"


class MutantError(Exception):
    """The mutant does not apply."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`killers`: tests of which at least one must fail, the likeliest first."""

    name: str
    file: str
    search: str
    replace: str
    killers: tuple[str, ...]

    def mutated(self, text: str) -> str:
        """The file's text with the protection taken out."""
        count = text.count(self.search)
        if count != 1:
            raise MutantError(f"{self.name}: {self.file} has {count} times, not once: {self.search!r}")
        return text.replace(self.search, self.replace)


MUTANTS = (
    Mutant(
        "the finalizer goes on after CreateUser",
        "engine/users/create.py",
        "        if not user.has_finalizer:\n            newest =",
        "        if user is None:\n            newest =",
        (_ENGINE + "test_crashes.py", _ENGINE + "test_random_schedules.py", _CRASH),
    ),
    Mutant(
        "the place is not pinned before CreateUser",
        "engine/users/create.py",
        "return await self.reporter.pin(situation, Reason.CREATING, message)",
        "return user",
        (_ENGINE + "test_homes.py",),
    ),
    Mutant(
        "no owner tag in CreateUser",
        "engine/users/create.py",
        "create_parameters(decision.resolution.desired, step.situation.me.tag)",
        'create_parameters(decision.resolution.desired, step.situation.me.tag) | {"Tags": {}}',
        (_ENGINE + "test_crashes.py",),
    ),
    Mutant(
        "CreateUser is sent again without a look at what became of the first",
        "engine/users/evidence.py",
        "    if not in_doubt or memory.identity.attempted_tick == NEVER:",
        "    if in_doubt or memory.identity.attempted_tick == NEVER:",
        (_ENGINE + "test_converge.py",),
    ),
    Mutant(
        "botocore sends CreateUser again by itself",
        "aws/clients.py",
        'retries={"total_max_attempts": 1, "mode": "standard"}',
        'retries={"total_max_attempts": 3, "mode": "standard"}',
        ("tests/unit/aws/test_broken_calls.py", "tests/unit/aws/test_failures.py"),
    ),
    Mutant(
        "a young user that does not show is gone",
        "engine/users/evidence.py",
        '    """Whether the user was created so recently that not finding it proves nothing."""\n',
        "    return False\n",
        (_ENGINE + "test_promises.py", _ENGINE + "test_release.py", _ENGINE + "test_random_schedules.py"),
    ),
    Mutant(
        "tags are trusted without being read anew",
        "engine/users/evidence.py",
        "    return situation.tick - read <= FRESH and not (deleting and read < situation.memory.deleting_since_tick)",
        "    return read <= situation.tick",
        (_ENGINE + "test_release.py", _ENGINE + "test_promises.py"),
    ),
    Mutant(
        "status proves whose a user is",
        "engine/users/recognition.py",
        "    seen = memory.user_id == record.user.user_id and user.has_finalizer",
        "    seen = (memory.user_id or user.status.user_id) == record.user.user_id and user.has_finalizer",
        (_ENGINE + "test_foreign_statuses.py", _ENGINE + "test_converge_ownership.py"),
    ),
    Mutant(
        "another owner's user is deleted",
        "engine/users/decide_deleting.py",
        "    if record is None or situation.own:\n        return None\n    return _of_another",
        "    if record is not None:\n        return None\n    return _of_another",
        (_ENGINE + "test_release.py",),
    ),
    Mutant(
        "who does not show needs no deletion",
        "engine/users/decide_deleting.py",
        "        return _invisible(situation)",
        "        return RemoveFinalizer()",
        (_ENGINE + "test_release.py", _ENGINE + "test_crashes.py"),
    ),
    Mutant(
        "a lost CreateUser is not waited for",
        "engine/users/decide_deleting.py",
        "    if looked > deadline and swept > deadline:",
        "    if deadline > 0 or swept > deadline:",
        (_ENGINE + "test_promises.py", _ENGINE + "test_release.py", _ENGINE + "test_random_schedules.py"),
    ),
    Mutant(
        "the deletion guard is off",
        "engine/users/decide_deleting.py",
        "    if guard.paused:\n        return",
        "    if guard is None:\n        return",
        (_ENGINE + "test_deletion_guard.py", _ENGINE + "test_release.py"),
    ),
    Mutant(
        "the guard forgets what was deleted a moment ago",
        "engine/instances/deletion_wave.py",
        "            self.carried_out.append((now, 1))",
        "            self.carried_out.clear()",
        (_ENGINE + "test_deletion_wave.py", _ENGINE + "test_deletion_guard.py"),
    ),
    Mutant(
        "a live object's user may be adopted",
        "domain/connect/ownership.py",
        "other is not None and is_live(other):",
        "other is not None and other == me:",
        ("tests/unit/domain/test_ownership.py",),
    ),
    Mutant(
        "of two claims the younger does not wait",
        "engine/users/adoption.py",
        "    older = [rival for rival in situation.rivals if seniority(rival) < seniority(user)]",
        "    older = [rival for rival in situation.rivals if seniority(rival) < seniority(rival)]",
        (_ENGINE + "test_converge.py", _ENGINE + "test_lookup.py", _ENGINE + "test_siblings.py"),
    ),
    Mutant(
        "objects are worked on before the list is complete",
        "engine/controller.py",
        "        self.scheduler.hold()\n",
        "",
        (_ENGINE + "test_complete_list.py",),
    ),
    Mutant(
        "what is gone comes back with a late version",
        "engine/store.py",
        "        if self.gone_users.covers(user.key, user.metadata):",
        "        if self.gone_users.covers(user.key, user.metadata) and before is not None:",
        (_ENGINE + "test_late_versions.py", _ENGINE + "test_store.py"),
    ),
    Mutant(
        "an older version replaces a newer one",
        "engine/tombstones.py",
        "    return int(versions[0]) < int(versions[1])",
        "    return int(versions[0]) < 0",
        (_ENGINE + "test_store.py",),
    ),
    Mutant(
        "calls are made without asking for the Lease",
        "engine/leading/leadership.py",
        "        return not self._giving_way and self.clock.monotonic() + seconds <= self.election.deadline",
        "        return not self._giving_way and self.election.has_led",
        (_ENGINE + "test_leadership.py", _ENGINE + "test_leadership_schedules.py"),
    ),
    Mutant(
        "a Lease is taken over before its term is over",
        "engine/leading/election.py",
        "            self._free_at = now + min(_LONGEST, max(self.terms.duration, record.duration))",
        "            self._free_at = now + self.terms.retry",
        (_ENGINE + "test_leadership.py", _ENGINE + "test_leadership_schedules.py"),
    ),
    Mutant(
        "a holder counts its term from later than it may",
        "engine/leading/election.py",
        "sent + self.terms.duration)",
        "sent + 1.5 * self.terms.duration)",
        (_ENGINE + "test_leadership.py", _ENGINE + "test_leadership_schedules.py"),
    ),
    Mutant(
        "a contact is handed over again after a crash",
        "engine/assignments/decide.py",
        "    if memory.attempted(assignment.status.attempted_time) is not UNSET:",
        "    if memory.looks > 0 and memory.attempted(assignment.status.attempted_time) is not UNSET:",
        (_ENGINE + "test_assignments.py",),
    ),
    Mutant(
        "any odd answer, such as a proxy's 404, proves that a user is gone",
        "domain/connect/errors.py",
        "        return ErrorKind.UNAVAILABLE\n    return ErrorKind.PASSING",
        "        return ErrorKind.UNAVAILABLE\n    return ErrorKind.NOT_FOUND",
        ("tests/unit/domain/test_errors.py", _ENGINE + "test_odd_answers.py"),
    ),
    Mutant(
        "any refusal is the manifest's fault",
        "domain/connect/errors.py",
        "        return ErrorKind.UNAVAILABLE\n    return ErrorKind.PASSING",
        "        return ErrorKind.UNAVAILABLE\n    return ErrorKind.INVALID",
        ("tests/unit/domain/test_errors.py", _ENGINE + "test_odd_answers.py"),
    ),
    Mutant(
        "any 404, such as a proxy's, proves that an object is gone",
        "kube/connection.py",
        'if told.reason == "NotFound" else NotServedError',
        'if told.reason != "-" else NotServedError',
        ("tests/unit/kube/test_connection.py",),
    ),
    Mutant(
        "what was changed in the second of a write is never read",
        "engine/users/writing.py",
        "        step.instance.agenda.again(decision.user_id, now + situation.window)\n",
        "",
        (_ENGINE + "test_drift_sequences.py",),
    ),
)
