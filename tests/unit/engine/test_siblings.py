"""Two ConnectInstances for one Connect instance: which serves, and which holds nobody back."""

from __future__ import annotations

from connect_operator.domain.objects import FINALIZER, ConnectInstance, parse_instance, parse_user
from connect_operator.engine.census import Census
from connect_operator.engine.memory import Memories
from connect_operator.engine.store import Store

_ID = "0f1e2d3c-0000-4000-8000-000000000001"


def an_instance(name: str) -> ConnectInstance:
    return parse_instance({"metadata": {"name": name, "uid": name}, "spec": {"instanceId": _ID}})


def dependants(reference: dict[str, object], *, sibling: bool) -> int:
    store = Store()
    leaving = an_instance("leaving")
    store.put_instance(leaving)
    if sibling:
        store.put_instance(an_instance("staying"))
    metadata = {"name": "jdoe", "namespace": "team-a", "uid": "uid-1", "finalizers": [FINALIZER]}
    store.put_user(parse_user({"metadata": metadata, "spec": reference}))
    return len(Census(store, Memories(), "cluster-1").dependants(leaving))


def test_a_user_by_id_is_served_by_the_sibling() -> None:
    assert dependants({"instanceId": _ID}, sibling=True) == 0


def test_the_only_instance_is_held_by_its_users() -> None:
    assert dependants({"instanceId": _ID}, sibling=False) == 1


def test_a_user_by_name_insists_on_that_very_one() -> None:
    assert dependants({"instanceRef": {"name": "leaving"}}, sibling=True) == 1
