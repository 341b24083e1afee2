"""Leavers in virtual time: the quick connects that lead to one who is deleted."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.domain.text.timestamps import rfc3339

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN, WINDOW, a_spec
from .hands import delete_forged
from .harness import World
from .leavers import SIGN_OUT, a_world, delete, work, wrote
from .script import CRASH, DENY, FAIL
from .test_random_schedules import stranger
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")


class TestQuickConnects:
    def lead(self, world: World, user: ModelUser) -> None:
        world.connect.desks.lead("qc-1", user.user_id)
        world.connect.desks.lead("qc-2", "somebody-else")
        world.connect.desks.lead("qc-3", "")

    def test_those_that_lead_to_the_deleted_user_go_and_no_others(self) -> None:
        world = a_world(quickConnectsOfDeletedUsers="Delete")
        self.lead(world, work(world))
        delete(world)
        assert set(world.connect.desks.quick_connects) == {"qc-2", "qc-3"}
        assert wrote(world) == [SIGN_OUT, "DeleteUser", "DeleteQuickConnect"]

    @pytest.mark.parametrize(
        ("instance", "policy"),
        [({}, "Delete"), ({"quickConnectsOfDeletedUsers": "Delete"}, "Retain")],
        ids=["the instance keeps them", "the user stays"],
    )
    def test_they_stay(self, instance: dict[str, Any], policy: str) -> None:
        world = a_world(**instance)
        self.lead(world, work(world, deletionPolicy=policy))
        delete(world)
        assert len(world.connect.desks.quick_connects) == 3

    def test_quick_connects_of_users_who_exist_stay_whatever_status_says(self) -> None:
        """Of one who does not exist they go: after a restart nothing but status tells who was deleted."""
        world = a_world(quickConnectsOfDeletedUsers="Delete")
        other = work(world)
        self.lead(world, other)
        told = {"userId": other.user_id, "instanceArn": str(ARN), "createdTime": rfc3339(EPOCH - 86_400)}

        world.until(lambda: world.cluster.raw("forged") is None, act=lambda: delete_forged(world, told))
        assert len(world.connect.desks.quick_connects) == 3
        assert world.connect.users() == [other]

    def test_quick_connects_of_a_user_whom_connect_does_not_show_yet_stay_whatever_status_says(self) -> None:
        """Status may have been written by others: that a user was not shown once proves nothing of one who is new."""
        world = a_world(quickConnectsOfDeletedUsers="Delete")
        world.connect.delay = WINDOW / 3
        new = stranger("somebody")
        told = {"userId": new.user_id, "instanceArn": str(ARN), "createdTime": rfc3339(EPOCH - 86_400)}

        def forge() -> None:
            world.connect.put(new, world.connect.clock.now())
            self.lead(world, new)
            delete_forged(world, told)

        world.until(lambda: world.cluster.raw("forged") is None, act=forge)
        assert len(world.connect.desks.quick_connects) == 3

    def test_those_of_a_user_deleted_by_a_former_process_go(self) -> None:
        world = a_world(quickConnectsOfDeletedUsers="Delete")
        self.lead(world, work(world))
        world.let_pass(2 * WINDOW)
        world.script.troubles_by_name = {"SearchQuickConnects": [CRASH]}
        delete(world)
        assert world.lives > 3, "no process was ended in between"
        assert set(world.connect.desks.quick_connects) == {"qc-2", "qc-3"}

    def test_for_many_users_they_are_searched_once(self) -> None:
        world = a_world(quickConnectsOfDeletedUsers="Delete", deletionGuard={"maxPending": "100%"})
        names = [f"agent{number}" for number in range(20)]

        def hire() -> None:
            for name in names:
                world.cluster.apply(name, a_spec())

        world.until(lambda: all(world.ready(name) for name in names), act=hire)
        for number, user in enumerate(world.connect.users()):
            world.connect.desks.lead(f"qc-{number}", user.user_id)

        def dismiss() -> None:
            for name in names:
                world.cluster.delete(name)

        world.until(lambda: not world.cluster.objects, act=dismiss)
        assert world.connect.desks.quick_connects == {}
        assert world.script.log.count("SearchQuickConnects") <= 6

    @pytest.mark.parametrize("operation", ["SearchQuickConnects", "before DeleteQuickConnect"])
    @pytest.mark.parametrize("trouble", [DENY, FAIL])
    def test_a_refusal_is_told_and_the_object_goes(self, operation: str, trouble: str) -> None:
        world = a_world(quickConnectsOfDeletedUsers="Delete")
        self.lead(world, work(world))
        world.script.troubles_by_name = {operation: [trouble] * 50}
        delete(world)
        assert world.connect.users() == []
        assert "qc-1" in world.connect.desks.quick_connects
        assert ("jdoe", "Released") in world.cluster.events
