"""The settings: environment variables named CONNECT_OPERATOR_…, read once, checked together, then passed on.

What AWS's and Kubernetes' own variables say (AWS_REGION, KUBECONFIG, …) is read by their libraries and not here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

PREFIX = "CONNECT_OPERATOR_"
FOREIGN = frozenset({"CONNECT_OPERATOR_CACHE"})
"""Variables of that prefix that belong to the development tools."""

_DURATION = re.compile(r"(?=.)(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6}(?:\.[0-9]{1,3})?)s)?")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?")
_PORTS = range(65536)


class SettingsError(Exception):
    """One or more settings are wrong; the message names each variable, its value and the remedy, one a line."""


class Address(NamedTuple):
    """Where a server listens; an empty host means all interfaces."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_duration(value: object) -> float:
    """Seconds, from 600, 600s, 10m or 1h30m. Raises ValueError."""
    text = str(value).strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("use a duration such as 600, 600s, 10m or 1h30m")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def parse_address(value: object) -> Address | None:
    """HOST:PORT; None, which means off, for an empty text or port 0. Raises ValueError."""
    if value is None or isinstance(value, Address):
        return value
    text = str(value).strip()
    if not text:
        return None
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) not in _PORTS:
        raise ValueError("use HOST:PORT such as 0.0.0.0:8080, or an empty value for no server")
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        raise ValueError("put an IPv6 address in brackets, such as [::1]:8080")
    return Address(host.strip("[]"), int(port)) if int(port) else None


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


_Duration = Annotated[float, BeforeValidator(parse_duration)]
_OptionalAddress = Annotated[Address | None, BeforeValidator(parse_address)]


class Settings(BaseModel):
    """All settings, checked and typed. Durations are in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cluster_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,36}$")] | None = None
    """The cluster's part of the owner tag; None: the UID of the namespace kube-system."""

    consistency_window: _Duration = Field(default=600.0, ge=0)
    """How long after a write Connect may still show the state before it."""

    slow_retry: _Duration = Field(default=300.0, gt=0)
    """How often is tried again what only a person can put right."""

    resync_interval: _Duration = Field(default=300.0, gt=0)
    """How often the objects in the cluster are compared with those that the watch delivered."""

    aws_threads: int = Field(default=16, ge=1, le=256)
    """How many requests to AWS can be under way at the same time."""

    health_address: _OptionalAddress = Address("127.0.0.1", 8080)
    metrics_address: _OptionalAddress = Address("127.0.0.1", 9090)

    leader_election: bool = True
    """Whether one process of several leads, by a Lease. Without, nobody else may look after the same objects."""

    lease_namespace: Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")] | None = None
    """Where the Lease is; None: the pod's own namespace, outside of a cluster that of the kubeconfig's context."""

    log_format: Annotated[Literal["text", "json"] | None, BeforeValidator(_lower)] = None
    """None: text on a terminal, else json."""

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"

    def resolved_log_format(self, *, terminal: bool) -> Literal["text", "json"]:
        """The log format, given whether the log goes to a terminal."""
        return self.log_format or ("text" if terminal else "json")


_REMEDIES = {
    "cluster_id": "use at most 36 of A-Z, a-z, 0-9 and '-', or leave it out for the UID of namespace kube-system",
    "consistency_window": "use a duration such as 600s or 10m",
    "slow_retry": "use a duration above 0 such as 300s or 5m",
    "resync_interval": "use a duration above 0 such as 300s or 5m",
    "aws_threads": "use a whole number from 1 to 256",
    "health_address": "use HOST:PORT such as 0.0.0.0:8080 ([::1]:8080 for IPv6), or an empty value for no server",
    "metrics_address": "use HOST:PORT such as 0.0.0.0:9090 ([::1]:9090 for IPv6), or an empty value for no server",
    "leader_election": "use true or false",
    "lease_namespace": "use the name of a namespace, or leave it out for the operator's own",
    "log_format": "use text or json",
    "log_level": "use DEBUG, INFO, WARNING or ERROR",
}


def load_settings(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` says. Raises SettingsError with every mistake at once."""
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and name not in FOREIGN}
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    mistakes = [_unknown(name, known) for name in sorted(given.keys() - known.keys())]
    values = {known[name]: value for name, value in given.items() if name in known}
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        # A value of a union type is reported once for each of its members.
        wrong = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors())
        mistakes += [f"{PREFIX}{name.upper()}={values[name]!r}: {_REMEDIES[name]}" for name in wrong]
    if mistakes:
        raise SettingsError("\n".join(["wrong settings:", *(f"  {mistake}" for mistake in mistakes)]))
    return settings


def _unknown(name: str, known: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
    hint = f"did you mean {close[0]}? if not, " if close else ""
    return f"{name}: there is no such setting; {hint}remove it, or use one of {', '.join(sorted(known))}"
