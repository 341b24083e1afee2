"""What the deletion guard says of one deletion, without an engine: what the share is of, and what asking costs."""

from __future__ import annotations

import copy
import random
import time

import pytest

from connect_operator.domain.connect.user import ObservedUser
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.engine.instances.deletion_guard import Guard
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.instances.services import InstanceServices
from connect_operator.engine.pace.quota import Quota
from connect_operator.engine.ports import InstanceFacts
from connect_operator.engine.store import Store
from connect_operator.engine.users.memory import Memories

from .builders import ARN, ME, NOW, WINDOW, a_manifest, a_sweep, a_user, an_instance_manifest
from .fake_connect import FakeConnect
from .script import Script


def test_objects_without_a_user_do_not_raise_the_limit() -> None:
    """The share is taken of the users in Connect, so a thousand objects that have none allow no further deletion."""
    store, guard, instance = a_guard(users=40)
    for number in range(1000):
        store.put_user(a_manifest(uid=f"fake-{number}", name=f"fake-{number}"))
    for number in range(25):
        guard.note_deletion(gone_user(store, number))
    guard.look(instance)
    assert instance.wave.paused


def test_a_verdict_costs_the_same_however_many_deletions_are_paused() -> None:
    few, many = verdict_seconds(100), verdict_seconds(10_000)
    assert many < 10 * few + 0.0002, (few, many)


def verdict_seconds(count: int) -> float:
    """The processor seconds of one verdict, with so many paused deletions."""
    store, guard, instance = a_guard(users=count)
    users = [gone_user(store, number) for number in range(count)]
    guard.note_pass(users[0], instance)
    began = time.process_time()
    for user in users[:100]:
        guard.note_pass(user, instance)
        assert guard.view(user, instance).paused
    return (time.process_time() - began) / 100


@pytest.mark.parametrize("count", [3, 40], ids=["a few", "a wave"])
def test_who_asks_changes_nothing(count: int) -> None:
    store, guard, instance = a_guard(users=40)
    users = [gone_user(store, number) for number in range(count)]
    for user in users:
        guard.note_pass(user, instance)
    before = copy.deepcopy(instance.wave)
    verdicts = [guard.view(user, instance) for user in users]
    assert instance.wave == before
    assert [guard.view(user, instance) for user in users] == verdicts
    assert all(each.paused or each.unread for each in verdicts)


def gone_user(store: Store, number: int) -> ConnectUser:
    user = a_manifest(uid=f"uid-{number}", name=f"u{number}", held=True, deleted=NOW)
    store.put_user(user)
    return user


def a_guard(users: int) -> tuple[Store, Guard, Instance]:
    store = Store()
    store.put_instance(an_instance_manifest())
    tags = [ME._replace(uid=f"uid-{number}", object_name=f"team-a/u{number}").tag for number in range(users)]
    owned = [a_user(f"c-{number}", tag=tag, username=f"u{number}") for number, tag in enumerate(tags)]
    instance = an_observed_instance(*owned)
    guard = Guard(store, Memories(), InstanceLookup(store, {"support": instance}), StillClock(), ME.cluster)
    return store, guard, instance


def an_observed_instance(*users: ObservedUser) -> Instance:
    clock, jitter = StillClock(), random.Random(1)  # noqa: S311 - spreads retries, guards nothing
    spec = an_instance_manifest().spec
    assert spec is not None
    instance = Instance(
        name="support",
        spec=spec,
        api=FakeConnect(Script()),
        region="us-east-1",
        services=InstanceServices(Quota(clock, jitter), clock, jitter, WINDOW, 300.0),
        changed=lambda _instance, _ids: None,
        reported=lambda _instance: None,
        woken=lambda _keys: None,
        facts=InstanceFacts(str(ARN), "SAML"),
    )
    instance.inventory.take_sweep(a_sweep(*users))
    return instance


class StillClock:
    """Time that does not pass."""

    def now(self) -> float:
        return NOW

    def monotonic(self) -> float:
        return 1000.0
