"""Logging: one line a record, as JSON or as readable text, with the fields that say which object it is about.

A record may carry `object` (kind namespace/name), `instance`, `requestId` and `operation` through `extra=`;
`object_logger` puts them there. Loggers of libraries that would drown the log or show request bodies are tamed here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

from connect_operator.domain.text.safe_text import safe_text

FIELDS = ("object", "instance", "operation", "requestId")


class ObjectLogger(logging.LoggerAdapter[logging.Logger]):
    """A logger whose records all carry some fields; fields given with a single record are added to them."""

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:  # noqa: ANN401 - the base class's signature
        """See logging.LoggerAdapter, whose own version drops the fields of the single record."""
        kwargs["extra"] = {**(self.extra or {}), **(kwargs.get("extra") or {})}
        return msg, kwargs


def object_logger(
    logger: logging.Logger, kind: str, name: str, *, namespace: str = "", fields: Mapping[str, str] | None = None
) -> ObjectLogger:
    """A logger about one Kubernetes object; `fields` are further ones, such as instance."""
    identity = f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"
    return ObjectLogger(logger, {"object": identity, **(fields or {})})


class _TextFormatter(logging.Formatter):
    """2026-11-23T14:25:09.123Z INFO     message  object="ConnectUser team-a/jdoe"  (logger).

    Whatever a record says stays on its line, and a traceback is indented: nobody's text looks like another record.
    """

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        fields = "".join(f" {name}={_quoted(getattr(record, name))}" for name in FIELDS if hasattr(record, name))
        line = f"{_timestamp(record)} {record.levelname:<7} {safe_text(record.getMessage())}{fields} ({record.name})"
        if record.exc_info:
            trace = self.formatException(record.exc_info).split("\n")
            line += "".join(f"\n  {safe_text(each)}" for each in trace)
        return line


def _quoted(value: object) -> str:
    escaped = safe_text(str(value)).replace('"', r"\"")
    return f'"{escaped}"'


class _JsonFormatter(JsonFormatter):
    """The same as one JSON object: time, level, logger, message and the fields."""

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """See JsonFormatter."""
        log_data.update({"time": _timestamp(record), "level": record.levelname.lower(), "logger": record.name})
        super().add_fields(log_data, record, message_dict)
        # asyncio and aiohttp attach live objects to their records, which only their repr would show.
        for name in [name for name in log_data if name not in _JSON_MEMBERS]:
            log_data[name] = str(log_data[name])


_JSON_MEMBERS = {"time", "level", "logger", "message", "exc_info", "stack_info"}


def _timestamp(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_FLOORS = {
    # kopf logs each delivered object at INFO; what is worth knowing of it is a warning or an error.
    "kopf": logging.WARNING,
    # At DEBUG these show the bodies of requests and answers: passwords, tokens and Secrets.
    "botocore": logging.INFO,
    # It tells at INFO where it found credentials and endpoint, once for each client.
    # And with a traceback, each time, that a role cannot be assumed, which the failed call itself tells in a line.
    "botocore.credentials": logging.ERROR,
    "botocore.configprovider": logging.WARNING,
    "boto3": logging.INFO,
    "urllib3": logging.INFO,
    "s3transfer": logging.INFO,
    "client": logging.INFO,  # the name under which the Kubernetes client logs
    "kubernetes": logging.INFO,
    # A line for each probe of the health server helps nobody.
    "aiohttp.access": logging.WARNING,
    # It logs a traceback for whatever bytes a stranger sends. What goes wrong in our own answers, health.py logs.
    "aiohttp.server": logging.CRITICAL,
    "asyncio": logging.INFO,
}


def _without_kopfs_tracebacks(record: logging.LogRecord) -> bool:
    """Kopf tells the end of its tasks with the whole way to it, which helps nobody: the cause is in the message."""
    if record.name.startswith("kopf.") and not logging.getLogger().isEnabledFor(logging.DEBUG):
        record.exc_info = record.exc_text = None
    return True


def configure_logging(stream: TextIO, log_format: Literal["text", "json"], level: str) -> None:
    """Send all records of `level` and above to `stream`, in this format; replaces whatever was configured."""
    handler = logging.StreamHandler(stream)
    handler.addFilter(_without_kopfs_tracebacks)
    handler.setFormatter(_TextFormatter() if log_format == "text" else _JsonFormatter("%(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, floor in _FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, logging.getLevelNamesMapping()[level]))
    logging.captureWarnings(capture=True)
