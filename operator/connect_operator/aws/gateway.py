"""Opens the ConnectApi of an instance: its region, its role, and the threads that all instances share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import BotoCoreError
from botocore.session import Session

from connect_operator.aws import debug_logs
from connect_operator.aws.calls import Calls
from connect_operator.aws.clients import CONNECT_TIMEOUT, READ_TIMEOUT, Clients, ClientSettings, Target
from connect_operator.aws.connect import BotoConnect
from connect_operator.aws.threads import Threads
from connect_operator.domain.connect.arn import bare_id, parse_instance_arn
from connect_operator.domain.kinds.spec import UNSET, ConnectInstanceSpec
from connect_operator.engine.ports import Clock

GRACE = 30.0
"""Seconds that a call may take beyond its time-outs: credentials, a role, a second sending of a read."""


@dataclass(frozen=True, kw_only=True)
class GatewayConfig:
    """What the composition root decides. `threads` requests at most are under way at a time, of all instances.

    Time-outs are in seconds. A call that is not back after all three of them is given up. `may_call`: whether a request
    that ends within so many seconds may be sent now.
    """

    threads: int
    version: str
    clock: Clock
    connect_timeout: float = CONNECT_TIMEOUT
    read_timeout: float = READ_TIMEOUT
    grace: float = GRACE
    may_call: Callable[[float], bool] = lambda _seconds: True


class Gateway:
    """ConnectGateway over botocore. Opening makes no call; the first request of an instance makes its client.

    Credentials, endpoint (AWS_ENDPOINT_URL_CONNECT, AWS_ENDPOINT_URL_STS), proxies and certificates are botocore's
    standard chain. Closing is the owner's.
    """

    def __init__(self, config: GatewayConfig) -> None:
        debug_logs.forbid()
        self._clock = config.clock
        settings = ClientSettings(
            version=config.version,
            connections=config.threads,
            connect_timeout=config.connect_timeout,
            read_timeout=config.read_timeout,
            may_send=partial(config.may_call, config.connect_timeout + config.read_timeout),
        )
        self._clients = Clients(settings, config.clock)
        deadline = config.connect_timeout + config.read_timeout + config.grace
        self._threads = Threads(config.threads, config.clock, deadline, hung=self._clients.leave_behind)
        self._default_region = default_region()

    def open(self, spec: ConnectInstanceSpec) -> BotoConnect:
        """The API of that instance. Raises ValueError with field and remedy when the region cannot be known."""
        region = self.region(spec)
        if region is None:
            raise ValueError(_region_unknown(spec))
        role = spec.assume_role
        if role is UNSET:
            target = Target(region)
        else:
            target = Target(region, role.role_arn, None if role.external_id is UNSET else role.external_id)
        return BotoConnect(
            Calls(
                threads=self._threads,
                clients=self._clients,
                target=target,
                instance_id=bare_id(spec.instance_id),
                clock=self._clock,
            )
        )

    def region(self, spec: ConnectInstanceSpec) -> str | None:
        """The region of spec.region, else of the ARN in spec.instanceId, else of the environment or profile.

        None when there is none, and when the first two contradict each other.
        """
        named = None if spec.region is UNSET else spec.region
        arn = parse_instance_arn(spec.instance_id)
        if named and arn and named != arn.region:
            return None
        return named or (arn.region if arn else self._default_region)

    def oldest_call(self) -> float:
        """Seconds since the oldest call began that has not come back."""
        return self._threads.oldest()

    def close(self, patience: float | None = None) -> None:
        """Begin nothing more, wait for the requests under way, close connections. Blocks, so use a thread.

        `patience`: seconds to wait at most, else a little longer than the time-outs. What hangs is left behind.
        """
        self._threads.close(self._threads.deadline if patience is None else patience)
        self._clients.close()


def default_region() -> str | None:
    """AWS_REGION (which botocore itself does not know), AWS_DEFAULT_REGION, or the profile's region."""
    from_environment = os.environ.get("AWS_REGION")
    if from_environment:
        return from_environment
    try:
        configured: str | None = Session().get_config_variable("region")
    except BotoCoreError:
        # A missing profile or an unreadable file; the first call says so, as every call would.
        return None
    return configured or None


def _region_unknown(spec: ConnectInstanceSpec) -> str:
    arn = parse_instance_arn(spec.instance_id)
    if arn:
        return (
            f"spec.region: {spec.region} contradicts spec.instanceId, whose ARN is of {arn.region}; "
            "remove spec.region or correct the ARN"
        )
    return "spec.region: the region is not known; set spec.region, or give spec.instanceId as an ARN, or set AWS_REGION"
