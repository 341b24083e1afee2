"""The finalizers that keep ConnectInstances."""

from __future__ import annotations

import pytest

from connect_operator.domain.kinds.instance_finalizer import InstanceFinalizer

ALL = "connect-operator.io/instance"


@pytest.mark.parametrize(
    ("namespaces", "finalizer"),
    [
        ((), ALL),
        (("team-a",), f"{ALL}.team-a"),
        (("team-b", "team-a"), f"{ALL}."),
        (("n" * 63,), None),
    ],
)
def test_a_name_for_each_group(namespaces: tuple[str, ...], finalizer: str | None) -> None:
    named = InstanceFinalizer.of(namespaces).finalizer
    assert len(named.partition("/")[2]) <= 63
    assert finalizer is None or named.startswith(finalizer)


def test_the_order_of_the_namespaces_says_nothing() -> None:
    assert InstanceFinalizer.of(("a", "b")) == InstanceFinalizer.of(("b", "a", "b"))
    assert InstanceFinalizer.of(("a", "b")) != InstanceFinalizer.of(("a", "c"))


def test_each_takes_its_own_off() -> None:
    on = [ALL, f"{ALL}.team-a", f"{ALL}.team-b", "example.com/other"]
    assert InstanceFinalizer.of(("team-a",)).taken_off(on) == [ALL, f"{ALL}.team-b", "example.com/other"]
    assert InstanceFinalizer().taken_off(on) == ["example.com/other"]


def test_whether_it_is_on() -> None:
    assert InstanceFinalizer().is_on([ALL])
    assert not InstanceFinalizer.of(("team-a",)).is_on([ALL, f"{ALL}.team-b"])
