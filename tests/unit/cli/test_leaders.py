"""What `check` and `status` say of who leads."""

from __future__ import annotations

import pytest

from connect_operator.cli.leaders import described
from connect_operator.domain.text.timestamps import rfc3339_micro
from connect_operator.engine.leading.election import LeaseRecord
from connect_operator.kube.leases import NamedLease, lease_name

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("record", "alive", "says"),
    [
        (
            LeaseRecord(
                holder="pod-1_x", acquire_time="2027-01-15T07:00:00.000000Z", renew_time=rfc3339_micro(NOW - 3)
            ),
            True,
            "pod-1_x leads since 2027-01-15T07:00:00Z, last seen less than a minute ago (Lease ns/",
        ),
        (LeaseRecord(holder="pod-1_x", renew_time=rfc3339_micro(NOW + 30)), True, "last seen less than a minute ago"),
        (
            LeaseRecord(holder="pod-1_x", renew_time=rfc3339_micro(NOW - 90)),
            False,
            "nobody leads: pod-1_x was last seen",
        ),
        (LeaseRecord(holder="pod-1_x", renew_time="soon"), False, "at an unknown time"),
        (LeaseRecord(holder=""), False, "was given up"),
    ],
)
def test_of_a_lease(record: LeaseRecord, says: str, *, alive: bool) -> None:
    leader = described(NamedLease("ns", "connect-operator", record), NOW)
    assert leader.alive is alive
    assert says in leader.text


def test_operators_of_different_namespaces_do_not_exclude_each_other() -> None:
    names = [lease_name(each) for each in ((), ("a",), ("b",), ("a", "b"))]
    assert len(set(names)) == len(names)
    assert names[0] == "connect-operator"
    assert lease_name(("b", "a", "a")) == lease_name(("a", "b"))
