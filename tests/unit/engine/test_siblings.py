"""Two ConnectInstances for one Connect instance: which serves, and which holds nobody back."""

from __future__ import annotations

import pytest

from connect_operator.domain.kinds.objects import FINALIZER, ConnectInstance, parse_instance, parse_user
from connect_operator.engine.store import Store
from connect_operator.engine.users.counts import UserCounter
from connect_operator.engine.users.memory import Memories

_ID = "0f1e2d3c-0000-4000-8000-000000000001"


_ARN = f"arn:aws:connect:us-east-1:123456789012:instance/{_ID}"


def an_instance(name: str, admits: str = "*") -> ConnectInstance:
    spec = {"instanceId": _ID, "allowedNamespaces": [{"name": admits}]}
    return parse_instance({"metadata": {"name": name, "uid": name}, "spec": spec, "status": {"instanceArn": _ARN}})


def dependants(reference: dict[str, object], *, sibling: bool, admitted: str = "*", beside: str = "*") -> int:
    """`admitted`: by the one that goes; `beside`: by the one that stays."""
    store = Store()
    leaving = an_instance("leaving", admitted)
    store.put_instance(leaving)
    if sibling:
        store.put_instance(an_instance("staying", beside))
    metadata = {"name": "jdoe", "namespace": "team-a", "uid": "uid-1", "finalizers": [FINALIZER]}
    store.put_user(parse_user({"metadata": metadata, "spec": reference, "status": {"instanceArn": _ARN}}))
    return len(UserCounter(store, Memories(), "cluster-1").dependants(leaving))


def test_a_user_by_id_is_served_by_the_sibling() -> None:
    assert dependants({"instanceId": _ID}, sibling=True) == 0


def test_the_only_instance_is_held_by_its_users() -> None:
    assert dependants({"instanceId": _ID}, sibling=False) == 1


def test_a_user_by_name_insists_on_that_very_one() -> None:
    assert dependants({"instanceRef": {"name": "leaving"}}, sibling=True) == 1


def test_a_user_by_name_of_the_sibling_holds_only_that() -> None:
    """Its user lives in the same Connect instance, but it never needed this ConnectInstance."""
    assert dependants({"instanceRef": {"name": "staying"}}, sibling=True) == 0


@pytest.mark.parametrize(("sibling", "count"), [(True, 0), (False, 1)])
def test_one_that_does_not_admit_it_is_not_held_where_another_does(count: int, *, sibling: bool) -> None:
    """Whatever it refers to by now. Without another one it is a user whose namespace was shut out."""
    assert dependants({"instanceRef": {"name": "leaving"}}, sibling=sibling, admitted="team-b") == count


def test_a_sibling_that_does_not_admit_it_serves_nobody() -> None:
    assert dependants({"instanceId": _ID}, sibling=True, beside="team-b") == 1
