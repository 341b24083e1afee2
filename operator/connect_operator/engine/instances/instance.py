"""One Connect instance at work: described once, swept again and again, its references listed.

A sweep reads ListUsers (1000 a call, with LastModifiedTime) and SearchUsers (500 a call, nearly everything else): 30
calls for 10 000 users, where a call per user would cost 83 minutes of quota. A sweep that fails on any page is thrown
away whole, and touches only the ConnectInstance's own status.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.connect.arn import InstanceArn, bare_id, parse_instance_arn, role_account
from connect_operator.domain.connect.errors import ConnectError, ErrorKind
from connect_operator.domain.connect.references import Catalog, CatalogKind
from connect_operator.domain.connect.remedies import GOES_ON, told
from connect_operator.domain.kinds.objects import ObjectKey
from connect_operator.domain.kinds.spec import UNSET, ConnectInstanceSpec
from connect_operator.domain.text.timestamps import seconds
from connect_operator.engine.instances.agenda import Agenda
from connect_operator.engine.instances.attributes import Attributes
from connect_operator.engine.instances.deletion_wave import Wave
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.on_contacts import OnContacts
from connect_operator.engine.instances.quick_connects import QuickConnects
from connect_operator.engine.instances.record import NEVER
from connect_operator.engine.instances.repair_hours import RepairHours
from connect_operator.engine.instances.services import InstanceServices
from connect_operator.engine.instances.sweep import read_catalog, read_users
from connect_operator.engine.instances.user_quota_breaker import UserQuotaBreaker
from connect_operator.engine.instances.view import GuardView, InstanceView
from connect_operator.engine.pace.circuit_breaker import CircuitBreaker
from connect_operator.engine.pace.growth import doubled
from connect_operator.engine.pace.quota import Flow, Operation, Priority
from connect_operator.engine.ports import ConnectApi, InstanceFacts

logger = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST_RETRY = 1.0
_LONGEST_RETRY = 60.0
_SOONEST_REFRESH = 5.0
# Times what the last sweep took: who edits a reference that does not resolve, again and again, has at most a quarter of
# the time swept for it.
_REST = 3.0
# Of the quota of the calls that read details: other programs of the account need them, too.
_DETAIL_SHARE = 0.25
_DETAIL_CALLS = ("DescribeUser", "ListUserProficiencies")
# What the deletion guard says to an object that is not being deleted.
_NO_WORD = GuardView()
# Until DescribeInstance tells it, the account of an instance that is given by a bare id is not known.
_UNKNOWN_ACCOUNT = "unknown"


@dataclass(slots=True)
class Instance:
    """A ConnectInstance at work.

    `changed` is called with the ids of the users about whom something is new, or None for all of the instance's;
    `reported` whenever the ConnectInstance's own status may have changed; `woken` with those who awaited a sweep;
    `since_tick`: since when it is at work, in monotonic seconds.
    `described` as soon as it is known what instance it is, before its users are. `asked`: the newest request to sweep
    now, `answered`: the one since which there was a sweep, complete or failed.
    """

    name: str
    spec: ConnectInstanceSpec
    api: ConnectApi
    region: str
    services: InstanceServices
    changed: Callable[[Instance, set[str] | None], None]
    reported: Callable[[Instance], None]
    woken: Callable[[set[ObjectKey]], None]
    described: Callable[[Instance], None] = lambda _instance: None
    facts: InstanceFacts | None = None
    problem: Verdict | None = None
    catalogs: dict[CatalogKind, Catalog] = field(default_factory=dict)
    inventory: Inventory = field(init=False)
    credentials_breaker: CircuitBreaker = field(init=False)
    user_quota_breaker: UserQuotaBreaker = field(init=False)
    wave: Wave = field(init=False)
    agenda: Agenda = field(default_factory=Agenda)
    hours: RepairHours = field(init=False)
    since_tick: float = NEVER
    on_contacts: OnContacts = field(default_factory=OnContacts)
    quick_connects: QuickConnects = field(init=False)
    attributes: Attributes = field(default_factory=Attributes)
    asked: str = ""
    answered: str = ""
    _listed: frozenset[str] = frozenset()
    _awaiting: set[ObjectKey] = field(default_factory=set)
    _wanted: asyncio.Event = field(default_factory=asyncio.Event)
    _looked: float = float("-inf")
    _lasted: float = 0.0
    _failures: int = 0

    def __post_init__(self) -> None:
        self.inventory = Inventory(self.services.window)
        self.credentials_breaker = CircuitBreaker(self.services.slow)
        self.user_quota_breaker = UserQuotaBreaker(self.services.slow)
        self.hours = RepairHours(self.services.zones)
        self.quick_connects = QuickConnects(self.api, self.call, self.woken)
        self.wave = self.services.waves.of(self.region, bare_id(self.spec.instance_id))

    @property
    def arn(self) -> InstanceArn | None:
        """The instance's ARN, as far as it is known."""
        return parse_instance_arn(self.facts.arn if self.facts else self.spec.instance_id)

    @property
    def observed(self) -> bool:
        """Whether a complete sweep has been taken in."""
        return self.facts is not None and self.inventory.swept_tick is not None

    def operation(self, name: str) -> Operation:
        """The quota that a call to this instance counts against."""
        arn = self.arn
        role = self.spec.assume_role
        account = arn.account if arn else None
        if account is None and role is not UNSET:
            account = role_account(role.role_arn)
        return Operation(account or _UNKNOWN_ACCOUNT, self.region, name)

    def view(self, guard: GuardView = _NO_WORD) -> InstanceView:
        """What a pass sees of the instance."""
        return InstanceView(
            name=self.name,
            spec=self.spec,
            arn=self.arn,
            identity_type=self.facts.identity_management_type if self.facts else "",
            catalogs=self.catalogs,
            inventory=self.inventory,
            problem=self.problem,
            full=self.user_quota_breaker.error
            if self.user_quota_breaker.blocks(self.services.clock.monotonic())
            else None,
            guard=guard,
            repair=self.hours.at(self.spec.drift_repair, self.now()),
            on_contacts=self.on_contacts,
            attributes=self.attributes,
        )

    def now(self) -> float:
        """What time it is for windows, in epoch seconds."""
        services = self.services
        return services.clock.now() if services.time is None else services.time()

    def await_sweep(self, key: ObjectKey) -> None:
        """That object needs to know how things stand: sweep now, not at the end of the interval, then wake it."""
        self._awaiting.add(key)
        self._wanted.set()

    def ask(self, request: str) -> None:
        """Somebody asks for a sweep now; "" or what was asked before is no new request."""
        if request and request != self.asked:
            self.asked, self._failures = request, 0
            self._wanted.set()

    def refresh_soon(self) -> None:
        """A reference does not resolve: look again, unless that was done just now."""
        since_last = self.services.clock.monotonic() - self._looked
        if since_last >= max(_SOONEST_REFRESH, (1 + _REST) * self._lasted):
            self._wanted.set()

    def configure_quota(self) -> None:
        """Tell the quota of this account and region what the administrator has raised."""
        operation = self.operation("")
        self.services.quota.configure(operation.account, operation.region, self.spec.api_rates, source=self.name)

    def detail_pause(self, *, hurried: bool = False) -> float:
        """Seconds from one user's details to the next: spread over the interval (`hurried`: not), within the quota."""
        quota, operation = self.services.quota, self.operation("")
        rate = min(quota.rate(operation._replace(name=name)) for name in _DETAIL_CALLS)
        share = rate * _DETAIL_SHARE / max(1, quota.sources(operation.account, operation.region))
        return max(0.0 if hurried else seconds(self.spec.detail_check_interval) / max(1, len(self.agenda)), 1.0 / share)

    def slowed(self) -> tuple[str, ...]:
        """The operations whose quota others use so much that they are called much more slowly."""
        operation = self.operation("")
        return self.services.quota.slowed(operation.account, operation.region)

    def take_outcome(self, operation: str, error: ConnectError | None) -> None:
        """Tell the quota and the breakers how a call went."""
        quota, clock = self.services.quota, self.services.clock
        counted = self.operation(operation)
        if error is None:
            quota.succeeded(counted)
            if self.credentials_breaker.reset():
                self.changed(self, None)
        elif error.kind in (ErrorKind.THROTTLED, ErrorKind.UNAVAILABLE) or _is_odd_answer(error):
            quota.refused(counted, throttled=error.kind is ErrorKind.THROTTLED)
        elif error.kind is ErrorKind.CREDENTIALS:
            self.credentials_breaker.trip(error, clock.monotonic())

    async def run(self) -> None:
        """Observe for ever."""
        self.since_tick = self.services.clock.monotonic()
        self.configure_quota()
        while True:
            self._wanted.clear()
            delay = await self._observe()
            try:
                await asyncio.wait_for(self._wanted.wait(), delay)
            except TimeoutError:
                continue

    async def _observe(self) -> float:
        """One round; returns the seconds until the next."""
        first, began, asked = not self.observed, self.services.clock.monotonic(), self.asked
        awaiting, self._awaiting = self._awaiting, set()
        try:
            if self.facts is None:
                self.facts = await self.call("DescribeInstance", self.api.describe_instance)
                self.configure_quota()
                self.described(self)
            self._looked = self.services.clock.monotonic()
            moved = await self._read_catalogs()
            sweep = await read_users(self.api, self.call, self.services.clock.monotonic())
        except ConnectError as error:
            self._awaiting |= awaiting
            self.services.unswept(max(0.0, self.services.clock.monotonic() - began))
            self.answered = asked
            return self._failed(error)
        self._lasted = self.services.clock.monotonic() - self._looked
        self.services.swept(self.name, self._lasted)
        gone, self._listed = self._listed - sweep.listed.keys(), frozenset(sweep.listed)
        changed = self.inventory.take_sweep(sweep)
        if gone:
            self.woken(self.user_quota_breaker.hope(self._looked))
        recovered = self.problem is not None
        self._failures, self.problem, self.answered = 0, None, asked
        self.changed(self, None if first or moved or recovered else changed)
        self.woken(awaiting)
        self.reported(self)
        return seconds(self.spec.drift_check_interval)

    async def _read_catalogs(self) -> bool:
        """List what users refer to; tells whether anything is not what it was."""
        found = {kind: await read_catalog(self.api, self.call, kind) for kind in CatalogKind}
        moved = found != self.catalogs
        if moved:
            self.catalogs = found  # else the same objects stay: what was worked out from them is kept by them
        return moved

    async def call(self, operation: str, verb: Callable[[], Awaitable[T]], priority: Priority | None = None) -> T:
        """One call when its turn has come, on nobody's behalf. Raises ConnectError."""
        if priority is None:
            # Everybody waits for the first sweep; later ones give way to those who wait for a lookup by name.
            priority = Priority.DRIFT if self.observed else Priority.EDIT
        await self.services.quota.acquire(self.operation(operation), priority, flow=Flow(self.name))
        async with self.services.quota.sending(self.operation(operation)):
            try:
                answer = await verb()
            except ConnectError as error:
                self.take_outcome(operation, error)
                raise
            self.take_outcome(operation, None)
            return answer

    def _failed(self, error: ConnectError) -> float:
        logger.warning("ConnectInstance %s cannot be observed: %s", self.name, error.text)
        self.problem = Verdict(reason=error.reason, message=told(error, _REMEDIES))
        self.reported(self)
        if not self.observed:
            self.changed(self, None)
        delay = doubled(_FIRST_RETRY, self._failures, _LONGEST_RETRY)
        self._failures += 1
        return delay * self.services.jitter.uniform(0.75, 1.25)


def _is_odd_answer(error: ConnectError) -> bool:
    """Whether something between us and Connect has answered: it would answer everybody so."""
    return error.kind is ErrorKind.PASSING and error.http_status is not None


_REMEDIES = {
    ErrorKind.NOT_FOUND: "correct spec.instanceId, spec.region, or the account of the credentials",
    ErrorKind.PASSING: f"{GOES_ON}; if it stays so, check spec.instanceId, spec.region, and proxies on the way to AWS",
    ErrorKind.DENIED: "grant this action to the operator's role (or to spec.assumeRole); "
    "AmazonConnectReadOnlyAccess has no Search actions",
}
