"""Credentials and botocore clients: made once for each role and region, shared by all threads.

Credentials come from botocore's standard chain. Where an instance names a role, botocore's refreshable credentials
assume it and renew it in time. Everything here blocks (files, instance metadata, STS, loading the service model), so it
is called on worker threads only; making clients is not thread-safe in botocore, so one lock serialises it.

It may also hang: a credential program is waited for without an end, under botocore's lock or ours. So every lock that
is held meanwhile belongs to a generation, and a generation that hangs is left behind with all that wait in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from botocore import credentials as aws_credentials
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from connect_operator.aws import debug_logs, in_time, service_data, whole_answers
from connect_operator.aws.failures import RoleNotAssumedError
from connect_operator.engine.ports import Clock

CONNECT_TIMEOUT = 3.0
"""Seconds. A reachable endpoint accepts within one round trip; botocore's 60 s would hold a thread for nothing."""

READ_TIMEOUT = 7.0
"""Seconds. Connect answers within one or two; a late answer is an uncertain write, so not much shorter either.

Both together are well below the 15 s of the Lease: a call that begins has ended before another process can lead.
"""

SESSION_NAME = "connect-operator"
"""The role session's name, which CloudTrail shows for every call."""

FORGET_AFTER = 60.0
"""Seconds that credentials are kept at least, even if refused: loading them again costs more than the refusal."""

Client = Any
"""A botocore client: its methods are generated at run time, so nothing more can be said of it."""


class Target(NamedTuple):
    """What decides which client a call uses."""

    region: str
    role_arn: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """What all clients have in common; time-outs in seconds, `connections` to one endpoint at the same time.

    `may_send` is asked right before each request to Connect, on the thread that sends it.
    """

    version: str
    connections: int
    connect_timeout: float = CONNECT_TIMEOUT
    read_timeout: float = READ_TIMEOUT
    may_send: Callable[[], bool] = lambda: True


@dataclass
class _Generation:
    """Sessions and clients that come from one reading of the credential chain."""

    since: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    base: Session = field(default_factory=Session)
    roles: dict[tuple[str, str | None], Session] = field(default_factory=dict)
    clients: dict[Target, Client] = field(default_factory=dict)


class Clients:
    """The clients of all instances. Thread-safe; every method may block."""

    def __init__(self, settings: ClientSettings, clock: Clock) -> None:
        self._clock = clock
        self._may_send = settings.may_send
        self._changing = threading.Lock()
        # One attempt, nothing is ever sent twice: botocore would repeat CreateUser after a lost answer (there is no
        # client token), LimitExceeded as if it were a throttle, and throttled calls without regard to our own quota.
        self._config = Config(
            user_agent_extra=f"connect-operator/{settings.version}",
            retries={"total_max_attempts": 1, "mode": "standard"},
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            max_pool_connections=settings.connections,
        )
        # AssumeRole may be repeated: it changes nothing and has no quota of ours.
        self._sts_config = self._config.merge(Config(retries={"total_max_attempts": 2, "mode": "standard"}))
        self._generation = _Generation(since=clock.monotonic())

    def connect(self, target: Target) -> Client:
        """The Connect client for that region and role; raises botocore's exceptions."""
        generation = self._generation
        client = generation.clients.get(target)
        if client is not None:
            return client
        with generation.lock:
            client = generation.clients.get(target)
            if client is None:
                session = self._session(generation, target)
                service_data.trim(session.get_component("data_loader"))
                client = session.create_client("connect", region_name=target.region, config=self._config)
                debug_logs.forbid()
                whole_answers.require(client)
                in_time.require(client, self._clock, self._may_send)
                generation.clients[target] = client
        return client

    def forget_refused(self) -> None:
        """Read the credential chain anew for the next call: AWS has refused the credentials of this one.

        A credentials file that another program rewrites (a mounted Secret, a vault agent) is read once by botocore;
        without this only a restart of the operator would take the new keys.
        """
        with self._changing:
            now = self._clock.monotonic()
            if now - self._generation.since >= FORGET_AFTER:
                self._generation = _Generation(since=now)

    def leave_behind(self, began: float) -> None:
        """A call that began then (monotonic seconds) hangs before it is sent: let no further one wait for the same."""
        with self._changing:
            if self._generation.since <= began:
                self._generation = _Generation(since=self._clock.monotonic())

    def close(self) -> None:
        """Close the idle connections."""
        for client in tuple(self._generation.clients.values()):
            client.close()

    def _session(self, generation: _Generation, target: Target) -> Session:
        if target.role_arn is None:
            return generation.base
        key = (target.role_arn, target.external_id)
        if key not in generation.roles:
            generation.roles[key] = self._role_session(generation.base, target)
        return generation.roles[key]

    def _role_session(self, base: Session, target: Target) -> Session:
        sts = base.create_client("sts", region_name=target.region, config=self._sts_config)
        debug_logs.forbid()
        session = Session()
        # The loader keeps the parsed service model, which is the same for all.
        session.register_component("data_loader", base.get_component("data_loader"))
        chain = aws_credentials.CredentialResolver([_AssumedRole(sts, target)])
        session.register_component("credential_provider", chain)
        return session


class _AssumedRole(aws_credentials.CredentialProvider):
    """Credentials of a role, fetched with the first request and renewed in time by botocore."""

    METHOD = "assume-role"

    def __init__(self, sts: Client, target: Target) -> None:
        super().__init__()
        self._role_arn = target.role_arn or ""
        parameters = {"RoleArn": self._role_arn, "RoleSessionName": SESSION_NAME}
        if target.external_id:
            parameters["ExternalId"] = target.external_id
        self._assume = aws_credentials.create_assume_role_refresher(sts, parameters)

    def load(self) -> aws_credentials.DeferredRefreshableCredentials:
        return aws_credentials.DeferredRefreshableCredentials(refresh_using=self._refresh, method=self.METHOD)

    def _refresh(self) -> dict[str, str]:
        try:
            renewed: dict[str, str] = self._assume()
        except (BotoCoreError, ClientError) as error:
            # Marked, because the same exception out of the request itself would mean something else.
            raise RoleNotAssumedError(self._role_arn, error) from error
        return renewed
