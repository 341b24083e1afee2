"""Each member of a ConnectUser's status forged by itself: Connect hears nothing of it, and the status is put right."""

from __future__ import annotations

import copy
from typing import Any

import msgspec
import pytest

from connect_operator.domain.kinds.status import UserStatus

from .builders import ARN, a_spec
from .harness import World
from .test_random_schedules import stranger

pytestmark = pytest.mark.usefixtures("quiet")

LATE = "2100-01-01T00:00:00Z"
FORGED: dict[str, Any] = {
    "observedGeneration": 77,
    "username": "root",
    "userId": "u-root",
    "userArn": f"{ARN}/agent/u-root",
    "instanceArn": str(ARN).replace("i-1", "i-2"),
    "createdTime": LATE,
    "resolved": {"routingProfileId": "rp-2", "securityProfileIds": ["sp-2"], "hierarchyGroupId": "hg-1"},
    "verified": {"generation": 1, "lastModifiedTime": LATE},
    "passwordSecret": {"uid": "s-1", "resourceVersion": "1", "deletedTime": LATE},
    "ignored": ["proficiencies[Language=German].level: 1 -> 5"],
    "applied": {"routingProfile": "x", "securityProfiles": "y"},
    "contactsAwaitedSince": LATE,
    "plan": ["securityProfileIds: sp-1 -> sp-2"],
    "lastHandledReconcileAt": "x",
    "conditions": [],
}
STAYS = {"createdTime", "verified", "passwordSecret", "lastHandledReconcileAt", "instanceArn"}
"""What a process may have known that has ended since, so that nobody can say that it is wrong."""


def test_every_member_is_forged() -> None:
    assert FORGED.keys() == {field.encode_name for field in msgspec.structs.fields(UserStatus)}


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("member", FORGED)
def test_it_gains_nothing(member: str, *, restarted: bool) -> None:
    world = World()
    world.connect.put(stranger("root"), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    raw, writes, users = world.cluster.raw("jdoe"), list(world.connect.writes), world.connect.users()
    assert raw is not None
    told = copy.deepcopy(raw["status"])

    def forge() -> None:
        raw["status"] = {**raw["status"], member: FORGED[member]}
        world.cluster.touch("jdoe")
        if restarted:
            world.restart()

    world.play([(700.0, forge), (400.0, lambda: None)], lambda: True)
    assert world.connect.writes == writes
    assert world.connect.users() == users
    if member not in STAYS:
        assert _lasting(raw["status"]) == _lasting(told)
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    assert [user.username for user in world.connect.users()] == ["root"]


def _lasting(status: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in status.items() if name not in {"conditions", "verified", "createdTime"}}
