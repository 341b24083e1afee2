"""Leavers in virtual time: the days from which and until which a user is active."""

from __future__ import annotations

import pytest

from connect_operator.domain.text.timestamps import rfc3339

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import a_spec
from .leavers import NOBODY, OWN, a_world, edit, held, work, wrote
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")


class TestTimes:
    def test_a_user_is_created_on_the_day_and_inactive_after_the_last(self) -> None:
        world = a_world()
        begin, end = EPOCH + 4000, EPOCH + 9000
        spec = a_spec(activeFrom=rfc3339(begin), activeUntil=rfc3339(end))
        world.until(lambda: world.reason() == "Scheduled", act=lambda: world.cluster.apply("jdoe", spec))
        assert world.ready()
        assert world.connect.users() == []
        world.until(lambda: world.reason() == "Available")
        assert 0 <= EPOCH + world.elapsed - begin < 60
        assert held(world) == OWN
        world.until(lambda: world.reason() == "Inactive")
        assert 0 <= EPOCH + world.elapsed - end < 60
        assert held(world) == NOBODY

    def test_an_edit_moves_them(self) -> None:
        world = a_world()
        spec = a_spec(activeFrom=rfc3339(EPOCH + 4000))
        world.until(lambda: world.reason() == "Scheduled", act=lambda: world.cluster.apply("jdoe", spec))
        sooner = a_spec(activeFrom=rfc3339(EPOCH + 1000))
        world.until(lambda: world.reason() == "Available", act=lambda: world.cluster.apply("jdoe", sooner))
        assert 1000 <= world.elapsed < 1060
        gone = a_spec(activeUntil=rfc3339(EPOCH + 500))
        world.until(lambda: world.reason() == "Inactive", act=lambda: world.cluster.apply("jdoe", gone))
        later = a_spec(activeUntil=rfc3339(EPOCH + 90_000))
        world.until(lambda: world.reason() == "Available", act=lambda: world.cluster.apply("jdoe", later))
        assert held(world) == OWN

    def test_a_restart_forgets_none(self) -> None:
        world = a_world()
        spec = a_spec(activeUntil=rfc3339(EPOCH + 2000))
        world.until(world.ready, act=lambda: world.cluster.apply("jdoe", spec))
        world.restart()
        world.until(lambda: world.reason() == "Inactive")
        assert 2000 <= world.elapsed < 2060

    def test_one_who_is_there_already_is_inactive_until_then(self) -> None:
        """Back from a year's leave on Monday: not before."""
        world = a_world()
        work(world, state="Inactive")
        edit(world, activeFrom=rfc3339(EPOCH + 5000))
        assert (world.reason(), held(world)) == ("Scheduled", NOBODY)
        world.until(lambda: world.reason() == "Available")
        assert (held(world), 5000 <= world.elapsed < 5060) == (OWN, True)

    def test_nobody_is_taken_over_before(self) -> None:
        world = a_world()
        world.connect.put(ModelUser("x-1", "arn", "jdoe", {"FirstName": "Jane", "LastName": "Doe"}), 0.0)
        spec = a_spec(activeFrom=rfc3339(EPOCH + 2000), adoptionPolicy="IfUnowned")
        world.until(lambda: world.reason() == "Scheduled", act=lambda: world.cluster.apply("jdoe", spec))
        world.let_pass(1000)
        assert wrote(world) == []
