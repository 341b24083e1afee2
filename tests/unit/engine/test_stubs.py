"""An object that no instance admits is kept as little more than its key, and is whole again when it is admitted."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import msgspec
import pytest

from connect_operator.domain.kinds.assignment import parse_assignment
from connect_operator.domain.kinds.objects import FINALIZER, ConnectUser, parse_instance, parse_user
from connect_operator.domain.kinds.spec import UNSET, ConnectUserSpec
from connect_operator.engine.store import Store
from connect_operator.engine.stubs import short_of, stub_of

from .builders import ARN, WINDOW, a_spec, an_instance_raw, edited
from .fake_cluster import FakeCluster
from .harness import World

pytestmark = pytest.mark.usefixtures("quiet")

COUNT = 1000
LARGEST_STUB = 3000
"""Bytes of one with its place in the store; a plain one takes half of that."""
WIDE = "\U0001f600"  # four bytes a character
SHUT_OUT = [{"name": "team-b"}]
EVERYTHING: dict[str, Any] = {
    "hierarchyGroupId": "hg-1",
    "tags": {"team": "a"},
    "proficiencies": [{"attributeName": "Language", "attributeValue": "English", "level": 3}],
}


def a_huge_object(number: int, *, forged: bool = True) -> dict[str, Any]:
    """As large as the schema lets its manifest be, and with what else fits into 255 kB."""
    tags = {f"{key:03}{WIDE * 20}": f"{number:04}{key:02}{WIDE * 250}" for key in range(49)}
    rest = {
        "proficiencies": [
            {"attributeName": "a" * 64, "attributeValue": f"{each:064}", "level": 1} for each in range(10)
        ]
    }
    metadata: dict[str, Any] = {
        "name": f"huge-{number}",
        "namespace": "tenant-x",
        "uid": f"00000000-0000-0000-0000-{number:012}",
        "resourceVersion": str(number + 1),
        "finalizers": [f"example.com/{number}-{each:060}" for each in range(100)],
        "annotations": {"connect-operator.io/reconcile-requested-at": f"{number:0256}"},
    }
    raw: dict[str, Any] = {"metadata": metadata, "spec": a_spec(tags=tags, **rest)}
    if forged:
        raw["status"] = {
            "userId": "u-1",
            "instanceArn": str(ARN),
            "plan": [f"{number:04}{line:02}{WIDE * 500}" for line in range(50)],
        }
    metadata["annotations"]["x"] = "x" * (255_000 - len(msgspec.json.encode(raw)))
    return raw


def weight(root: object) -> int:
    """Bytes of everything that it holds on to."""
    seen: set[int] = set()
    left, found = [root], 0
    while left:
        each = left.pop()
        if id(each) in seen or isinstance(each, type | ModuleType):
            continue
        seen.add(id(each))
        found += sys.getsizeof(each)
        left += gc.get_referents(each)
    return found


def a_store(*namespaces: str) -> Store:
    store = Store()
    store.put_instance(parse_instance(an_instance_raw(allowedNamespaces=[{"name": each} for each in namespaces])))
    return store


@pytest.mark.parametrize("forged", [False, True])
def test_a_thousand_huge_objects_weigh_little(*, forged: bool) -> None:
    stubs, whole = a_store("team-a"), a_store("team-a", "tenant-x")
    for number in range(COUNT):
        raw = a_huge_object(number, forged=forged)
        assert len(msgspec.json.encode(raw)) >= 255_000
        user = parse_user(raw)
        for store in (stubs, whole):
            store.put_user(store.kept(user))
    assert weight(stubs) < COUNT * LARGEST_STUB
    assert weight(whole) > 8 * weight(stubs)
    assert len(stubs.known_users()) == len(whole.known_users()) == COUNT


def test_of_a_huge_assignment_only_what_is_acted_on_is_kept() -> None:
    metadata = {**a_huge_object(1)["metadata"], "name": "ring"}
    spec = {"instanceRef": {"name": "support"}, "contactId": "c-1", "userId": "u-1"}
    condition = {"type": "Complete", "status": "False", "reason": "X", "message": WIDE * 25_000}
    status = {"phase": "Pending", "attemptedTime": "2026-01-01T00:00:00Z", "conditions": [condition]}
    raw = {"metadata": metadata, "spec": spec, "status": status}
    kept = short_of(parse_assignment(raw))
    assert weight(kept) < LARGEST_STUB
    assert (kept.spec, kept.status.phase) == (parse_assignment(raw).spec, "Pending")
    assert kept.status.attempted_time == "2026-01-01T00:00:00Z"


def test_a_stub_says_whose_it_is_what_it_refers_to_and_how_it_goes_and_nothing_about_its_user() -> None:
    kept = {"username": "ceo", "deletionPolicy": "Retain", "managementPolicy": "Observe", "suspend": True}
    raw = {
        "metadata": {"name": "jdoe", "namespace": "tenant-x", "uid": "u", "finalizers": [FINALIZER]},
        "spec": a_spec(**kept, **EVERYTHING),
        "status": {"userId": "u-1", "instanceArn": str(ARN)},
    }
    user = parse_user(raw)
    stub = stub_of(user)
    assert not stub.whole
    assert stub.spec == msgspec.convert({"instanceRef": {"name": "support"}, **kept}, ConnectUserSpec)
    assert (stub.metadata, stub.status, stub.username, stub.has_finalizer) == (user.metadata, user.status, "ceo", True)


def test_what_is_admitted_stays_whole_whichever_way_it_refers_to_its_instance() -> None:
    store = a_store("team-a")
    for reference in ({"instanceRef": {"name": "support"}}, {"instanceRef": UNSET, "instanceId": str(ARN)}):
        spec = {name: value for name, value in a_spec(**reference).items() if value is not UNSET}
        for namespace, whole in (("team-a", True), ("tenant-x", False)):
            user = parse_user({"metadata": {"name": "jdoe", "namespace": namespace, "uid": "u"}, "spec": spec})
            assert store.kept(user).whole is whole
    nowhere = {
        "metadata": {"name": "jdoe", "namespace": "team-a", "uid": "u"},
        "spec": a_spec(instanceRef={"name": "x"}),
    }
    assert not store.kept(parse_user(nowhere)).whole


def test_a_manifest_is_let_go_when_its_namespace_is_shut_out() -> None:
    store = a_store("team-a")
    user = parse_user({"metadata": {"name": "jdoe", "namespace": "team-a", "uid": "u"}, "spec": a_spec(**EVERYTHING)})
    store.put_user(user)
    store.shrink(user)
    assert store.user(user.key) is user
    shut = an_instance_raw(allowedNamespaces=SHUT_OUT)
    shut["metadata"] |= {"generation": 2, "resourceVersion": "2"}
    store.put_instance(parse_instance(shut))
    store.shrink(user)
    assert store.user(user.key) == stub_of(user)


@dataclass(slots=True)
class Lagging(FakeCluster):
    """An API server that shows an object as it was, so many times."""

    behind: int = 0

    async def read_user(self, user: ConnectUser) -> ConnectUser | None:
        fresh = await FakeCluster.read_user(self, user)
        if fresh is None or not self.behind:
            return fresh
        self.behind -= 1
        return edited(fresh, resource_version="1")


def admit(world: World, *namespaces: str) -> None:
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": each} for each in namespaces]
    world.cluster.instance["metadata"]["generation"] += 1
    world.cluster.change_instance()


def in_connect(world: World) -> list[Any]:
    return [(each.identity, each.tags, each.hierarchy_group_id, each.proficiencies) for each in world.connect.users()]


@pytest.mark.parametrize("lagging", [False, True])
def test_an_object_that_is_admitted_later_becomes_what_its_manifest_says(*, lagging: bool) -> None:
    usual, late = World(), World()
    late.cluster = Lagging(late.script, instance=an_instance_raw(), behind=3 if lagging else 0)
    spec = a_spec(**EVERYTHING)
    usual.until(usual.ready, act=lambda: usual.cluster.apply("jdoe", spec))
    late.cluster.instance["spec"]["allowedNamespaces"] = SHUT_OUT
    late.until(lambda: late.reason() == "PermissionDenied", act=lambda: late.cluster.apply("jdoe", spec))
    assert in_connect(late) == []
    late.until(late.ready, act=lambda: admit(late, "team-a"))
    assert in_connect(late) == in_connect(usual) != []


def test_a_user_keeps_everything_while_its_namespace_is_shut_out_and_an_edit_made_meanwhile_is_applied() -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(**EVERYTHING)))
    before, writes = in_connect(world), len(world.connect.writes)
    world.until(lambda: world.reason() == "PermissionDenied", act=lambda: admit(world, "team-b"))
    world.let_pass(2 * WINDOW)
    edit = (1.0, lambda: world.cluster.apply("jdoe", a_spec(**{**EVERYTHING, "tags": {"team": "b"}})))
    world.play([edit, (60.0, lambda: None)], lambda: world.reason() == "PermissionDenied")
    assert in_connect(world) == before
    assert len(world.connect.writes) == writes
    world.until(world.ready, act=lambda: admit(world, "team-a"))
    (user,) = world.connect.users()
    assert user.tags["team"] == "b"
    assert [operation for operation, _ in world.connect.writes[writes:]] == ["TagResource"]
