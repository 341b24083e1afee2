"""Every reason of the API: the five conditions, the message, the Event.

The rows are brought about side by side, by rows.py; each test looks at one. The messages are in
testdata/conditions.yaml, with ids, times and names masked; UPDATE_GOLDEN=1 writes them anew, to be read in the diff.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from connect_operator.domain.conditions.reasons import Reason

from .conftest import NewStage
from .rows import ROWS, Place, bring_about
from .stage import says

OPERATOR = {"consistency_window": "3s", "slow_retry": "60s"}

GOLDEN = Path(__file__).parent / "testdata" / "conditions.yaml"
QUIET = {"Creating", "Updating", "WaitingForQuota"}
# Ready, Synced, Reconciling, Stalled; the last two are absent unless True.
WAITS, STOPS = ("False", "False", "True", None), ("False", "False", None, "True")
COLUMNS = {
    "Available": ("True", "True", None, None),
    "Creating": WAITS,
    "Updating": WAITS,
    "Deleting": WAITS,
    "WaitingForQuota": WAITS,
    "ReferenceNotFound": WAITS,
    "ReferenceAmbiguous": WAITS,
    "PermissionDenied": STOPS,
    "InvalidSpec": STOPS,
    "UsernameTaken": STOPS,
    "OwnershipLost": STOPS,
    "QuotaExceeded": STOPS,
    "Throttled": WAITS,
    "ServiceUnavailable": WAITS,
    "ImmutableField": STOPS,
    "NotConverging": STOPS,
    "DeletionsPaused": STOPS,
    "DriftPending": ("True", "False", None, None),
    "Scheduled": ("True", "True", None, None),
    "Inactive": ("True", "True", None, None),
    "WaitingForContacts": WAITS,
    "Suspended": ("as before", "as before", None, None),
    "Observing": ("True", "by the plan", None, None),
}


@dataclass(frozen=True)
class Told:
    """What is said of a row's object: the statuses of its conditions, their reasons, the message, the Events.

    `trouble` tells why the row did not come about.
    """

    conditions: dict[str, str]
    reasons: set[str]
    message: str
    events: list[str]
    trouble: str = ""


@pytest.fixture(scope="module")
def told(new_module_stage: NewStage) -> dict[str, Told]:
    found: dict[str, Told] = {}

    def look(name: str, place: Place) -> None:
        found[name] = _look(ROWS[name].reason, place)

    bring_about(new_module_stage, look)
    return found


def _look(reason: str, place: Place) -> Told:
    trouble = ""
    try:
        held = place.stage.wait(place.name, says(reason), timeout=120)
        if reason not in QUIET:
            place.stage.wait_event(place.name, reason)
    except TimeoutError as error:
        trouble, held = str(error), place.stage.user(place.name) or {}
    listed = held.get("status", {}).get("conditions", [])
    return Told(
        {each["type"]: each["status"] for each in listed},
        {each["reason"] for each in listed if each["type"] != "ReferencesResolved"},
        _masked(place.stage.message(place.name), place),
        place.stage.event_reasons(place.name),
        trouble,
    )


def _masked(text: str, place: Place) -> str:
    text = text.replace(place.stage.instance, "<connectinstance>").replace(place.stage.namespace, "<namespace>")
    text = text.replace(place.stage.instance_arn, "<instance-arn>")
    text = re.sub(r"http://127\.0\.0\.1:[0-9]+", "<endpoint>", text)
    text = re.sub(r"\(request [^)]+\)", "(request <request-id>)", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)
    text = re.sub(r"[A-Z][a-z]{2} [0-9-]{10} [0-9:]{5} [+][0-9]{4}", "<local time>", text)
    return re.sub(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "<time>", text)


@pytest.mark.parametrize("name", ROWS)
def test_conditions(told: dict[str, Told], name: str) -> None:
    row, seen = ROWS[name], told[name]
    assert not seen.trouble
    ready, synced, reconciling, stalled = COLUMNS[row.reason]
    expected = {
        "Ready": row.ready or ready,
        "Synced": row.synced or synced,
        "ReferencesResolved": row.resolved,
        "Reconciling": reconciling,
        "Stalled": stalled,
    }
    shown = {kind: seen.conditions.get(kind) for kind in expected}
    assert shown == expected
    assert seen.reasons == {row.reason}


@pytest.mark.parametrize("name", ROWS)
def test_message(told: dict[str, Told], name: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        messages = {each: found.message for each, found in sorted(told.items())}
        GOLDEN.write_text(yaml.safe_dump(messages, width=118, sort_keys=True))
    assert told[name].message == yaml.safe_load(GOLDEN.read_text())[name]


@pytest.mark.parametrize("name", ROWS)
def test_event(told: dict[str, Told], name: str) -> None:
    reason = ROWS[name].reason
    assert (reason in told[name].events) == (reason not in QUIET)


def test_rows_are_of_every_reason() -> None:
    assert {row.reason for row in ROWS.values()} == set(COLUMNS) == {reason.value for reason in Reason}


def test_golden_file_has_no_rows_of_former_days() -> None:
    assert set(yaml.safe_load(GOLDEN.read_text())) == set(ROWS)
