"""What of a manifest was last applied to its user, by section: so that drift can be told from an edit. Pure.

A mark holds a section's value in short, and of which object and user it is. Where the manifest's value is the marked
one, a difference was made in Connect; where it is another, or there is no mark, the difference is an edit that is still
to be applied. So whoever takes marks away, or writes others, has the manifest applied once more, which is never more
than the operator may do; only who knows the very value of an edit made while no operator ran can have it taken for
applied, and `status.ignored` or `status.plan` shows that.

Within a process its own memory counts; what status says is read once, after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import UNSET

from connect_operator.domain.connect import unlisted
from connect_operator.domain.connect.ownership import DEACTIVATED_TAG
from connect_operator.domain.connect.user import DesiredUser, ObservedUser
from connect_operator.domain.connect.user_fields import nobody
from connect_operator.domain.plan.changes import Change
from connect_operator.domain.plan.plan import Plan, plan
from connect_operator.domain.plan.sections import (
    DEFAULT_TAGS,
    HIERARCHY,
    IDENTITY,
    PROFICIENCIES,
    ROUTING,
    SECTIONS,
    SECURITY,
    by_section,
    change_digest,
    digests,
)
from connect_operator.domain.text.timestamps import epoch
from connect_operator.engine.instances.own_writes import DATE_GRANULARITY
from connect_operator.engine.instances.record import NEVER, Record
from connect_operator.engine.users.situation import Situation
from connect_operator.engine.users.writes import Mark

# How the manifest's fields that refer to something begin.
_REFERENCES = {ROUTING: "routingProfile", SECURITY: "securityProfile", HIERARCHY: "hierarchyGroup"}


Marks = Mapping[str, Mark]


def left_to_connect(situation: Situation) -> frozenset[str]:
    """The sections whose drift stays: as the manifest says, else the instance; never the rights of an inactive user."""
    asked = situation.spec.ignore_drift
    return frozenset(situation.instance.spec.default_ignore_drift if asked is UNSET else asked) - _kept(situation)


def tracked(situation: Situation) -> frozenset[str]:
    """The sections of which it matters what was applied; none where all drift is put back at once."""
    if situation.instance.spec.drift_repair is not UNSET:
        return frozenset((*SECTIONS, DEFAULT_TAGS)) - _kept(situation)
    return left_to_connect(situation)


def _kept(situation: Situation) -> frozenset[str]:
    """What is put right at any time: who is inactive must not be given rights in Connect, and gets its own back later.

    So their marks go, too: becoming active again is an edit of these sections.
    """
    return frozenset((ROUTING, SECURITY)) if situation.inactive else frozenset()


def known(situation: Situation) -> Marks:
    """The marks as this process has them; before its first look, as an earlier one left them."""
    if situation.memory.writes.marks is not None:
        return situation.memory.writes.marks
    told = situation.user.status.applied
    return {} if told is UNSET else {section: _mark(text) for section, text in told.items()}


def values(situation: Situation, user_id: str) -> dict[str, str]:
    """What is to be applied to that user, in short, of the sections that are tracked and that the manifest has."""
    sections = tracked(situation)
    if not sections:
        return {}
    found = digests(situation.spec, situation.instance.spec.default_tags, _salt(situation, user_id))
    return {section: digest for section, digest in found.items() if section in sections}


def at_adoption(situation: Situation, user_id: str) -> dict[str, Mark]:
    """The marks with which a user is taken over: what is left to Connect stays as it is found there.

    A user that was this object's before, and has only lost the tag, has its marks already. One that was deactivated has
    the profiles of leavers, which nobody has chosen in Connect.
    """
    status = situation.user.status
    before = known(situation) if user_id in (situation.memory.user_id, status.user_id) else {}
    left = left_to_connect(situation)
    record = situation.instance.inventory.get(user_id)
    if record is not None and DEACTIVATED_TAG in record.user.tags:
        left -= {ROUTING, SECURITY}
    found = {section: Mark(digest) for section, digest in values(situation, user_id).items() if section in left}
    return {**found, **before}


def learned(situation: Situation, record: Record) -> dict[str, Mark]:
    """The marks after what is known of the user by now.

    What Connect acknowledged is applied, and in doubt until a reading shows it, or shows that somebody has changed it
    since: a write without effect must not pass for an applied edit.
    """
    before, wanted = known(situation), values(situation, record.user.user_id)
    kept = {section: mark for section, mark in before.items() if section in wanted}
    if all(kept.get(section) == Mark(digest) for section, digest in wanted.items()):
        return kept
    look = _Look(situation, record)
    for section, digest in wanted.items():
        mark = look.mark(section, digest, kept.get(section))
        if mark is not None:
            kept[section] = mark
    return kept


def texts(marks: Marks) -> dict[str, str]:
    """The marks as status has them."""
    return {
        section: ":".join((mark.digest, *([",".join(sorted(mark.unseen))] if mark.unseen else [])))
        for section, mark in sorted(marks.items())
    }


def is_in_doubt(situation: Situation, mark: Mark, changes: Iterable[Change], user_id: str) -> bool:
    """Whether one of these differences is one that Connect has acknowledged to remove, and not shown to be removed."""
    salt = _salt(situation, user_id)
    return bool(mark.unseen) and any(change_digest(change, salt) in mark.unseen for change in changes)


def own_tag_keys(desired: DesiredUser) -> frozenset[str]:
    """The tags that the manifest itself sets."""
    return frozenset(desired.tags if desired.tags is not UNSET else ())


def grouped(todo: Plan, desired: DesiredUser) -> dict[str, list[Change]]:
    """The differences of a plan, by section."""
    found: dict[str, list[Change]] = {}
    for section, change in by_section(todo.calls, own_tag_keys(desired)):
        found.setdefault(section, []).append(change)
    return found


class _Look:
    """What is known of one user, against what its manifest asks for."""

    def __init__(self, situation: Situation, record: Record) -> None:
        self._situation, self._record = situation, record
        found = situation.resolution
        self._desired, self._unresolved = found.desired, [each.field for each in found.unresolved]
        self._left, self._unread = self._compared(record.user)
        shown = record.shown
        self._shown = self._compared(shown) if shown is not None else None

    def mark(self, section: str, digest: str, before: Mark | None) -> Mark | None:
        """The mark of that section now; None where nothing was applied yet."""
        if section in self._unread or not self._is_resolved(section):
            return before
        changes = self._left.get(section)
        if changes:
            return self._differing(digest, before, changes)
        if self._shown is not None and section not in self._shown[0] and section not in self._shown[1]:
            return Mark(digest)
        if before is not None and before.digest == digest:
            return before
        unseen = self._unseen(section)
        return Mark(digest, unseen) if unseen else before

    def _differing(self, digest: str, before: Mark | None, changes: list[Change]) -> Mark | None:
        """A difference that is not the one that was written over is somebody's, and so is one made since."""
        if before is None or before.digest != digest or not before.unseen:
            return before
        same = is_in_doubt(self._situation, before, changes, self._record.user.user_id)
        return before if same and not self._is_touched() else Mark(digest)

    def _is_touched(self) -> bool:
        """Whether somebody has changed the user since it was last as the manifest asks, by Connect's own stamps."""
        status = self._situation.memory.telling.status or self._situation.user.status
        last, verified = self._record.last_modified, status.verified
        if last is None or verified is UNSET or verified.generation != self._situation.user.metadata.generation:
            return False
        stamp = epoch(verified.last_modified_time)
        return stamp is not None and last > stamp + DATE_GRANULARITY

    def _unseen(self, section: str) -> frozenset[str]:
        """What Connect has acknowledged: the writes of late, or the creation."""
        memory = self._situation.memory
        changes = [change for each in memory.writes.tries.values() for change in each.changes]
        if memory.identity.created_tick != NEVER:
            changes += grouped(plan(self._desired, nobody(self._record.user)), self._desired).get(section, [])
        salt = _salt(self._situation, self._record.user.user_id)
        return frozenset(change_digest(change, salt) for change in changes)

    def _is_resolved(self, section: str) -> bool:
        """Whether the manifest's names in it stand for something; the section is not looked at otherwise."""
        prefix = _REFERENCES.get(section)
        return prefix is None or not any(field.startswith(prefix) for field in self._unresolved)

    def _compared(self, user: ObservedUser) -> tuple[dict[str, list[Change]], frozenset[str]]:
        """The differences by section, and the sections that were not read."""
        todo = plan(self._desired, user)
        names = {unlisted.CONTACT: IDENTITY, unlisted.PROFICIENCIES: PROFICIENCIES}
        return grouped(todo, self._desired), frozenset(names.get(each, each) for each in todo.unseen)


def _salt(situation: Situation, user_id: str) -> str:
    return f"{situation.user.metadata.uid}/{user_id}"


def _mark(text: str) -> Mark:
    digest, _, unseen = text.partition(":")
    return Mark(digest, frozenset(unseen.split(",")) if unseen else frozenset())
