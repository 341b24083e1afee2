"""Counting the cluster's objects, and foretelling when they are done."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from connect_operator.cli.status.forecast import Forecast
from connect_operator.cli.status.snapshot import NOT_SEEN, Snapshot, take_snapshot
from connect_operator.cli.status.text import lines
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser, parse_instance, parse_user

INSTANCE = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
NOW = 1_800_000_000.0


def a_user(name: str, reason: str | None, *, seen: int = 2, **metadata: Any) -> ConnectUser:  # noqa: ANN401 - JSON
    status = "True" if reason in ("Available", "DriftPending", "Observing", "Suspended") else "False"
    ready = {"type": "Ready", "status": status, "reason": reason, "observedGeneration": seen}
    return parse_user(
        {
            "metadata": {"namespace": "team-a", "name": name, "uid": name, "generation": 2, **metadata},
            "spec": {"instanceRef": {"name": "support"}},
            "status": {"conditions": [] if reason is None else [ready]},
        }
    )


def an_instance(**status: Any) -> ConnectInstance:  # noqa: ANN401 - JSON values
    spec = {"instanceId": INSTANCE, "allowedNamespaces": [{"name": "*"}]}
    return parse_instance({"metadata": {"name": "support", "uid": "i"}, "spec": spec, "status": status})


@pytest.mark.parametrize(
    ("user", "expected", "why"),
    [
        (a_user("a", "Available"), "done", "Ready for this generation"),
        (a_user("a", "Observing"), "done", "Ready, too"),
        (a_user("a", "Available", seen=1), "going", "edited since"),
        (a_user("a", None), "going", "no status yet"),
        (a_user("a", "WaitingForQuota"), "going", "its turn comes"),
        (a_user("a", "InvalidSpec"), "stuck", "until somebody edits it"),
        (a_user("a", "ReferenceNotFound"), "stuck", "until somebody creates what is missing"),
        (a_user("a", "OfALaterVersion"), "stuck", "an unknown reason is nothing to rely on"),
        (a_user("a", "Available", deletionTimestamp="2026-01-01T00:00:00Z"), "going", "being deleted"),
        (a_user("a", "DeletionsPaused", deletionTimestamp="2026-01-01T00:00:00Z"), "stuck", "until confirmed"),
    ],
)
def test_what_is_done_going_and_stuck(user: ConnectUser, expected: str, why: str) -> None:
    snapshot = take_snapshot([user], [an_instance()])
    found = {"done": snapshot.done, "going": snapshot.going, "stuck": len(snapshot.stuck)}
    assert found == {"done": 0, "going": 0, "stuck": 0} | {expected: 1}, why


def test_every_reason_has_its_place() -> None:
    for reason in Reason:
        snapshot = take_snapshot([a_user("a", reason.value)], [])
        assert snapshot.done + snapshot.going + len(snapshot.stuck) == 1


def test_objects_count_for_their_instance_by_name_and_by_id() -> None:
    by_id = parse_user(
        {
            "metadata": {"name": "b", "uid": "b"},
            "spec": {"instanceId": f"arn:aws:connect:us-east-1:111122223333:instance/{INSTANCE}"},
        }
    )
    nowhere = parse_user({"metadata": {"name": "c", "uid": "c"}, "spec": {"instanceId": "other"}})
    unreadable = parse_user({"metadata": {"name": "d", "uid": "d"}, "spec": {"instanceRef": 5}})
    snapshot = take_snapshot([a_user("a", "Available"), by_id, nowhere, unreadable], [an_instance()])
    assert (snapshot.instances[0].objects, snapshot.instances[0].ready_objects, snapshot.total) == (2, 1, 4)
    assert snapshot.reasons[NOT_SEEN] == 3


def at(done: int, total: int = 100, **status: Any) -> Snapshot:  # noqa: ANN401 - JSON values
    users = [a_user(f"u{number}", "Available" if number < done else "Creating") for number in range(total)]
    return take_snapshot(users, [an_instance(**status)])


def test_the_instances_own_estimate_goes_first() -> None:
    backlog = {"pending": 50, "estimatedCompletionTime": "2027-01-15T08:05:00Z"}
    assert Forecast().left(at(10, backlog=backlog), now=NOW, monotonic=0.0) == 300.0


def test_without_an_estimate_the_speed_of_late_counts() -> None:
    forecast = Forecast()
    assert forecast.left(at(10), now=NOW, monotonic=0.0) is None
    assert forecast.left(at(30), now=NOW, monotonic=10.0) == pytest.approx(35.0)


def test_what_stands_still_has_no_estimate() -> None:
    forecast = Forecast()
    forecast.left(at(10), now=NOW, monotonic=0.0)
    assert forecast.left(at(10), now=NOW, monotonic=60.0) is None


def test_an_estimate_that_has_passed_counts_no_more() -> None:
    backlog = {"pending": 50, "estimatedCompletionTime": "2027-01-15T07:00:00Z"}
    assert Forecast().left(at(10, backlog=backlog), now=NOW, monotonic=0.0) is None


def test_when_all_is_done_nothing_is_left() -> None:
    assert Forecast().left(at(100), now=NOW, monotonic=0.0) == 0.0


def test_who_differs_with_leave_is_done_and_named() -> None:
    left, waits = ("routingProfileId: rp-9 -> rp-1",), ("tags[team]: b -> a",)
    moved, pending = a_user("moved", "Available"), a_user("pending", "DriftPending")
    users = [
        msgspec.structs.replace(moved, status=msgspec.structs.replace(moved.status, ignored=left)),
        msgspec.structs.replace(pending, status=msgspec.structs.replace(pending.status, plan=waits)),
        a_user("same", "Available"),
    ]
    snapshot = take_snapshot(users, [an_instance()])
    assert [(each.name, each.ignored, each.waiting) for each in snapshot.differing] == [
        ("moved", left, ()),
        ("pending", (), waits),
    ]
    assert (snapshot.total, snapshot.stuck) == (3, ())
    shown = [line.plain for line in lines(snapshot, NOW)]
    told = "2 ConnectUsers changed in Connect: 1 left to Connect by ignoreDrift, 1 to be put back in the next window"
    assert told in shown
    assert any("team-a/moved" in line and "left" in line and left[0] in line for line in shown)
    assert any("team-a/pending" in line and "waits" in line and waits[0] in line for line in shown)
