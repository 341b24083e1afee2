"""The wire itself: paths, headers, statuses and bodies as AWS has them, without an SDK in between."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from email.utils import formatdate
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from connect_sim.control_client import DEFAULT_INSTANCE, SimControl
from connect_sim.model.patterns import compile_pattern
from connect_sim.model.routing import Router, load_router
from connect_sim.model.service import load_service
from connect_sim.server.clock import ManualClock
from connect_sim.thread import SimThread

Client = Any
Json = dict[str, Any]
INSTANCE_ARN = f"arn:aws:connect:us-east-1:111122223333:instance/{DEFAULT_INSTANCE}"


class Answer:
    """An HTTP answer, read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> Json:
        document: Json = json.loads(self.body)
        return document


@pytest.fixture
def send(sim: SimThread) -> Callable[..., Answer]:
    def request(method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        address = urlsplit(sim.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=120)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    return request


def test_an_arn_is_one_path_segment(ann: Json, send: Callable[..., Answer]) -> None:
    user = f"{INSTANCE_ARN}/agent/{ann['UserId']}"
    for path in (
        f"/users/{quote(INSTANCE_ARN, safe='')}/{quote(user, safe='')}",
        f"/users/{DEFAULT_INSTANCE}/{ann['UserId']}",
    ):
        assert send("GET", path).json["User"]["Id"] == ann["UserId"]
    assert send("GET", f"/tags/{quote(user, safe='')}").json == {"tags": {}}


def test_an_arn_that_was_not_encoded_finds_nothing(ann: Json, send: Callable[..., Answer]) -> None:
    answer = send("GET", f"/users/{INSTANCE_ARN}/{ann['UserId']}")
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (404, "UnknownOperationException")


def test_errors_carry_code_message_and_request_id(send: Callable[..., Answer], control: SimControl) -> None:
    answer = send("GET", f"/users/{DEFAULT_INSTANCE}/nobody")
    assert answer.status == 404
    assert answer.headers["x-amzn-errortype"] == answer.json["__type"] == "ResourceNotFoundException"
    assert "nobody" in answer.json["Message"]
    assert answer.headers["x-amzn-requestid"] == control.journal()[-1].request_id


def test_every_answer_has_the_clocks_date(send: Callable[..., Answer], clock: ManualClock) -> None:
    clock.advance(3600)
    for path in (f"/users-summary/{DEFAULT_INSTANCE}", "/users-summary/none", "/nothing"):
        assert send("GET", path).headers["date"] == formatdate(clock.now(), usegmt=True)


def test_void_operations_answer_200_with_an_empty_body(ann: Json, send: Callable[..., Answer]) -> None:
    answer = send("DELETE", f"/users/{DEFAULT_INSTANCE}/{ann['UserId']}")
    assert (answer.status, answer.body) == (200, b"")


def test_times_are_epoch_seconds_with_milliseconds(ann: Json, send: Callable[..., Answer], clock: ManualClock) -> None:
    user = send("GET", f"/users/{DEFAULT_INSTANCE}/{ann['UserId']}").json["User"]
    assert user["LastModifiedTime"] == round(clock.now(), 3)


def test_an_empty_user_id_is_a_trailing_slash_and_a_400(send: Callable[..., Answer]) -> None:
    answer = send("GET", f"/users/{DEFAULT_INSTANCE}/")
    assert (answer.status, answer.json["__type"]) == (400, "InvalidParameterException")


UNREADABLE: list[tuple[str, bytes]] = [
    ("no JSON", b"{"),
    ("no object", b"[]"),
    ("a number for a string", b'{"Username": 5}'),
    ("a string for a list", b'{"SecurityProfileIds": "x"}'),
    ("a number in a list of strings", b'{"SecurityProfileIds": [5]}'),
    ("a boolean for an integer", b'{"PhoneConfig": {"AfterContactWorkTimeLimit": true}}'),
    ("a fraction for an integer", b'{"PhoneConfig": {"AfterContactWorkTimeLimit": 1.5}}'),
    ("a list for a map", b'{"Tags": []}'),
    ("a number for a password", b'{"Password": 12345678}'),
]


@pytest.mark.parametrize(("reason", "body"), UNREADABLE, ids=[case[0] for case in UNREADABLE])
def test_what_cannot_be_read_is_a_serialization_error(reason: str, body: bytes, send: Callable[..., Answer]) -> None:
    answer = send("PUT", f"/users/{DEFAULT_INSTANCE}", body)
    assert (answer.status, answer.json["__type"]) == (400, "SerializationException"), reason
    assert b"12345678" not in answer.body


def test_missing_members_are_all_named(send: Callable[..., Answer]) -> None:
    message = send("PUT", f"/users/{DEFAULT_INSTANCE}", b'{"Password": null}').json["Message"]
    assert message.startswith("3 validation errors detected")
    for member in ("Username", "SecurityProfileIds", "RoutingProfileId"):
        assert f"'{member}'" in message


def test_unknown_members_are_ignored(ann: Json, send: Callable[..., Answer]) -> None:
    path = f"/users/{DEFAULT_INSTANCE}/{ann['UserId']}/hierarchy"
    assert send("POST", path, b'{"Colour": {"a": [1]}}').status == 200


def test_a_query_that_is_no_number_is_refused(send: Callable[..., Answer]) -> None:
    answer = send("GET", f"/users-summary/{DEFAULT_INSTANCE}?maxResults=many")
    assert answer.json["__type"] == "SerializationException"


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("GET", f"/queues-summary/{DEFAULT_INSTANCE}", "ListQueues"),
        ("PATCH", f"/users/{DEFAULT_INSTANCE}", "No operation"),
        ("GET", "/", "No operation"),
    ],
)
def test_what_is_not_simulated_is_an_unknown_operation(
    method: str, path: str, text: str, send: Callable[..., Answer]
) -> None:
    answer = send(method, path)
    assert (answer.status, answer.json["__type"]) == (404, "UnknownOperationException")
    assert text in answer.json["Message"]


def test_every_operation_of_the_model_is_routed_by_its_own_template() -> None:
    service, router = load_service("connect"), load_router("connect")
    label = "arn%3Aaws%3Aconnect%2F1"
    for name in service.operation_names:
        http_binding = service.operation(name).http
        parts = http_binding["requestUri"].partition("?")[0].split("/")
        path = "/".join(label if part.startswith("{") else part for part in parts)
        route = router.match(http_binding["method"], path)
        assert route is not None, name
        assert route.operation == name
        assert set(route.labels.values()) <= {"arn:aws:connect/1"}


def test_a_literal_segment_wins_over_a_label_without_hiding_it() -> None:
    router: Router = load_router("connect")
    route = router.match("GET", "/users/a/proficiencies")
    assert route is not None
    assert (route.operation, route.labels) == ("DescribeUser", {"InstanceId": "a", "UserId": "proficiencies"})


PATTERNS: list[tuple[str, str, bool]] = [
    (r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$", "Größe 1/2", True),
    (r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$", "a#b", False),
    (r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$", "aws:x", False),
    (r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$", "a\n", False),
    (r"^\P{C}*$", "no control", True),
    (r"^\P{C}*$", "a\x07b", False),
    (r"/^(?=.*[a-z])[a-z]{2,3}$/", "abc", True),
    (r"\\+[1-9]\\d{1,14}$", "+49123", True),
    (r"\+[1-9]\d{1,14}$", "x+49123", False),
]


@pytest.mark.parametrize(("pattern", "text", "matches"), PATTERNS)
def test_the_models_java_patterns_work_in_python(pattern: str, text: str, matches: bool) -> None:  # noqa: FBT001 - a case
    assert bool(compile_pattern(pattern).fullmatch(text)) is matches


def test_every_error_of_our_operations_has_a_status() -> None:
    service = load_service("connect")
    statuses = {
        "InvalidRequestException": 400,
        "InvalidParameterException": 400,
        "AccessDeniedException": 403,
        "ResourceNotFoundException": 404,
        "DuplicateResourceException": 409,
        "ConditionalOperationFailedException": 409,
        "LimitExceededException": 429,
        "ThrottlingException": 429,
        "TooManyRequestsException": 429,
        "InternalServiceException": 500,
        "InvalidToken": 400,
    }
    assert {code: service.error_status(code) for code in statuses} == statuses
