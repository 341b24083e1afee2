"""What the handlers do with an object; the watch itself is tested against the real API server."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.domain.kinds.registry import CONNECT_USER, KINDS, Kind
from connect_operator.kube.kinds import deliver
from connect_operator.kube.watch import build_registry, watch_settings


class Told:
    """A controller of any kind that writes down what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.subjects: list[Any] = []

    def changed(self, subject: Any) -> None:  # noqa: ANN401 - an object of any kind
        self.subjects.append(subject)
        self.lines.append(f"{type(subject).__name__} {subject.key}")

    def gone(self, key: ObjectKey, uid: str, version: str = "") -> None:
        self.lines.append(f"no {key} {uid} at {version}")

    def known(self) -> dict[ObjectKey, Any]:
        return {}

    def buried(self) -> dict[ObjectKey, str]:
        return {}


def raw(**members: object) -> dict[str, Any]:
    return {"metadata": {"namespace": "team-a", "name": "jdoe", "uid": "u1", "resourceVersion": "5"}, **members}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_event_is_handed_over(kind: Kind) -> None:
    told = Told()
    deliver(kind, told, raw(spec={}))
    deliver(kind, told, raw(), deleted=True)
    assert told.lines == [f"{kind.name} team-a/jdoe", "no team-a/jdoe u1 at 5"]


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
    told = Told()
    for kind in KINDS:
        deliver(kind, told, broken)
    deliver(CONNECT_USER, told, raw())
    assert told.lines == ["ConnectUser team-a/jdoe"], reason
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3


def test_a_spec_of_an_older_schema_is_still_handed_over() -> None:
    told = Told()
    deliver(CONNECT_USER, told, raw(spec={"suspend": "maybe"}))
    (user,) = told.subjects
    assert user.spec is None
    assert user.spec_error


def test_kopf_gets_no_reason_to_write_to_an_object() -> None:
    """Only handlers that watch: any other kind would bring finalizers and annotations."""
    registry = build_registry({kind.name: Told() for kind in KINDS})
    assert len(registry._watching.get_all_handlers()) == len(KINDS)  # noqa: SLF001 - kopf has no public way to ask
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
