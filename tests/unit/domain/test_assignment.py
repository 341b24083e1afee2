"""ConnectContactAssignments from JSON: defaults, the times that follow from them, and manifests that do not parse."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from connect_operator.domain.kinds.assignment import ConnectContactAssignment, Phase, parse_assignment
from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.domain.text.timestamps import epoch

CREATED = "2026-01-01T12:00:00Z"
NOON = 1_767_268_800.0
SPEC: dict[str, Any] = {"contactId": "2c8e", "instanceRef": {"name": "support"}, "userRef": {"name": "jdoe"}}


def parsed(spec: object = None, status: object = None, **metadata: Any) -> ConnectContactAssignment:  # noqa: ANN401 - metadata
    plain = {"name": "hand-over", "namespace": "team-a", "uid": "u", "creationTimestamp": CREATED}
    given = SPEC if spec is None else spec
    return parse_assignment({"metadata": {**plain, **metadata}, "spec": given, "status": status})


def test_its_members() -> None:
    found = parsed(SPEC | {"ttlSecondsAfterFinished": 0, "activeDeadlineSeconds": 60})
    assert found.spec is not None
    assert found.key == ObjectKey("team-a", "hand-over")
    assert (found.spec.contact_id, found.spec.user_id, found.spec.instance_id) == ("2c8e", UNSET, UNSET)
    assert (found.spec.active_deadline_seconds, found.spec.ttl_seconds_after_finished) == (60, 0)
    assert msgspec.to_builtins(found.spec) == SPEC | {"ttlSecondsAfterFinished": 0, "activeDeadlineSeconds": 60}


def test_defaults() -> None:
    spec = parsed().spec
    assert spec is not None
    assert (spec.active_deadline_seconds, spec.ttl_seconds_after_finished) == (300, UNSET)


class TestUser:
    def test_a_reference_is_to_its_own_namespace(self) -> None:
        assert parsed().user_key == ObjectKey("team-a", "jdoe")

    def test_an_id_refers_to_no_object(self) -> None:
        assert parsed({"contactId": "2c8e", "userId": "7d1f"}).user_key is None

    def test_neither_does_a_manifest_that_does_not_parse(self) -> None:
        assert parsed({"userRef": {"name": "jdoe"}}).user_key is None


class TestDeadline:
    @pytest.mark.parametrize(("spec", "seconds"), [({}, 300), ({"activeDeadlineSeconds": 1}, 1)])
    def test_it_counts_from_the_creation_of_the_object(self, spec: dict[str, Any], seconds: int) -> None:
        assert parsed(SPEC | spec).deadline == NOON + seconds

    def test_it_does_not_move_with_what_happens(self) -> None:
        status = {"phase": "Pending", "attemptedTime": "2026-01-01T13:00:00.000000Z"}
        assert parsed(status=status).deadline == NOON + 300

    def test_without_a_time_of_creation_it_is_over(self) -> None:
        """No call is made for an object of which it is not known how old it is."""
        assert parsed(creationTimestamp="").deadline < NOON
        assert parsed(creationTimestamp="yesterday").deadline < NOON

    def test_of_a_manifest_that_does_not_parse_it_is_over_at_once(self) -> None:
        assert parsed({}).deadline == NOON


class TestEnd:
    @pytest.mark.parametrize(
        ("status", "finished"),
        [
            (None, False),
            ({}, False),
            ({"phase": "Pending"}, False),
            ({"phase": "Assigned"}, True),
            ({"phase": "Failed"}, True),
            ({"phase": "Something"}, False),
            ({"completionTime": CREATED}, False),
        ],
    )
    def test_only_two_phases_are_final(self, status: object, *, finished: bool) -> None:
        assert parsed(status=status).finished is finished

    def test_the_phases_are_those_of_the_api(self) -> None:
        assert [phase.value for phase in Phase] == ["Pending", "Assigned", "Failed"]

    @pytest.mark.parametrize("phase", ["Assigned", "Failed"])
    @pytest.mark.parametrize("ttl", [0, 86400])
    def test_it_expires_after_its_end_well_or_not(self, phase: str, ttl: int) -> None:
        status = {"phase": phase, "completionTime": "2026-01-01T12:00:10Z"}
        assert parsed(SPEC | {"ttlSecondsAfterFinished": ttl}, status).expires == NOON + 10 + ttl

    @pytest.mark.parametrize(
        ("reason", "spec", "status"),
        [
            ("it is to stay", {}, {"phase": "Assigned", "completionTime": CREATED}),
            ("it has not ended", {"ttlSecondsAfterFinished": 0}, {"phase": "Pending", "completionTime": CREATED}),
            ("it has no status", {"ttlSecondsAfterFinished": 0}, None),
            ("nobody knows when it ended", {"ttlSecondsAfterFinished": 0}, {"phase": "Assigned"}),
            ("its end is no time", {"ttlSecondsAfterFinished": 0}, {"phase": "Failed", "completionTime": "soon"}),
            ("its manifest does not parse", {"contactId": 7}, {"phase": "Failed", "completionTime": CREATED}),
        ],
    )
    def test_else_it_does_not_expire(self, reason: str, spec: dict[str, Any], status: object) -> None:
        assert parsed(SPEC | spec, status).expires is None, reason

    def test_deletion_is_no_end(self) -> None:
        found = parsed(deletionTimestamp=CREATED)
        assert (found.deleting, found.finished, parsed().deleting) == (True, False, False)


class TestMalformed:
    """An object under another version's schema: its metadata and its status still count."""

    @pytest.mark.parametrize(
        "spec",
        [
            {},
            SPEC | {"contactId": None},
            SPEC | {"contactId": 7},
            SPEC | {"userRef": "jdoe"},
            SPEC | {"userRef": {}},
            SPEC | {"activeDeadlineSeconds": "5m"},
            SPEC | {"activeDeadlineSeconds": 0.5},
            SPEC | {"ttlSecondsAfterFinished": None},
        ],
        ids=str,
    )
    def test_it_says_what_is_wrong_and_keeps_the_rest(self, spec: dict[str, Any]) -> None:
        status = {"phase": "Pending", "attemptedTime": "2026-01-01T12:00:00.000001Z"}
        found = parsed(spec, status)
        assert found.spec is None
        assert found.spec_error
        assert found.key == ObjectKey("team-a", "hand-over")
        assert found.status.attempted_time == "2026-01-01T12:00:00.000001Z"

    def test_no_spec_at_all(self) -> None:
        raw = {"metadata": {"name": "hand-over", "namespace": "team-a", "uid": "u"}}
        assert "contactId" in parse_assignment(raw).spec_error

    def test_unknown_members_are_ignored(self) -> None:
        assert parsed(SPEC | {"priority": 1}).spec == parsed().spec

    def test_microseconds_tell_one_attempt_from_another(self) -> None:
        first, second = (epoch(f"2026-01-01T12:00:00.00000{digit}Z") for digit in "12")
        assert first != second
