"""The checklist for objects under deletion: who is deleted, who stays, and when the object may go."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.domain.conditions import Verdict
from connect_operator.domain.ownership import OWNER_TAG
from connect_operator.domain.reasons import Reason
from connect_operator.domain.timestamps import rfc3339
from connect_operator.engine.inventory import Inventory
from connect_operator.engine.memory import Attempt, Memory
from connect_operator.engine.release import release, without_instance
from connect_operator.engine.situation import AwaitSweep, Conclude, Decision, Describe, FindByName, Release, Write

from .builders import (
    NOW,
    UID,
    USER_ID,
    WINDOW,
    a_manifest,
    a_situation,
    a_status,
    a_user,
    an_inventory,
)

ASKED = NOW - 30
ELSEWHERE = "cluster-2/uid-9/team-a/jdoe"


def a_memory(**known: Any) -> Memory:  # noqa: ANN401 - any member of a memory
    return Memory(uid=UID, **{"seen": (1, True), **known})


def dying(**members: Any) -> Any:  # noqa: ANN401 - any member of a manifest
    return a_manifest(**{"held": True, "deleted": ASKED, "status": a_status(), **members})


def without_id(**members: Any) -> Any:  # noqa: ANN401 - any member of a manifest
    return a_manifest(**{"held": True, "deleted": ASKED, **members})


def decide(user: Any, inventory: Inventory, memory: Memory | None = None, **more: Any) -> Decision:  # noqa: ANN401 - builders' members
    return release(a_situation(user, inventory=inventory, memory=memory or a_memory(described=NOW - 5), **more))


DELETE = Write(USER_ID, "DeleteUser", {}, "Deleted", f"deleted user jdoe ({USER_ID})")


class TestOwnUser:
    def test_is_deleted(self) -> None:
        assert decide(dying(), an_inventory(a_user())) == DELETE

    def test_its_tags_are_read_once_more_before(self) -> None:
        """A user who was taken over since the last sweep stays: deleting cannot be undone."""
        assert decide(dying(), an_inventory(a_user()), a_memory(described=NOW - 3600)) == Describe(USER_ID)

    def test_without_a_tag_the_id_in_status_is_enough(self) -> None:
        assert decide(dying(), an_inventory(a_user(tag=None))) == DELETE

    def test_found_by_name_and_tag_when_the_id_was_never_recorded(self) -> None:
        assert decide(without_id(), an_inventory(a_user())) == DELETE

    def test_the_guard_pauses(self) -> None:
        decision = decide(dying(), an_inventory(a_user()), paused="5 of 10")
        assert isinstance(decision, Conclude)
        assert decision.verdict is not None
        assert (decision.verdict.reason, decision.verdict.message) == (Reason.DELETIONS_PAUSED, "5 of 10")

    def test_a_guarded_deletion_waits_for_the_rest_of_its_wave(self) -> None:
        memory = a_memory(described=NOW - 5, deletion_seen=NOW - 0.2)
        decision = decide(dying(), an_inventory(a_user()), memory, guarded=True)
        assert isinstance(decision, Conclude)
        assert decision.verdict is None
        assert decision.again_in == pytest.approx(0.8)
        assert decide(dying(), an_inventory(a_user()), memory, guarded=False) == DELETE

    def test_deleted_already(self) -> None:
        assert decide(dying(), an_inventory(), a_memory(gone=True)) == Release()


class TestNotOurs:
    @pytest.mark.parametrize("tag", [ELSEWHERE, "cluster-1/uid-9/team-a/jdoe", "hand made"])
    def test_a_user_with_another_tag_is_not_deleted(self, tag: str) -> None:
        decision = decide(dying(), an_inventory(a_user(tag=tag)))
        assert isinstance(decision, Release)

    def test_somebody_else_has_the_name_and_ours_was_never_made(self) -> None:
        assert isinstance(decide(without_id(), an_inventory(a_user("u-2", tag=None))), Release)

    def test_observed_and_suspended_users_are_left(self) -> None:
        for spec in ({"managementPolicy": "Observe"}, {"suspend": True}):
            assert isinstance(decide(dying(**spec), an_inventory(a_user())), Release), spec

    def test_an_id_without_finalizer_history_and_tag_is_not_enough_for_another_bearer_of_the_name(self) -> None:
        """Status names u-1, which is gone; u-2 bears the name and is nobody's."""
        decision = decide(dying(), an_inventory(a_user("u-2", tag=None)))
        assert decision == Describe(USER_ID)


class TestRetain:
    def test_takes_the_tag_off_and_nothing_else(self) -> None:
        decision = decide(dying(deletionPolicy="Retain"), an_inventory(a_user()))
        assert isinstance(decision, Write)
        assert (decision.operation, decision.parameters) == ("UntagResource", {"tagKeys": [OWNER_TAG]})

    @pytest.mark.parametrize(
        ("reason", "inventory"),
        [
            ("the tag is off", an_inventory(a_user(tag=None))),
            ("the user belongs to another", an_inventory(a_user(tag=ELSEWHERE))),
            ("the user is not there", an_inventory()),
        ],
    )
    def test_then_releases(self, reason: str, inventory: Inventory) -> None:
        assert isinstance(decide(dying(deletionPolicy="Retain"), inventory), Release), reason

    def test_is_not_held_by_the_guard(self) -> None:
        decision = decide(dying(deletionPolicy="Retain"), an_inventory(a_user()), paused="5 of 10")
        assert isinstance(decision, Write)

    def test_a_retained_user_that_is_not_visible_yet_is_still_released_from_its_tag(self) -> None:
        """Created a minute ago, in no list: left with the tag, it would be nobody's and not adoptable as unowned."""
        status = a_status(createdTime=rfc3339(NOW - 60))
        decision = decide(dying(deletionPolicy="Retain", status=status), an_inventory())
        assert not isinstance(decision, Release)


class TestKnownButNotShown:
    def test_a_user_made_within_the_window_is_deleted_by_its_id(self) -> None:
        status = a_status(createdTime=rfc3339(NOW - 60))
        decision = decide(dying(status=status), an_inventory())
        assert isinstance(decision, Write)
        assert (decision.operation, decision.user_id) == ("DeleteUser", USER_ID)

    def test_an_invisible_user_is_held_by_the_guard_too(self) -> None:
        status = a_status(createdTime=rfc3339(NOW - 60))
        decision = decide(dying(status=status), an_inventory(), paused="5 of 10")
        assert isinstance(decision, Conclude)
        assert decision.verdict is not None
        assert decision.verdict.reason is Reason.DELETIONS_PAUSED

    def test_an_older_one_is_described(self) -> None:
        assert decide(dying(), an_inventory()) == Describe(USER_ID)

    def test_absent_by_strong_evidence(self) -> None:
        assert decide(dying(), an_inventory(), a_memory(absent=NOW - 1)) == Release()


class TestLostCreation:
    """The finalizer is on and no id is known: both methods must show nobody after the window has passed."""

    UNTIL = ASKED + WINDOW

    def at(self, now: float, *, looked: float, swept: float, attempt: Attempt = Attempt.UNCERTAIN) -> Decision:
        memory = a_memory(attempt=attempt, attempted=ASKED - 5, looked=looked)
        inventory = an_inventory(started=swept)
        return release(a_situation(without_id(), inventory=inventory, memory=memory, now=now))

    @pytest.mark.parametrize(
        ("reason", "now", "looked", "swept", "expected"),
        [
            ("not looked for a while", NOW, NOW - 20, NOW - 20, FindByName),
            ("looked just now, within the window", NOW, NOW - 5, NOW - 5, Conclude),
            ("the window is over, but both looks are older", UNTIL + 1, UNTIL - 3, UNTIL - 3, AwaitSweep),
            ("only the search is newer", UNTIL + 10, UNTIL + 5, UNTIL - 3, AwaitSweep),
            ("only the sweep is newer", UNTIL + 30, UNTIL - 3, UNTIL + 5, FindByName),
            ("both are newer", UNTIL + 10, UNTIL + 5, UNTIL + 5, Release),
        ],
    )
    def test_two_methods_after_the_window(
        self, reason: str, now: float, looked: float, swept: float, expected: type
    ) -> None:
        assert isinstance(self.at(now, looked=looked, swept=swept), expected), reason

    def test_it_says_until_when_it_waits(self) -> None:
        decision = self.at(NOW, looked=NOW - 5, swept=NOW - 5)
        assert isinstance(decision, Conclude)
        assert decision.verdict is not None
        assert decision.verdict.reason is Reason.DELETING
        assert rfc3339(self.UNTIL) in decision.verdict.message
        assert decision.again_in is not None

    def test_after_a_restart_the_finalizer_alone_means_an_attempt(self) -> None:
        assert not isinstance(self.at(NOW, looked=0.0, swept=NOW, attempt=Attempt.UNKNOWN), Release)

    def test_only_certain_refusals_release_at_once(self) -> None:
        assert self.at(NOW, looked=0.0, swept=0.0, attempt=Attempt.REFUSED) == Release()


@pytest.mark.parametrize(
    ("reason", "retain", "attempted", "released"),
    [
        ("nothing was ever made", False, False, True),
        ("it is to stay anyhow", True, True, True),
        ("a user may be left behind", False, True, False),
    ],
)
def test_without_an_instance(reason: str, *, retain: bool, attempted: bool, released: bool) -> None:
    gone = Verdict(reason=Reason.REFERENCE_NOT_FOUND, message="no such instance")
    decision = without_instance(gone, retain=retain, attempted=attempted)
    assert isinstance(decision, Release) is released, reason
    if isinstance(decision, Conclude):
        assert decision.verdict is not None
        assert decision.verdict.reason is Reason.REFERENCE_NOT_FOUND
