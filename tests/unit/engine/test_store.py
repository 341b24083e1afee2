"""The latest manifest of every object, and which version of it is worth a look."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from connect_operator.domain.kinds.objects import FINALIZER, ConnectUser, ObjectKey
from connect_operator.engine.store import News, Store, seniority
from connect_operator.engine.tombstones import Tombstones
from connect_operator.engine.users.memory import Memories

from .builders import NOW, a_manifest, a_status, an_instance_manifest, edited

KEY = ObjectKey("team-a", "jdoe")


def a_store(*users: ConnectUser) -> Store:
    store = Store()
    for user in users:
        store.put_user(user)
    return store


@pytest.mark.parametrize(
    ("reason", "before", "after", "news"),
    [
        ("unknown", None, a_manifest(), News.NEW),
        ("the same again", a_manifest(), a_manifest(), News.NOTHING),
        ("our own status write", a_manifest(version="1"), a_manifest(version="2"), News.NOTHING),
        ("an edit", a_manifest(version="1"), a_manifest(version="2", generation=2), News.EDITED),
        ("deletion", a_manifest(version="1"), a_manifest(version="2", deleted=NOW), News.EDITED),
        ("a successor of the same name", a_manifest(version="5"), a_manifest(uid="uid-2", version="6"), News.NEW),
        ("an old version", a_manifest(version="10"), a_manifest(version="9", generation=2), News.NOTHING),
        ("versions compare as numbers", a_manifest(version="9"), a_manifest(version="10", generation=2), News.EDITED),
        ("somebody took the finalizer off", a_manifest(version="1", held=True), a_manifest(version="2"), News.TOUCHED),
        (
            "somebody wiped the status, which the controller compares with what it has written",
            a_manifest(version="1", status=a_status()),
            a_manifest(version="2"),
            News.NOTHING,
        ),
    ],
)
def test_news(reason: str, before: ConnectUser | None, after: ConnectUser, news: News) -> None:
    store = a_store(*([] if before is None else [before]))
    assert store.put_user(after) is news, reason


def test_an_older_version_does_not_replace_a_newer() -> None:
    store = a_store(a_manifest(version="10", held=True))
    store.put_user(a_manifest(version="9"))
    known = store.user(KEY)
    assert known is not None
    assert known.has_finalizer


def test_a_successor_replaces_and_a_predecessor_does_not() -> None:
    store = a_store(a_manifest(version="10"))
    assert store.put_user(a_manifest(uid="uid-0", version="9")) is News.NOTHING
    assert store.user_of_uid("uid-1") is not None
    assert store.put_user(a_manifest(uid="uid-2", version="12")) is News.NEW
    assert store.user_of_uid("uid-1") is None
    assert store.user_of_uid("uid-2") is not None


class TestWhatIsGone:
    @pytest.mark.parametrize(
        ("reason", "gone_at", "late", "news"),
        [
            ("a read that the watch overtook", "12", a_manifest(version="11"), News.NOTHING),
            ("its last version", "12", a_manifest(version="12", deleted=NOW), News.NOTHING),
            ("a predecessor", "12", a_manifest(uid="uid-0", version="3"), News.NOTHING),
            ("a successor", "12", a_manifest(uid="uid-2", version="13"), News.NEW),
            ("gone at a version that nobody told", "", a_manifest(version="10"), News.NOTHING),
            ("an API server without numbers", "", a_manifest(version="x"), News.NEW),
        ],
    )
    def test_stays_gone(self, reason: str, gone_at: str, late: ConnectUser, news: News) -> None:
        store = a_store(a_manifest(version="10"))
        store.drop_user(KEY, "uid-1", gone_at)
        assert store.put_user(late) is news, reason
        assert (store.user(KEY) is not None) is (news is News.NEW), reason

    def test_stays_gone_though_it_was_never_known(self) -> None:
        store = a_store()
        assert not store.drop_user(KEY, "uid-1", "12")
        assert store.put_user(a_manifest(version="11")) is News.NOTHING

    def test_is_remembered_within_bounds(self) -> None:
        tombstones = Tombstones()
        for number in range(20_000):
            tombstones.bury(ObjectKey("team-a", f"user-{number}"), str(number))
        assert len(tombstones.versions()) == 10_000
        assert ObjectKey("team-a", "user-19999") in tombstones.versions()

    def test_instances_likewise(self) -> None:
        store = a_store()
        first, second = (an_instance_manifest(version=version) for version in ("10", "11"))
        assert store.put_instance(second) is News.NEW
        assert store.put_instance(first) is News.NOTHING
        assert store.instance("support") is second
        assert store.drop_instance("support", "iuid-1", "12")
        assert store.put_instance(second) is News.NOTHING
        assert store.put_instance(an_instance_manifest(uid="iuid-2", version="13")) is News.NEW


def test_dropping_names_the_uid() -> None:
    store = a_store(a_manifest(uid="uid-2"))
    assert not store.drop_user(KEY, "uid-1")
    assert store.user(KEY) is not None
    assert store.drop_user(KEY, "uid-2")
    assert not store.drop_user(KEY, "uid-2")
    assert len(store) == 0
    assert store.user_of_uid("uid-2") is None


def test_namesakes() -> None:
    one, other = a_manifest(uid="a", name="one", username="jane"), a_manifest(uid="b", name="other", username="jane")
    store = a_store(one, other, a_manifest(uid="c", name="third"))
    assert [user.key.name for user in store.namesakes(one)] == ["other"]
    store.drop_user(other.key)
    assert list(store.namesakes(one)) == []


def test_seniority_is_age_then_uid() -> None:
    old, young = edited(a_manifest(uid="z"), creation_timestamp="2026-01-01T00:00:00Z"), a_manifest(uid="a")
    assert seniority(old) < seniority(young)
    assert seniority(a_manifest(uid="a")) < seniority(a_manifest(uid="b"))


class TestInstances:
    def test_by_name(self) -> None:
        store = a_store()
        assert store.instance_of(a_manifest()) == ()
        store.put_instance(an_instance_manifest())
        assert [each.metadata.name for each in store.instance_of(a_manifest())] == ["support"]

    @pytest.mark.parametrize("instance_id", ["i-1", "arn:aws:connect:us-east-1:123456789012:instance/i-1"])
    def test_by_id_or_arn(self, instance_id: str) -> None:
        store = a_store()
        store.put_instance(an_instance_manifest())
        store.put_instance(an_instance_manifest(name="other", uid="x", instanceId="i-2"))
        user = a_manifest(instanceRef=None, instanceId=instance_id)
        assert [each.metadata.name for each in store.instance_of(user)] == ["support"]

    def test_two_for_one_id(self) -> None:
        store = a_store()
        store.put_instance(an_instance_manifest())
        store.put_instance(an_instance_manifest(name="twin", uid="x"))
        assert len(store.instance_of(a_manifest(instanceRef=None, instanceId="i-1"))) == 2

    def test_news(self) -> None:
        store = a_store()
        first = an_instance_manifest()
        assert store.put_instance(first) is News.NEW
        assert store.put_instance(first) is News.NOTHING
        assert store.put_instance(an_instance_manifest(generation=2)) is News.EDITED
        confirmed = replace(first, metadata=replace(first.metadata, generation=2, annotations={"a": "b"}))
        assert store.put_instance(confirmed) is News.TOUCHED


def test_a_new_uid_has_a_new_memory() -> None:
    memories = Memories()
    memories.of(a_manifest()).recognise("u-1", "")
    assert memories.of(a_manifest()).user_id == "u-1"
    assert memories.of(a_manifest(uid="uid-2")).user_id == ""
    memories.forget(KEY)
    assert memories.peek(KEY) is None


def test_the_finalizer_is_the_contracts() -> None:
    assert FINALIZER == "connect-operator.io/user"
