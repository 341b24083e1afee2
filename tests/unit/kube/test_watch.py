"""What the handlers do with an object; the watch itself is tested against the real API server."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.domain.assignment import ConnectContactAssignment
from connect_operator.domain.objects import ConnectInstance, ConnectUser
from connect_operator.kube.watch import (
    build_registry,
    deliver_assignment,
    deliver_instance,
    deliver_user,
    watch_settings,
)


class Told:
    """A sink that writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.users: list[ConnectUser] = []

    def user_changed(self, user: ConnectUser) -> None:
        self.users.append(user)
        self.lines.append(f"user {user.key}")

    def user_gone(self, namespace: str, name: str, uid: str, version: str) -> None:
        self.lines.append(f"no user {namespace}/{name} {uid} at {version}")

    def instance_changed(self, instance: ConnectInstance) -> None:
        self.lines.append(f"instance {instance.metadata.name}")

    def instance_gone(self, name: str, uid: str, version: str) -> None:
        self.lines.append(f"no instance {name} {uid} at {version}")

    def assignment_changed(self, assignment: ConnectContactAssignment) -> None:
        self.lines.append(f"assignment {assignment.key}")

    def assignment_gone(self, namespace: str, name: str, uid: str, version: str) -> None:
        self.lines.append(f"no assignment {namespace}/{name} {uid} at {version}")


def raw(**members: object) -> dict[str, Any]:
    return {"metadata": {"namespace": "team-a", "name": "jdoe", "uid": "u1", "resourceVersion": "5"}, **members}


def test_each_event_is_handed_over() -> None:
    sink = Told()
    deliver_user(sink, raw(spec={"username": "jane"}))
    deliver_user(sink, raw(), deleted=True)
    deliver_instance(sink, raw(spec={"instanceId": "i"}))
    deliver_instance(sink, raw(), deleted=True)
    deliver_assignment(sink, raw(spec={"contactId": "c"}))
    deliver_assignment(sink, raw(), deleted=True)
    assert sink.lines == [
        "user team-a/jdoe",
        "no user team-a/jdoe u1 at 5",
        "instance jdoe",
        "no instance jdoe u1 at 5",
        "assignment team-a/jdoe",
        "no assignment team-a/jdoe u1 at 5",
    ]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({}, "no metadata"),
        ({"metadata": None}, "metadata of a wrong type"),
        ({"metadata": {"name": "jdoe"}}, "no uid"),
        ({"metadata": {"name": "jdoe", "uid": 7}}, "a uid of a wrong type"),
    ],
)
def test_an_object_that_cannot_be_parsed_is_left_out(
    broken: dict[str, Any], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    sink = Told()
    deliver_user(sink, broken)
    deliver_instance(sink, broken)
    deliver_assignment(sink, broken)
    deliver_user(sink, raw())
    assert sink.lines == ["user team-a/jdoe"], reason
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3


def test_a_spec_of_an_older_schema_is_still_handed_over() -> None:
    sink = Told()
    deliver_user(sink, raw(spec={"suspend": "maybe"}))
    (user,) = sink.users
    assert user.spec is None
    assert user.spec_error


def test_kopf_gets_no_reason_to_write_to_an_object() -> None:
    """Only handlers that watch: any other kind would bring finalizers and annotations."""
    registry = build_registry(Told())
    assert len(registry._watching.get_all_handlers()) == 3  # noqa: SLF001 - kopf has no public way to ask
    others = (registry._changing, registry._spawning, registry._indexing, registry._webhooks)  # noqa: SLF001 - likewise
    assert [list(other.get_all_handlers()) for other in others] == [[], [], [], []]


def test_settings_that_the_operator_depends_on() -> None:
    settings = watch_settings()
    assert settings.process.ultimate_exiting_timeout is None
    assert not settings.posting.enabled
    assert settings.scanning.disabled
    assert settings.watching.chunk_size == 500
    assert settings.queueing.idle_timeout == 0.05
    assert settings.queueing.worker_limit is None
    backoffs = settings.networking.error_backoffs
    assert not isinstance(backoffs, (int, float))
    assert sum(backoffs) > 300
