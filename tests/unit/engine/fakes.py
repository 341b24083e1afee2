"""Amazon Connect and the Kubernetes API in memory, behind the engine's own ports: small, strict, eventually consistent.

Both tell a `Script` of every step (right before and right after a call takes effect), which may fail, lose the answer,
or end the process there. What they hold survives the process.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from campaign.tally import TALLY
from connect_operator.domain.connect.aws_names import from_aws
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.connect.references import Catalog, CatalogKind
from connect_operator.domain.connect.user import Described, ObservedUser, UserSummary
from connect_operator.domain.kinds.assignment import ContactView
from connect_operator.domain.kinds.objects import (
    FINALIZER,
    INSTANCE_FINALIZER,
    ConnectInstance,
    ConnectUser,
    ObjectKey,
    parse_instance,
    parse_user,
)
from connect_operator.domain.kinds.spec import UNSET, ConnectInstanceSpec, Proficiency
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.ports import (
    ClusterUnavailableError,
    Created,
    Event,
    InstanceFacts,
    ObjectChangedError,
    ObjectGoneError,
    Password,
    QuickConnect,
    SecretValue,
    UserPage,
)

from ..domain.connect_model import ModelUser, Reading, applied, seen  # noqa: TID252 - one model for both folders
from ..domain.service_model import problems  # noqa: TID252 - likewise
from .builders import ARN, CATALOGS
from .fake_desks import FakeDesks
from .fake_secrets import FakeSecrets
from .virtual_time import LoopClock

LATENCY = 0.05
CRASH, LOSE, FAIL, THROTTLE, DENY = "crash", "lose", "fail", "throttle", "deny"
_READING = Reading()


@dataclass(slots=True)
class Script:
    """What goes wrong at which step. `troubles` by the step's number, or the next ones of a name; `log`: all."""

    troubles: dict[int, str] = field(default_factory=dict)
    troubles_by_name: dict[str, list[str]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    crashed: bool = False

    async def step(self, name: str) -> str | None:
        """Take a step; ends the process there, or returns the trouble that it is in, if any."""
        if self.crashed:
            await asyncio.Future()  # the process is dead: nothing of it goes on
        trouble = self.troubles.get(len(self.log))
        if trouble is None and self.troubles_by_name.get(name):
            trouble = self.troubles_by_name[name].pop(0)
        self.log.append(name)
        TALLY.step()
        if trouble == CRASH:
            self.crashed = True
            await asyncio.Future()
        return trouble


def error(operation: str, code: str, http_status: int | None, *, uncertain: bool = False) -> ConnectError:
    """A failed call, as the adapter reports it."""
    return ConnectError(
        operation=operation, code=code, message="no", request_id="r", http_status=http_status, uncertain=uncertain
    )


@dataclass(slots=True)
class History:
    """A user through time; None from its deletion on. What is read lags behind by `delay` seconds."""

    versions: list[tuple[float, ModelUser | None]]

    def newest(self) -> ModelUser | None:
        return self.versions[-1][1]

    def as_of(self, when: float) -> tuple[float, ModelUser] | None:
        shown = [(at, user) for at, user in self.versions if at <= when]
        if not shown or shown[-1][1] is None:
            return None
        return shown[-1][0], shown[-1][1]


@dataclass(slots=True)
class FakeConnect:
    """One SAML instance. `delay`: seconds until reads show a write; SearchUsers lags twice as long.

    `moves_stamps`: whether a change moves LastModifiedTime. `ignores`: operations that are acknowledged without effect.
    `contacts`: who has which contact ("" while it waits); any that is not in there waits, too. `shows_agents`: users
    accept at once what they are offered, so that DescribeContact shows them.
    """

    script: Script
    delay: float = 0.0
    histories: dict[str, History] = field(default_factory=dict)
    writes: list[tuple[str, str]] = field(default_factory=list)
    contacts: dict[str, str] = field(default_factory=dict)
    shows_agents: bool = True
    moves_stamps: bool = True
    identity_type: str = "SAML"
    passwords: dict[str, str] = field(default_factory=dict)
    """By username: the password that each user was created with."""
    ignores: frozenset[str] = frozenset()
    desks: FakeDesks = field(default_factory=FakeDesks)
    attributes: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"a": ("b",), "Language": ("English", "German")}
    )
    clock: LoopClock = field(default_factory=LoopClock)

    def put(self, user: ModelUser, at: float) -> None:
        """A user that is there without the operator's doing."""
        self.histories.setdefault(user.user_id, History([])).versions.append((at, user))

    def remove(self, user_id: str) -> None:
        """Somebody deletes the user in the console."""
        self.histories[user_id].versions.append((self.clock.now(), None))

    def users(self) -> list[ModelUser]:
        """Everybody who exists in truth."""
        return [user for history in self.histories.values() if (user := history.newest()) is not None]

    def named(self, username: str) -> list[ModelUser]:
        """Those who exist in truth, of that name."""
        return [user for user in self.users() if user.username == username]

    def open(self, spec: ConnectInstanceSpec) -> FakeConnect:
        del spec
        return self

    def region(self, spec: ConnectInstanceSpec) -> str | None:
        del spec
        return "us-east-1"

    async def describe_instance(self) -> InstanceFacts:
        await self._read("DescribeInstance")
        return InstanceFacts(str(ARN), self.identity_type)

    async def list_users(self, next_token: str | None) -> UserPage:
        assert next_token is None
        await self._read("ListUsers")
        return UserPage(
            tuple(
                UserSummary(user_id=user.user_id, arn=user.arn, username=user.username, last_modified=at)
                for at, user in self._shown(self.delay)
            ),
            None,
        )

    async def search_users(self, next_token: str | None, *, username: str | None = None) -> UserPage:
        assert next_token is None
        await self._read("SearchUsers")
        found = (seen(user, _READING) for _, user in self._shown(2 * self.delay))
        return UserPage(
            tuple(
                msgspec.structs.replace(user, contact=UNSET, proficiencies=UNSET)
                for user in found
                if username in (None, user.username)
            ),
            None,
        )

    async def describe_user(self, user_id: str) -> Described:
        await self._read("DescribeUser")
        at, user = self._visible("DescribeUser", user_id)
        return Described(user=msgspec.structs.replace(seen(user, _READING), proficiencies=UNSET), last_modified=at)

    async def list_user_proficiencies(self, user_id: str) -> tuple[Proficiency, ...]:
        await self._read("ListUserProficiencies")
        held = seen(self._visible("ListUserProficiencies", user_id)[1], _READING).proficiencies
        assert held is not UNSET
        return held

    async def list_catalog(self, kind: CatalogKind, next_token: str | None) -> tuple[Catalog, str | None]:
        assert next_token is None
        await self._read(f"List {kind.value}s")
        return CATALOGS[kind], None

    async def list_attributes(self, next_token: str | None) -> tuple[tuple[str, ...], str | None]:
        assert next_token is None
        await self._read("ListPredefinedAttributes")
        return tuple(self.attributes), None

    async def describe_attribute(self, name: str) -> tuple[str, ...]:
        await self._read("DescribePredefinedAttribute")
        if name not in self.attributes:
            raise error("DescribePredefinedAttribute", "ResourceNotFoundException", 404)
        return self.attributes[name]

    async def create_user(self, parameters: Mapping[str, Any], password: Password | None) -> Created:
        assert (password is None) == (self.identity_type == "SAML"), "a SAML instance has no passwords, others have"
        assert problems("CreateUser", parameters) == []
        user_id = ""

        def carry_out() -> None:
            nonlocal user_id
            if self.named(parameters["Username"]):
                raise error("CreateUser", "DuplicateResourceException", 409)
            user_id = f"u-{len(self.histories) + 1}"  # now: others may have been made meanwhile
            self.put(_created(user_id, parameters), self.clock.now())
            if password is not None:
                self.passwords[parameters["Username"]] = password.reveal()

        await self._write("CreateUser", parameters["Username"], carry_out)
        return Created(user_id, f"{ARN}/agent/{user_id}", float(int(self.clock.now())))

    async def write(self, operation: str, parameters: Mapping[str, Any]) -> float:
        told = dict(parameters)
        if operation in ("DeleteAllEntitySessions", "DeleteQuickConnect"):
            assert problems(operation, told) == []
            subject = told.get("EntityId") or told["QuickConnectId"]
            effect = self.desks.effect(operation, subject)

            def leave() -> None:
                if operation == "DeleteAllEntitySessions" and all(user.user_id != subject for user in self.users()):
                    raise error(operation, "ResourceNotFoundException", 404)
                effect()

            await self._write(operation, subject, leave)
            return float(int(self.clock.now()))
        user_id = told.pop("UserId", None) or told.pop("resourceArn").rpartition("/")[2]
        if operation != "DeleteUser":
            assert problems(operation, told) == []

        def carry_out() -> None:
            history = self.histories.get(user_id)
            truth = history.newest() if history is not None else None
            if history is None or truth is None or not self._reached(history):
                raise error(operation, "ResourceNotFoundException", 404)
            for each in told.get("UserProficiencies", ()):
                gives = not operation.startswith("Dis")
                if gives and each["AttributeValue"] not in self.attributes.get(each["AttributeName"], ()):
                    raise error(operation, "ResourceNotFoundException", 404)
            if operation not in self.ignores:
                history.versions.append((self.clock.now(), _after(operation, told, truth)))

        await self._write(operation, user_id, carry_out)
        return float(int(self.clock.now()))

    def _reached(self, history: History) -> bool:
        """Whether the creation has reached the part of Connect that carries out writes."""
        return history.versions[0][0] + self.delay <= self.clock.now()

    async def associate_contact(self, contact_id: str, user_id: str, *, within: float) -> None:
        began = asyncio.get_running_loop().time()

        def carry_out() -> None:
            if asyncio.get_running_loop().time() - began > within:
                raise error("AssociateContactWithUser", "NotSentInTime", None)
            if all(user.user_id != user_id for user in self.users()):
                raise error("AssociateContactWithUser", "ResourceNotFoundException", 404)
            if self.contacts.get(contact_id, "") != "":
                raise error("AssociateContactWithUser", "InvalidRequestException", 400)
            self.contacts[contact_id] = user_id

        await self._write("AssociateContactWithUser", contact_id, carry_out)

    async def describe_contact(self, contact_id: str) -> ContactView:
        await self._read("DescribeContact")
        agent = self.contacts.get(contact_id, "") if self.shows_agents else ""
        return ContactView(agent_id=agent, queued=not agent, ended=False)

    async def users_on_contacts(self, user_ids: tuple[str, ...]) -> frozenset[str]:
        await self._read("GetCurrentUserData")
        busy = self.desks.busy(user_ids, self.clock.now())
        if self.desks.unknown.intersection(user_ids):
            raise error("GetCurrentUserData", "ResourceNotFoundException", 404)
        return busy

    async def search_quick_connects(self, next_token: str | None) -> tuple[tuple[QuickConnect, ...], str | None]:
        assert next_token is None
        await self._read("SearchQuickConnects")
        return tuple(self.desks.quick_connects.values()), None

    async def describe_quick_connect(self, quick_connect_id: str) -> QuickConnect:
        await self._read("DescribeQuickConnect")
        if quick_connect_id not in self.desks.quick_connects:
            raise error("DescribeQuickConnect", "ResourceNotFoundException", 404)
        return self.desks.quick_connects[quick_connect_id]

    async def _read(self, operation: str) -> None:
        TALLY.call()
        await asyncio.sleep(LATENCY)
        _raise_trouble(operation, await self.script.step(operation), uncertain=True)

    async def _write(self, operation: str, subject: str, carry_out: Callable[[], None]) -> None:
        TALLY.call()
        await asyncio.sleep(LATENCY)
        _raise_trouble(operation, await self.script.step(f"before {operation}"), uncertain=False)
        carry_out()
        self.writes.append((operation, subject))
        _raise_trouble(operation, await self.script.step(f"after {operation}"), uncertain=True)

    def _shown(self, delay: float) -> list[tuple[float, ModelUser]]:
        shown = [(history, history.as_of(self.clock.now() - delay)) for history in self.histories.values()]
        return [self._stamped(history, found) for history, found in shown if found is not None]

    def _stamped(self, history: History, found: tuple[float, ModelUser]) -> tuple[float, ModelUser]:
        return found if self.moves_stamps else (history.versions[0][0], found[1])

    def _visible(self, operation: str, user_id: str) -> tuple[float, ModelUser]:
        history = self.histories.get(user_id)
        found = history.as_of(self.clock.now() - self.delay) if history is not None else None
        if history is None or found is None:
            raise error(operation, "ResourceNotFoundException", 404)
        return self._stamped(history, found)


def answer(code: str, http_status: int) -> str:
    """The trouble that the call is answered so, and nothing is carried out."""
    return f"{code}/{http_status}"


def _raise_trouble(operation: str, trouble: str | None, *, uncertain: bool) -> None:
    if trouble is not None and "/" in trouble:
        code, _, http_status = trouble.partition("/")
        raise error(operation, code, int(http_status))
    if trouble == THROTTLE and not uncertain:
        raise error(operation, "TooManyRequestsException", 429)
    if trouble == DENY:
        raise error(operation, "AccessDeniedException", 403)
    if trouble == LOSE and uncertain:
        raise error(operation, "ReadTimeoutError", None, uncertain=True)
    if trouble in (FAIL, LOSE, THROTTLE):
        raise error(operation, "InternalServiceException", 500, uncertain=True)


def _after(operation: str, told: dict[str, Any], truth: ModelUser) -> ModelUser | None:
    if operation == "DeleteUser":
        return None
    if operation.endswith("Proficiencies"):
        # Readers may be late: associating what is associated sets its level, what is not there cannot be changed.
        items = told["UserProficiencies"]
        absent = [each for each in items if (each["AttributeName"], each["AttributeValue"]) not in truth.proficiencies]
        if operation == "AssociateUserProficiencies":
            known = [each for each in items if each not in absent]
            truth = applied(Call("UpdateUserProficiencies", {"UserProficiencies": known}), truth, _READING)
            told = {"UserProficiencies": absent}
        elif absent:
            raise error(operation, "ResourceNotFoundException", 404)
    if operation == "UntagResource":
        # Likewise: after a restart a late reader may show a tag that is off. Here that is no error, as the simulator's
        # switch has it first; refused it would release a retained object just the same.
        told = {"tagKeys": [key for key in told["tagKeys"] if key in truth.tags]}
    return applied(Call(operation, told), truth, _READING)


def _created(user_id: str, parameters: Mapping[str, Any]) -> ModelUser:
    return ModelUser(
        user_id=user_id,
        arn=f"{ARN}/agent/{user_id}",
        username=parameters["Username"],
        identity=dict(parameters.get("IdentityInfo", {})),
        routing_profile_id=parameters["RoutingProfileId"],
        security_profile_ids=frozenset(parameters["SecurityProfileIds"]),
        hierarchy_group_id=parameters.get("HierarchyGroupId", ""),
        tags=dict(parameters["Tags"]),
    )


@dataclass(slots=True)
class FakeCluster:
    """ConnectUsers and one ConnectInstance, with resourceVersions, finalizers, and a watch that tells `sink`."""

    script: Script
    objects: dict[ObjectKey, dict[str, Any]] = field(default_factory=dict)
    instance: dict[str, Any] = field(default_factory=dict)
    sink: Any = None
    watch_delay: float = 0.02
    list_takes: float = 0.0
    """Seconds from the first page of the first list to its second, which has all but the first object."""
    events: list[tuple[str, str]] = field(default_factory=list)
    secrets: FakeSecrets = field(default_factory=FakeSecrets)
    torn: str = ""
    numbers_instances: bool = False
    """Whether writes to the ConnectInstance are steps of the script, too."""
    clock: LoopClock = field(default_factory=LoopClock)
    ahead: float = 0.0
    """By how many seconds the API server's clock is ahead of the operator's."""
    _version: int = 100
    _uids: int = 0

    def apply(self, name: str, spec: Mapping[str, Any], namespace: str = "team-a") -> None:
        """Kubectl apply: creates the object, or replaces its spec."""
        key = ObjectKey(namespace, name)
        known = self.objects.get(key)
        if known is None:
            self._uids += 1
            metadata = {
                "name": name,
                "namespace": key.namespace,
                "uid": f"uid-{self._uids}",
                "generation": 1,
                "finalizers": [],
                "creationTimestamp": rfc3339(self.clock.now()),
            }
            self.objects[key] = {"metadata": metadata, "spec": dict(spec), "status": {}}
        elif known["spec"] != spec:
            known["spec"] = dict(spec)
            known["metadata"]["generation"] += 1
        self._changed(key)

    def delete(self, name: str) -> None:
        """Kubectl delete."""
        key = ObjectKey("team-a", name)
        if key in self.objects:
            self.objects[key]["metadata"].setdefault("deletionTimestamp", rfc3339(self.clock.now()))
            self._changed(key)

    def touch(self, name: str) -> None:
        """Somebody else has written to the object."""
        self._changed(ObjectKey("team-a", name))

    def change_instance(self) -> None:
        """The ConnectInstance was edited."""
        self._touch_instance()

    def raw(self, name: str) -> dict[str, Any] | None:
        """The object as it is stored."""
        return self.objects.get(ObjectKey("team-a", name))

    def feed(self, sink: Any) -> None:  # noqa: ANN401 - the engine's controller
        """The first list of a new watch, in the order of the names."""
        self.sink = sink
        sink.instance_changed(parse_instance(copy.deepcopy(self.instance)))
        for number, (_, raw) in enumerate(sorted(self.objects.items())):
            user = parse_user(copy.deepcopy(raw))
            if number and self.list_takes:
                asyncio.get_running_loop().call_later(self.list_takes, sink.user_changed, user)
            else:
                sink.user_changed(user)

    async def add_finalizer(self, user: ConnectUser) -> ConnectUser:
        await self._step("before add_finalizer")
        raw = self._same(user)
        if raw is None or "deletionTimestamp" in raw["metadata"]:
            raise ObjectGoneError
        if tuple(raw["metadata"]["finalizers"]) != user.metadata.finalizers:
            raise ObjectChangedError
        raw["metadata"]["finalizers"].append(FINALIZER)
        self._changed(user.key)
        await self._step("after add_finalizer")
        return parse_user(copy.deepcopy(raw))

    async def remove_finalizer(self, user: ConnectUser) -> None:
        await self._step("before remove_finalizer")
        raw = self._same(user)
        if raw is not None and FINALIZER in raw["metadata"]["finalizers"]:
            raw["metadata"]["finalizers"].remove(FINALIZER)
            self._changed(user.key)
        await self._step("after remove_finalizer")

    async def read_user(self, user: ConnectUser) -> ConnectUser | None:
        await self._step("read_user")
        raw = self._same(user)
        return None if raw is None else parse_user(copy.deepcopy(raw))

    async def write_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> str:
        await self._step("before write_user_status")
        raw = self._same(user)
        if raw is None:
            raise ObjectGoneError
        raw["status"] = copy.deepcopy(dict(status))
        self._changed(user.key)
        version = str(raw["metadata"]["resourceVersion"])
        await self._step("after write_user_status")
        return version

    async def pin_user_status(self, user: ConnectUser, status: Mapping[str, Any]) -> ConnectUser:
        await self._step("before pin_user_status")
        raw = self._same(user)
        if raw is None:
            raise ObjectGoneError
        if raw["metadata"]["resourceVersion"] != user.metadata.resource_version:
            raise ObjectChangedError
        raw["status"] = copy.deepcopy(dict(status))
        self._changed(user.key)
        fresh = parse_user(copy.deepcopy(raw))
        await self._step("after pin_user_status")
        return fresh

    async def write_instance_status(self, instance: ConnectInstance, status: Mapping[str, Any]) -> str:
        del instance
        await self._instance_step("before write_instance_status")
        self.instance["status"] = copy.deepcopy(dict(status))
        version = self._touch_instance()
        await self._instance_step("after write_instance_status")
        return version

    async def hold_instance(self, instance: ConnectInstance) -> None:
        del instance
        await self._instance_step("before hold_instance")
        if INSTANCE_FINALIZER not in self.instance["metadata"]["finalizers"]:
            self.instance["metadata"]["finalizers"].append(INSTANCE_FINALIZER)
            self._touch_instance()
        await self._instance_step("after hold_instance")

    async def release_instance(self, instance: ConnectInstance) -> None:
        del instance
        if INSTANCE_FINALIZER in self.instance["metadata"]["finalizers"]:
            self.instance["metadata"]["finalizers"].remove(INSTANCE_FINALIZER)
            self._touch_instance()

    async def remove_annotation(self, instance: ConnectInstance, key: str) -> None:
        del instance
        await self._instance_step("before remove_annotation")
        self.instance["metadata"].get("annotations", {}).pop(key, None)
        self._touch_instance()
        await self._instance_step("after remove_annotation")

    async def read_teardown(self, user: ConnectUser, instance: str) -> str:
        await self._step("read_teardown")
        del user
        if "deletionTimestamp" in self.instance["metadata"]:
            return f"ConnectInstance {instance} is being deleted"
        return self.torn

    async def read_secret(self, namespace: str, name: str, key: str) -> SecretValue | None:
        await self._step("read_secret")
        self.secrets.collect({raw["metadata"]["uid"] for raw in self.objects.values()}, self.server_now())
        return self.secrets.read(namespace, name, key)

    async def create_secret(
        self, user: ConnectUser, name: str, key: str, password: Password, *, rehearse: bool = False
    ) -> bool:
        await self._step("rehearse create_secret" if rehearse else "before create_secret")
        made = self.secrets.create(user, name, key, password, self.server_now(), rehearse=rehearse)
        if not rehearse:
            await self._step("after create_secret")
        return made

    async def delete_secret(self, namespace: str, name: str, secret: SecretValue) -> None:
        await self._step("before delete_secret")
        self.secrets.delete(namespace, name, secret)
        await self._step("after delete_secret")

    def server_now(self) -> float:
        return self.clock.now() + self.ahead

    def post_event(self, target: ConnectUser | ConnectInstance, event: Event) -> None:
        self.events.append((target.metadata.name, event.reason))

    async def _step(self, name: str) -> None:
        await asyncio.sleep(LATENCY / 5)
        if await self.script.step(name) is not None:
            raise ClusterUnavailableError(name)

    async def _instance_step(self, name: str) -> None:
        if self.numbers_instances:
            await self._step(name)

    def _same(self, user: ConnectUser) -> dict[str, Any] | None:
        raw = self.objects.get(user.key)
        return raw if raw is not None and raw["metadata"]["uid"] == user.metadata.uid else None

    def _touch_instance(self) -> str:
        self._version += 1
        self.instance["metadata"]["resourceVersion"] = str(self._version)
        told = parse_instance(copy.deepcopy(self.instance))
        asyncio.get_running_loop().call_later(self.watch_delay, self.sink.instance_changed, told)
        return str(self._version)

    def _changed(self, key: ObjectKey) -> None:
        self._version += 1
        raw = self.objects[key]
        raw["metadata"]["resourceVersion"] = str(self._version)
        gone = "deletionTimestamp" in raw["metadata"] and not raw["metadata"]["finalizers"]
        if gone:
            del self.objects[key]
        if self.sink is None:
            return
        loop = asyncio.get_running_loop()
        if gone:
            uid, version = raw["metadata"]["uid"], raw["metadata"]["resourceVersion"]
            loop.call_later(self.watch_delay, self.sink.user_gone, key, uid, version)
        else:
            loop.call_later(self.watch_delay, self.sink.user_changed, parse_user(copy.deepcopy(raw)))


def summary(user: ModelUser) -> ObservedUser:
    """What Connect holds in truth, as the operator would see it."""
    return seen(user, _READING)


__all__ = ["CRASH", "FAIL", "LOSE", "THROTTLE", "FakeCluster", "FakeConnect", "Script", "from_aws", "summary"]
