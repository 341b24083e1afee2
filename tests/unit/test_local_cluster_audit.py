"""Reading the audit log of an API server that is writing it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local_cluster.audit import AuditEvent, AuditLog

if TYPE_CHECKING:
    from pathlib import Path


def an_event(verb: str = "get", uri: str = "/api/v1/namespaces/n/secrets/s", **about: str) -> dict[str, Any]:
    reference = {"resource": "secrets", "namespace": "n", "name": "s", "apiVersion": "v1"} | about
    return {
        "kind": "Event",
        "level": "Metadata",
        "stage": "ResponseComplete",
        "requestURI": uri,
        "verb": verb,
        "user": {"username": "operator", "groups": ["system:authenticated"]},
        "objectRef": reference,
        "responseStatus": {"metadata": {}, "code": 200},
    }


def a_log(file: Path, *events: dict[str, Any]) -> AuditLog:
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    return AuditLog(file)


def only_event(file: Path, event: dict[str, Any]) -> AuditEvent:
    (parsed,) = a_log(file, event).events()
    return parsed


def test_an_event_says_who_did_what_to_which_object(tmp_path: Path) -> None:
    event = only_event(tmp_path / "log", an_event("patch", apiGroup="g.io", subresource="status"))

    assert (event.user, event.verb, event.group, event.resource) == ("operator", "patch", "g.io", "secrets")
    assert (event.subresource, event.namespace, event.name, event.code) == ("status", "n", "s", 200)
    assert event.raw["stage"] == "ResponseComplete"


def test_a_request_about_no_object_has_empty_fields(tmp_path: Path) -> None:
    event = only_event(tmp_path / "log", {"verb": "get", "requestURI": "/readyz", "user": {"username": "admin"}})

    assert (event.user, event.resource, event.name, event.code) == ("admin", "", "", 0)


@pytest.mark.parametrize(
    ("event", "expected", "reason"),
    [
        (an_event("create"), True, ""),
        (an_event("update"), True, ""),
        (an_event("patch", subresource="status"), True, "status is stored too"),
        (an_event("delete"), True, ""),
        (an_event("deletecollection"), True, ""),
        (an_event("get"), False, ""),
        (an_event("list"), False, ""),
        (an_event("watch"), False, ""),
        (an_event("create", uri="/api/v1/namespaces/n/secrets?dryRun=All"), False, "nothing is stored"),
        (an_event("create", apiGroup="authorization.k8s.io", resource="selfsubjectaccessreviews"), False, "a question"),
        (an_event("create", apiGroup="authentication.k8s.io", resource="tokenreviews"), False, "a question"),
    ],
)
def test_is_write(tmp_path: Path, event: dict[str, Any], expected: bool, reason: str) -> None:  # noqa: FBT001 - a table
    assert only_event(tmp_path / "log", event).is_write is expected, reason


def test_reading_goes_on_after_a_mark(tmp_path: Path) -> None:
    log = a_log(tmp_path / "log", an_event(name="before"))
    mark = log.mark()
    with (tmp_path / "log").open("a") as file:
        file.write(json.dumps(an_event(name="after")) + "\n")

    assert [event.name for event in log.events()] == ["before", "after"]
    assert [event.name for event in log.events(after=mark)] == ["after"]


def test_a_line_that_is_still_being_written_waits(tmp_path: Path) -> None:
    log = a_log(tmp_path / "log", an_event(name="whole"))
    with (tmp_path / "log").open("a") as file:
        file.write(json.dumps(an_event(name="half"))[:40])

    assert [event.name for event in log.events()] == ["whole"]


def test_a_log_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "log")

    assert (log.mark(), list(log.events())) == (0, [])
