"""Leavers in virtual time: the contacts that a leaver still has are waited for, so long and no longer."""

from __future__ import annotations

import pytest

from .builders import a_spec
from .leavers import SIGN_OUT, a_world, delete, work, wrote
from .script import DENY, FAIL, answer
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")


class TestContacts:
    def test_a_call_is_let_end(self) -> None:
        world = a_world(waitForContacts="30m")
        user = work(world)
        until = EPOCH + world.elapsed + 300
        world.connect.desks.busy_until[user.user_id] = until
        world.until(lambda: world.reason() == "WaitingForContacts", act=lambda: world.cluster.delete("jdoe"))
        assert wrote(world) == []
        world.until(lambda: world.cluster.raw("jdoe") is None)
        assert 0 <= EPOCH + world.elapsed - until < 30
        assert wrote(world) == [SIGN_OUT, "DeleteUser"]

    def test_but_not_longer_than_that_and_a_restart_does_not_begin_anew(self) -> None:
        world = a_world(waitForContacts="10m")
        user = work(world)
        world.connect.desks.busy_until[user.user_id] = float("inf")
        began = world.elapsed
        world.until(lambda: world.reason() == "WaitingForContacts", act=lambda: world.cluster.delete("jdoe"))
        for _ in range(4):
            world.let_pass(120)
            world.restart()
        world.until(lambda: world.cluster.raw("jdoe") is None)
        assert 600 <= world.elapsed - began < 660

    @pytest.mark.parametrize("again", [{"state": "Inactive"}, None], ids=["deactivated", "deleted"])
    def test_who_is_called_back_and_leaves_later_is_waited_for_anew(self, again: dict[str, str] | None) -> None:
        """Also where the object was not as its manifest says in between."""
        world = a_world(waitForContacts="10m")
        user = work(world)
        world.connect.desks.busy_until[user.user_id] = float("inf")
        stuck = {"hierarchyGroupPath": "Nix"}

        def leave() -> None:
            if again is None:
                world.cluster.delete("jdoe")
            else:
                world.cluster.apply("jdoe", a_spec(**stuck, **again))

        began: list[float] = []
        world.play(
            [
                (1.0, lambda: world.cluster.apply("jdoe", a_spec(state="Inactive"))),
                (60.0, lambda: world.cluster.apply("jdoe", a_spec(**stuck))),
                (900.0, leave),
                (590.0, lambda: began.extend(map(len, [wrote(world)]))),
            ],
            lambda: bool(wrote(world)),
        )
        assert began == [0]

    @pytest.mark.parametrize("since", ["2099-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "never"])
    def test_a_forged_wait_is_never_longer(self, since: str) -> None:
        world = a_world(waitForContacts="10m")
        user = work(world)
        world.connect.desks.busy_until[user.user_id] = float("inf")
        began = world.elapsed
        world.until(lambda: world.reason() == "WaitingForContacts", act=lambda: world.cluster.delete("jdoe"))
        raw = world.cluster.raw("jdoe")
        assert raw is not None
        raw["status"]["contactsAwaitedSince"] = since
        world.restart()
        world.until(lambda: world.cluster.raw("jdoe") is None)
        assert world.elapsed - began < 660

    def test_a_hundred_are_asked_about_in_one_call(self) -> None:
        world = a_world(waitForContacts="5m", deletionGuard={"maxPending": "100%"})
        names = [f"agent{number}" for number in range(30)]

        def hire() -> None:
            for name in names:
                world.cluster.apply(name, a_spec())

        world.until(lambda: all(world.ready(name) for name in names), act=hire)
        for user in world.connect.users():
            world.connect.desks.busy_until[user.user_id] = EPOCH + world.elapsed + 60

        def dismiss() -> None:
            for name in names:
                world.cluster.delete(name)

        world.until(lambda: not world.cluster.objects, act=dismiss)
        assert max(map(len, world.connect.desks.asked)) > 5
        assert len(world.connect.desks.asked) < 40

    def test_one_whom_the_metrics_do_not_know_does_not_spoil_it_for_the_others(self) -> None:
        world = a_world(waitForContacts="30m")
        user = work(world)
        world.connect.desks.unknown.add(user.user_id)
        began = world.elapsed
        delete(world)
        assert world.elapsed - began < 60

    def test_where_they_may_not_be_read_that_is_told_and_nobody_is_held_up(self) -> None:
        world = a_world(waitForContacts="30m")
        user = work(world)
        world.connect.desks.busy_until[user.user_id] = float("inf")
        world.script.troubles_by_name = {"GetCurrentUserData": [DENY] * 50}
        began = world.elapsed
        delete(world)
        assert world.elapsed - began < 60
        assert ("jdoe", "ContactsNotRead") in world.cluster.events

    def test_credentials_that_do_not_work_are_no_word_about_contacts_or_sessions(self) -> None:
        for operation in ("GetCurrentUserData", f"before {SIGN_OUT}"):
            world = a_world(waitForContacts="30m")
            user = work(world)
            world.connect.desks.busy_until[user.user_id] = EPOCH + world.elapsed + 900
            world.script.troubles_by_name = {operation: [answer("RoleNotAssumed", 403)]}
            delete(world)
            assert world.elapsed >= 900, operation
            assert (wrote(world), world.connect.desks.signed_in) == ([SIGN_OUT, "DeleteUser"], set()), operation
            assert not {"SessionsNotEnded", "ContactsNotRead"} & {reason for _, reason in world.cluster.events}

    def test_where_connect_is_in_trouble_the_time_is_waited_for(self) -> None:
        world = a_world(waitForContacts="5m")
        work(world)
        world.script.troubles_by_name = {"GetCurrentUserData": [FAIL] * 500}
        began = world.elapsed
        delete(world)
        assert 300 <= world.elapsed - began < 360
