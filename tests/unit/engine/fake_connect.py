"""Amazon Connect in memory, behind the engine's own port: small, strict, eventually consistent.

It tells its `Script` of every step. What it holds survives the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from campaign.tally import TALLY
from connect_operator.domain.connect.references import Catalog, CatalogKind
from connect_operator.domain.connect.user import Described, UserSummary
from connect_operator.domain.kinds.assignment import ContactView
from connect_operator.domain.kinds.spec import UNSET, ConnectInstanceSpec, Proficiency
from connect_operator.engine.ports import Created, InstanceFacts, Password, QuickConnect, UserPage

from ..domain.connect_model import seen  # noqa: TID252 - one model for both folders
from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from ..domain.service_model import problems  # noqa: TID252 - likewise
from .builders import ARN, CATALOGS
from .fake_desks import FakeDesks
from .fake_users import READING, History, after, created
from .script import LATENCY, Script, error, raise_trouble
from .virtual_time import LoopClock


@dataclass(slots=True)
class FakeConnect:
    """One SAML instance. `delay`: seconds until reads show a write; SearchUsers lags twice as long.

    `moves_stamps`: whether a change moves LastModifiedTime. `ignores`: operations that are acknowledged without effect.
    `slow`: seconds that each reading takes longer; `shut`: the trouble that every one is in, "" for none.
    `contacts`: who has which contact ("" while it waits); any that is not in there waits, too. `shows_agents`: users
    accept at once what they are offered, so that DescribeContact shows them.
    """

    script: Script
    delay: float = 0.0
    slow: float = 0.0
    shut: str = ""
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
        found = (seen(user, READING) for _, user in self._shown(2 * self.delay))
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
        return Described(user=msgspec.structs.replace(seen(user, READING), proficiencies=UNSET), last_modified=at)

    async def list_user_proficiencies(self, user_id: str) -> tuple[Proficiency, ...]:
        await self._read("ListUserProficiencies")
        held = seen(self._visible("ListUserProficiencies", user_id)[1], READING).proficiencies
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
            self.put(created(user_id, parameters), self.clock.now())
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
                history.versions.append((self.clock.now(), after(operation, told, truth)))

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
        await asyncio.sleep(LATENCY + self.slow)
        raise_trouble(operation, await self.script.step(operation) or self.shut or None, uncertain=True)

    async def _write(self, operation: str, subject: str, carry_out: Callable[[], None]) -> None:
        TALLY.call()
        await asyncio.sleep(LATENCY)
        raise_trouble(operation, await self.script.step(f"before {operation}"), uncertain=False)
        carry_out()
        self.writes.append((operation, subject))
        raise_trouble(operation, await self.script.step(f"after {operation}"), uncertain=True)

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
