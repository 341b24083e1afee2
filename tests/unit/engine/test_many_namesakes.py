"""Thousands ask for one username: whom one of them waits for is known without a look at all the others."""

from __future__ import annotations

import time

import pytest

from connect_operator.domain.kinds.objects import ConnectUser, parse_user
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.store import Store

from .builders import ARN, NOW, an_instance_manifest
from .test_lookup import at_work

MANY = 5000
PASSES = 500
AT_MOST = 2.0
"""Seconds of CPU for so many passes; 0.1 where this was written, and a minute when each looked at all."""


def named(number: int, *, age: float = 0.0, uid: str = "", **spec: object) -> ConnectUser:
    metadata = {
        "name": f"ceo-{number}",
        "namespace": "team-x",
        "uid": uid or f"uid-{number}",
        "resourceVersion": "1",
        "creationTimestamp": rfc3339(NOW - age),
    }
    return parse_user({"metadata": metadata, "spec": {"username": "ceo", "instanceRef": {"name": "support"}, **spec}})


@pytest.fixture
def store() -> Store:
    """With one ConnectInstance."""
    store = Store()
    store.put_instance(an_instance_manifest())
    return store


def lookup(store: Store) -> InstanceLookup:
    return InstanceLookup(store, {"support": at_work(an_instance_manifest(), observed=True)})


def test_each_pass_looks_at_few(store: Store) -> None:
    users = [named(number, age=float(MANY - number)) for number in range(MANY)]
    for user in users:
        store.put_user(user)
    looking, began = lookup(store), time.process_time()
    for user in users[-PASSES:]:
        assert looking.rivals(user, str(ARN))[0] is users[0]
    assert time.process_time() - began < AT_MOST
    others = looking.rivals(users[0], str(ARN))
    assert others == tuple(users[1 : len(others) + 1])


def test_the_oldest_goes_first_in_whatever_order_they_come_and_go(store: Store) -> None:
    old, older, oldest = named(1, age=10), named(2, age=20), named(3, age=30)
    for user in (older, oldest, old):
        store.put_user(user)
    assert list(store.namesakes(old)) == [oldest, older]
    store.put_user(named(3, age=5, uid="another"))  # deleted and made anew: the youngest now
    assert [each.key.name for each in store.namesakes(older)] == ["ceo-1", "ceo-3"]
    store.put_user(named(1, age=10, username="cfo"))
    assert [each.key.name for each in store.namesakes(older)] == ["ceo-3"]
    store.drop_user(older.key)
    assert [each.key.name for each in store.namesakes(old)] == ["ceo-3"]


def test_those_who_claim_nothing_are_passed_over(store: Store) -> None:
    for number in range(20):
        store.put_user(named(number, age=100.0 - number, suspend=True))
    claiming = named(20, age=50.0)
    store.put_user(claiming)
    assert lookup(store).rivals(named(99), str(ARN)) == (claiming,)
