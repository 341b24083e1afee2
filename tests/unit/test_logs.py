"""The log's two forms, its fields, and which libraries may not speak up."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from connect_operator.logs import configure_logging, object_logger


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("kopf", "botocore", "connect_operator.test")}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, former in levels.items():
        logging.getLogger(name).setLevel(former)
    logging.captureWarnings(capture=False)


def log_of(log_format: str, level: str = "INFO") -> tuple[io.StringIO, logging.Logger]:
    stream = io.StringIO()
    configure_logging(stream, "json" if log_format == "json" else "text", level)
    return stream, logging.getLogger("connect_operator.test")


def test_a_json_record_has_time_level_and_the_object() -> None:
    stream, logger = log_of("json")
    adapter = object_logger(logger, "ConnectUser", "jdoe", namespace="team-a", fields={"instance": "support"})
    adapter.warning("refused: %s", "why", extra={"requestId": "r-1", "operation": "CreateUser"})
    record = json.loads(stream.getvalue())
    assert record.pop("time").endswith("Z")
    assert record == {
        "level": "warning",
        "logger": "connect_operator.test",
        "message": "refused: why",
        "object": "ConnectUser team-a/jdoe",
        "instance": "support",
        "requestId": "r-1",
        "operation": "CreateUser",
    }


def test_a_text_record_reads_as_a_line() -> None:
    stream, logger = log_of("text")
    object_logger(logger, "ConnectInstance", "support").info("found", extra={"requestId": "r-1"})
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert line[19:].startswith(".")
    assert line[24:].rstrip() == (
        ' INFO    found object="ConnectInstance support" requestId="r-1" (connect_operator.test)'
    )


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_an_exception_is_shown(log_format: str) -> None:
    stream, logger = log_of(log_format)
    try:
        raise RuntimeError("broken")  # noqa: TRY301 - the point is its traceback
    except RuntimeError:
        logger.exception("failed")
    assert "RuntimeError: broken" in stream.getvalue()


def test_foreign_objects_attached_to_a_record_do_not_break_json() -> None:
    stream, logger = log_of("json")
    logger.error("task died", extra={"task": object()})
    assert json.loads(stream.getvalue())["task"].startswith("<object")


@pytest.mark.parametrize(
    ("name", "level", "reason"),
    [
        ("botocore.endpoint", logging.DEBUG, "it shows request bodies, with passwords"),
        ("boto3.resources", logging.DEBUG, "likewise"),
        ("urllib3.connectionpool", logging.DEBUG, "likewise"),
        ("kopf.objects", logging.INFO, "a line for each delivered object"),
        ("aiohttp.access", logging.INFO, "a line for each probe"),
    ],
)
def test_noisy_libraries_stay_quiet_even_at_debug(name: str, level: int, reason: str) -> None:
    stream, _ = log_of("text", "DEBUG")
    logging.getLogger(name).log(level, "secret")
    assert not stream.getvalue(), reason
    logging.getLogger(name).error("worth knowing")
    assert "worth knowing" in stream.getvalue()


def test_the_level_holds_for_libraries_too() -> None:
    stream, logger = log_of("text", "ERROR")
    logging.getLogger("kopf.x").warning("no")
    logger.warning("no")
    assert not stream.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x1c", "\x85", "\u2028"])
def test_no_text_of_others_looks_like_another_record(end: str) -> None:
    stream, logger = log_of("text")
    forged = f"{end}2026-11-23T14:25:09.123Z INFO    all is well\x1b[2J (connect_operator.engine)"
    adapter = object_logger(logger, "ConnectUser", f'x" requestId="forged{end}', namespace="team-a")
    adapter.warning("refused: %s", forged, extra={"requestId": forged})
    try:
        raise RuntimeError(forged)  # noqa: TRY301 - the point is its traceback
    except RuntimeError:
        adapter.exception("failed")
    first, second, *trace = stream.getvalue().splitlines()
    assert first[24:].startswith(" WARNING refused: ")
    assert second[24:].startswith(" ERROR   failed ")
    assert trace
    assert all(each.startswith("  ") for each in trace)
    assert 'object="ConnectUser team-a/x\\" requestId=\\"forged' in first
    assert all(each.isprintable() for each in (first, second, *trace))


def test_half_of_a_surrogate_pair_can_be_logged() -> None:
    for log_format in ("text", "json"):
        stream, logger = log_of(log_format)
        logger.warning("refused: \ud800")
        assert r"\ud800" in stream.getvalue()
        stream.getvalue().encode()
