"""What the lists show once more costs nothing, and the inventory is the same as if it had been taken in again."""

from __future__ import annotations

import dataclasses
import random

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from connect_operator.domain.connect.user import ContactDetails, Described, ObservedUser, UserSummary
from connect_operator.domain.kinds.spec import Proficiency
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.record import Record, Sweep

from .builders import NOW, WINDOW, a_user

USERS = ("a", "b", "c")
STEPS = 300
SCHEDULES = 60


class TwoInventories:
    """The same told to two inventories: one gets the same values again for what has not changed, the other copies."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a reproducible schedule
        self.same, self.copies = Inventory(WINDOW), Inventory(WINDOW)
        self.now = NOW
        self.shown: dict[str, tuple[UserSummary | None, ObservedUser | None]] = {}
        self.settled = 0

    def step(self) -> None:
        self.now += self.random.choice((1.0, 60.0, WINDOW + 1))
        user_id = self.random.choice(USERS)
        steps = (self.edit, self.describe, self.write, self.read_proficiencies, self.find, self.forget)
        self.random.choice(steps)(user_id)
        for _ in range(self.random.randint(1, 3)):
            self.sweep()

    def edit(self, user_id: str) -> None:
        """What the lists show from now on: anything, or an older stamp, or one list only, or nothing."""
        stamp = self.random.choice((None, NOW, self.now, self.now))
        user = a_user(
            user_id,
            username=user_id,
            routing_profile_id=self.random.choice(("rp-1", "rp-2")),
            after_contact_work_configs=self.random.choice((UNSET, ())),
        )
        summary = UserSummary(user_id=user_id, arn=user.arn, username=user_id, last_modified=stamp)
        shown = ((summary, user), (summary, user), (summary, user), (None, user), (summary, None), (None, None))
        self.shown[user_id] = self.random.choice(shown)

    def sweep(self) -> None:
        self.now += self.random.choice((0.0, 60.0))
        listed = {each: summary for each, (summary, _) in self.shown.items() if summary is not None}
        searched = {each: user for each, (_, user) in self.shown.items() if user is not None}
        copied = {each: replace(user) for each, user in searched.items()}
        sweep = Sweep(started_tick=self.now, listed=listed, searched=searched)
        changed = self.same.take_sweep(sweep)
        assert changed == self.copies.take_sweep(dataclasses.replace(sweep, searched=copied))
        self.settled += sum(record.settled is not None for record in self.same)
        assert [unsettled(record) for record in self.same] == [unsettled(record) for record in self.copies]

    def describe(self, user_id: str) -> None:
        user = a_user(user_id, username=user_id, contact=ContactDetails(email=self.random.choice("xy")))
        described = Described(user=user, last_modified=self.random.choice((NOW, self.now)))
        for inventory in (self.same, self.copies):
            inventory.take_described(described, self.now)

    def write(self, user_id: str) -> None:
        known = self.same.get(user_id)
        before = known.user if known is not None else a_user(user_id, username=user_id)
        changes = ({"routing_profile_id": "rp-3"}, {"proficiencies": ()}, {"contact": ContactDetails(email="w")})
        user = replace(before, **self.random.choice(changes))
        for inventory in (self.same, self.copies):
            inventory.take_written(user, now=self.now, stamp=float(int(self.now)))

    def read_proficiencies(self, user_id: str) -> None:
        held = (Proficiency(attribute_name="a", attribute_value="v", level=self.random.choice((1.0, 2.0))),)
        for inventory in (self.same, self.copies):
            inventory.take_proficiencies(user_id, held, self.now)

    def find(self, user_id: str) -> None:
        user = a_user(user_id, username=user_id, routing_profile_id=self.random.choice(("rp-1", "rp-2")))
        for inventory in (self.same, self.copies):
            inventory.take_found(user, self.now)

    def forget(self, user_id: str) -> None:
        name = self.random.choice(("forget_proficiencies", "doubt", "take_deleted", "take_absent"))
        for inventory in (self.same, self.copies):
            getattr(inventory, name)(user_id, *((self.now,) if name == "take_deleted" else ()))


def unsettled(record: Record) -> Record:
    return dataclasses.replace(record, settled=None)


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_values_that_are_given_again_make_the_same_inventory_as_equal_ones(seed: int) -> None:
    two = TwoInventories(seed)

    for _ in range(STEPS):
        two.step()

    assert two.settled > STEPS / 10, "the schedule has hardly tried what it is about"
