"""What acts upon whoever shows it is written out; what people are called stays."""

from __future__ import annotations

import pytest

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict, concluded
from connect_operator.domain.conditions.conditions import Verdict, conditions
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.assignment import AssignmentStatus, Phase
from connect_operator.domain.text.safe_text import safe_text

HOSTILE = {
    "line end": ("a\nb", r"a\nb"),
    "carriage return": ("a\rb", r"a\rb"),
    "escape sequence": ("\x1b[2J", r"\x1b[2J"),
    "operating system command": ("\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
    "C1 control sequence introducer": ("\x9b2J", r"\x9b2J"),
    "delete": ("a\x7f", r"a\x7f"),
    "NUL": ("a\0", r"a\x00"),
    "right-to-left override": ("\u202eevil", r"\u202eevil"),
    "isolate": ("\u2066a\u2069", r"\u2066a\u2069"),
    "right-to-left mark": ("a\u200f", r"a\u200f"),
    "line separator": ("a\u2028b", r"a\u2028b"),
    "paragraph separator": ("a\u2029b", r"a\u2029b"),
    "zero-width space": ("ad\u200bmin", r"ad\u200bmin"),
    "zero-width joiner in Latin": ("ad\u200dmin", r"ad\u200dmin"),
    "word joiner": ("ad\u2060min", r"ad\u2060min"),
    "byte order mark": ("\ufeffadmin", r"\ufeffadmin"),
    "Hangul filler": ("admin\u3164", r"admin\u3164"),
    "tag characters": ("a\U000e0041", r"a\U000e0041"),
    "half of a surrogate pair": ("a\ud800", r"a\ud800"),
}
HARMLESS = [
    "",
    'plain: text, with \\ and "quotes"',
    "Zoë Müller",
    "李小龍",
    "أحمد",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian: the non-joiner is spelling
    "👩\u200d💻",
    "é",  # decomposed
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_what_acts_is_shown(text: str, shown: str) -> None:
    assert safe_text(text) == shown
    assert safe_text(shown) == shown
    shown.encode()


@pytest.mark.parametrize("text", HARMLESS)
def test_what_people_are_called_stays(text: str) -> None:
    assert safe_text(text) == text


def test_a_condition_stays_on_its_line() -> None:
    hostile = "Eve\nReady \x1b[32m\u202e"
    verdict = Verdict(
        reason=Reason.INVALID_SPEC, message=hostile, note=hostile, references=(False, "ReferenceNotFound", hostile)
    )
    first = conditions(verdict, (), generation=1, now="2026-01-01T00:00:00Z")
    assert {each.type for each in first} >= {"Ready", "Synced", "ReferencesResolved", "Stalled"}
    for each in first:
        assert each.message.isprintable()
        assert r"Eve\nReady \x1b[32m\u202e" in each.message
    assert conditions(verdict, first, generation=1, now="2026-01-02T00:00:00Z") == first


def test_the_condition_of_an_assignment_stays_on_its_line() -> None:
    told = AssignmentVerdict(Phase.FAILED, Reason.INVALID_SPEC, "AWS says:\n\x1b[2J")
    status = concluded(told, AssignmentStatus(), generation=1, ended=0.0, attempted="")
    assert {each.message for each in status.conditions} == {r"AWS says:\n\x1b[2J"}
