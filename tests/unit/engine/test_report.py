"""One status write when there is something new to say, and an Event with every change of reason."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.kinds.objects import ConnectUser, parse_user
from connect_operator.domain.kinds.status import PasswordSecret
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.own_writes import OwnWrite
from connect_operator.engine.instances.record import Record
from connect_operator.engine.store import Store
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.user_report import Findings, Reporter

from .builders import ARN, NOW, UID, USER_ID, a_described_user, a_manifest, an_inventory
from .fake_cluster import FakeCluster
from .script import Script
from .virtual_time import LoopClock, run

CONVERGED = Verdict(reason=Reason.AVAILABLE, message="fine", references=(True, "Resolved", "all"))


class Reports:
    """A reporter over one object, and what it wrote."""

    def __init__(self, **members: Any) -> None:  # noqa: ANN401 - any member of a manifest
        user = a_manifest(held=True, **members)
        raw = {"metadata": {**msgspec.to_builtins(user.metadata), "finalizers": []}, "spec": {}, "status": {}}
        self.cluster = FakeCluster(Script(), {user.key: raw})
        self.user = user
        self.memory = Memory(uid=UID)
        self.told: list[tuple[Reason, bool]] = []

    async def report(self, verdict: Verdict, record: Record | None = None) -> None:
        def concluded(_user: ConnectUser, reason: Reason, moved: bool) -> None:  # noqa: FBT001 - the reporter's callback
            self.told.append((reason, moved))

        reporter = Reporter(self.cluster, Store(), LoopClock(), concluded)
        findings = Findings(instance_arn=str(ARN), record=record)
        await reporter.report(self.user, self.memory, verdict, findings)
        await asyncio.sleep(10)

    @property
    def writes(self) -> int:
        return self.cluster.script.log.count("after write_user_status")

    @property
    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.cluster.objects[self.user.key]["status"]
        return status

    def restarted(self) -> None:
        """A new process reads the object as it is stored."""
        stored = self.cluster.objects[self.user.key]
        stored["metadata"]["resourceVersion"] = str(stored["metadata"]["resourceVersion"])
        self.user = parse_user({**stored, "spec": msgspec.to_builtins(self.user.spec)})
        self.memory = Memory(uid=UID)


def a_record(**members: Any) -> Record:  # noqa: ANN401 - any member of a record
    return Record(**{"user": a_described_user(), "last_modified": NOW - 86_400, **members})


def test_nothing_is_written_when_nothing_is_new() -> None:
    reports = Reports()

    async def main() -> None:
        for _ in range(5):
            await reports.report(CONVERGED, a_record())

    run(main())
    assert reports.writes == 1
    assert [reason for _, reason in reports.cluster.events] == ["Available"]


def test_a_restart_writes_nothing_either() -> None:
    reports = Reports()
    run(reports.report(CONVERGED, a_record()))
    reports.restarted()
    run(reports.report(CONVERGED, a_record()))
    assert reports.writes == 1
    assert len(reports.cluster.events) == 1


def test_retries_of_the_same_failure_rewrite_nothing() -> None:
    reports = Reports()

    async def main() -> None:
        for each in range(5):
            message = f"CreateUser failed: InternalServiceException: oops (request r-{each})"
            await reports.report(Verdict(reason=Reason.SERVICE_UNAVAILABLE, message=message))

    run(main())
    assert reports.writes == 1
    assert "r-0" in reports.status["conditions"][0]["message"]


@pytest.mark.parametrize(
    ("first", "then", "events"),
    [
        (Reason.AVAILABLE, Reason.THROTTLED, ["Available", "Throttled"]),
        (Reason.CREATING, Reason.AVAILABLE, ["Available"]),
        (Reason.AVAILABLE, Reason.UPDATING, ["Available"]),
        (Reason.UPDATING, Reason.WAITING_FOR_QUOTA, []),
        (Reason.AVAILABLE, Reason.DELETING, ["Available", "Deleting"]),
    ],
)
def test_events_come_with_changes_of_reason(first: Reason, then: Reason, events: list[str]) -> None:
    reports = Reports()

    async def main() -> None:
        await reports.report(Verdict(reason=first, message="a"))
        await reports.report(Verdict(reason=then, message="b"))
        await reports.report(Verdict(reason=then, message="c"))

    run(main())
    assert [reason for _, reason in reports.cluster.events] == events


def test_the_plan_is_shown_and_taken_away_again() -> None:
    reports = Reports()

    async def main() -> None:
        await reports.report(Verdict(reason=Reason.NOT_CONVERGING, message="x", plan=("tags[a]: b -> c",)))
        assert tuple(reports.status["plan"]) == ("tags[a]: b -> c",)
        await reports.report(CONVERGED)
        assert "plan" not in reports.status

    run(main())


def test_what_was_created_is_remembered_for_a_restart() -> None:
    reports = Reports()
    reports.memory.recognise(USER_ID, f"{ARN}/agent/{USER_ID}")
    reports.memory.identity.date(NOW)
    reports.memory.identity.use_secret(PasswordSecret(uid="s-1", resource_version="7"))
    run(reports.report(CONVERGED, a_record(writes=(OwnWrite(tick=NOW, stamp=NOW, fields=frozenset()),))))
    status = reports.status
    assert status["userId"] == USER_ID
    assert status["userArn"].endswith(USER_ID)
    assert status["createdTime"] == rfc3339(NOW)
    assert status["passwordSecret"] == {"uid": "s-1", "resourceVersion": "7"}
    assert status["verified"] == {"generation": 1, "lastModifiedTime": rfc3339(NOW)}
    assert status["observedGeneration"] == 1


@pytest.mark.parametrize(
    ("reason", "verdict", "verified"),
    [
        ("seen equal", CONVERGED, True),
        ("not equal", Verdict(reason=Reason.NOT_CONVERGING, message="x"), False),
        ("observed only", Verdict(reason=Reason.OBSERVING, message="x"), False),
    ],
)
def test_only_what_was_seen_equal_is_verified(reason: str, verdict: Verdict, *, verified: bool) -> None:
    reports = Reports()
    run(reports.report(verdict, a_record()))
    assert ("verified" in reports.status) is verified, reason


def test_an_id_that_is_not_looked_for_is_not_kept() -> None:
    reports = Reports(status={"userId": USER_ID, "userArn": "arn", "createdTime": rfc3339(NOW)})
    run(reports.report(Verdict(reason=Reason.CREATING, message="again")))
    assert "userId" not in reports.status
    assert "userArn" not in reports.status
    assert "createdTime" not in reports.status


def test_counts_are_told_only_when_they_move() -> None:
    reports = Reports()

    async def main() -> None:
        await reports.report(CONVERGED)
        await reports.report(CONVERGED)
        await reports.report(Verdict(reason=Reason.SUSPENDED, message="x"))
        await reports.report(Verdict(reason=Reason.THROTTLED, message="x"))

    run(main())
    assert reports.told == [
        (Reason.AVAILABLE, True),
        (Reason.AVAILABLE, False),
        (Reason.SUSPENDED, False),
        (Reason.THROTTLED, True),
    ]


def test_an_object_that_is_gone_is_no_trouble() -> None:
    reports = Reports()
    reports.cluster.objects.clear()
    run(reports.report(CONVERGED))
    assert reports.cluster.events == []
    assert len(an_inventory()) == 0
