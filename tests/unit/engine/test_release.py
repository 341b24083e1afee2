"""The checklist for objects under deletion: who is deleted, who stays, and when the object may go."""

from __future__ import annotations

from typing import Any

import pytest

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.connect.user import Described, ObservedUser
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.record import NEVER
from connect_operator.engine.users.decide_deleting import release, without_instance
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.memory import Memory
from connect_operator.engine.users.situation import (
    AwaitSweep,
    Conclude,
    Decision,
    Delete,
    Describe,
    FindByName,
    RemoveFinalizer,
    Untag,
)

from . import builders
from .builders import (
    ARN,
    NOW,
    USER_ID,
    WINDOW,
    a_described_user,
    a_manifest,
    a_situation,
    a_status,
    a_user,
    an_inventory,
)

ASKED = NOW - 30
ELSEWHERE = "cluster-2/uid-9/team-a/jdoe"


def a_memory(**known: Any) -> Memory:  # noqa: ANN401 - any field of a part
    return builders.a_memory(**{"seen": (1, True), "deleting_since_tick": ASKED, **known})


def dying(**members: Any) -> Any:  # noqa: ANN401 - any member of a manifest
    return a_manifest(**{"held": True, "deleted": ASKED, "status": a_status(), **members})


def without_id(**members: Any) -> Any:  # noqa: ANN401 - any member of a manifest
    return a_manifest(**{"held": True, "deleted": ASKED, **members})


def decide(user: Any, inventory: Inventory, memory: Memory | None = None, **more: Any) -> Decision:  # noqa: ANN401 - builders' members
    return release(a_situation(user, inventory=inventory, memory=memory or a_memory(), **more))


DELETE = Delete(USER_ID, f"deleted user jdoe ({USER_ID})", sign_out="Deletion")


class TestOwnUser:
    def test_is_deleted(self) -> None:
        assert decide(dying(), an_inventory(a_user())) == DELETE

    def test_without_a_tag_the_id_in_status_is_not_enough(self) -> None:
        """Whoever may write status could name any user there."""
        seen = an_inventory(a_user(tag=None))
        assert decide(dying(), seen) == Describe(USER_ID)
        seen.take_described(Described(user=a_described_user(tag=None)), NOW)
        assert isinstance(decide(dying(), seen), RemoveFinalizer)

    def test_without_a_tag_what_this_process_has_seen_is_enough(self) -> None:
        assert decide(dying(), an_inventory(a_user(tag=None)), a_memory(user_id=USER_ID)) == DELETE

    @pytest.mark.parametrize(
        ("tag", "told"),
        [
            ("cluster-1/uid-2/team-b/secret", "belongs to the ConnectUser of another namespace, cluster cluster-1 now"),
            ("cluster-1/uid-2/team-a/other", "belongs to the ConnectUser team-a/other, cluster cluster-1 now"),
            ("by hand", "belongs to something else now"),
        ],
    )
    def test_whose_it_is_now_is_told_without_the_names_of_other_namespaces(self, tag: str, told: str) -> None:
        seen = an_inventory(a_user(tag=tag))
        seen.take_described(Described(user=a_described_user(tag=tag)), NOW)
        assert decide(dying(), seen) == RemoveFinalizer(f"user {USER_ID} {told}; it is not deleted")

    def test_found_by_name_and_tag_when_the_id_was_never_recorded(self) -> None:
        assert decide(without_id(), an_inventory(a_user())) == DELETE

    def test_the_guard_pauses(self) -> None:
        decision = decide(dying(), an_inventory(a_user()), paused="5 of 10")
        assert isinstance(decision, Conclude)
        assert decision.verdict is not None
        assert (decision.verdict.reason, decision.verdict.message) == (Reason.DELETIONS_PAUSED, "5 of 10")

    def test_a_guarded_deletion_waits_for_the_rest_of_its_wave(self) -> None:
        memory = a_memory(deleting_since_time=NOW - 0.2)
        decision = decide(dying(), an_inventory(a_user()), memory, guarded=True)
        assert isinstance(decision, Conclude)
        assert decision.verdict is None
        assert decision.requeue_after == pytest.approx(0.8)
        assert decide(dying(), an_inventory(a_user()), memory, guarded=False) == DELETE

    def test_deleted_already(self) -> None:
        assert decide(dying(), an_inventory(), a_memory(gone=True)) == RemoveFinalizer()


class TestNotOurs:
    """An attempt of ours may hide behind any user of the name until its tags were read anew."""

    @pytest.mark.parametrize("tag", [ELSEWHERE, "cluster-1/uid-9/team-a/jdoe", "hand made"])
    def test_a_user_with_another_tag_is_not_deleted(self, tag: str) -> None:
        seen = an_inventory(a_user(tag=tag))
        assert decide(dying(), seen) == Describe(USER_ID)
        seen.take_described(Described(user=a_described_user(tag=tag)), NOW)
        assert isinstance(decide(dying(), seen), RemoveFinalizer)

    def test_somebody_else_has_the_name_and_ours_was_never_made(self) -> None:
        refused = a_memory(attempt=Attempt.SETTLED)
        assert isinstance(decide(without_id(), an_inventory(a_user("u-2", tag=None)), refused), RemoveFinalizer)

    def test_a_tag_that_may_have_been_put_on_is_waited_for(self) -> None:
        """TagResource has had no answer: readings may show the user as it was before."""
        seen = an_inventory(a_user("u-2", tag=None))
        seen.take_described(Described(user=a_described_user("u-2", tag=None)), NOW)
        memory = a_memory(attempt=Attempt.SETTLED, tagging_tick=NOW - 5)
        assert isinstance(decide(without_id(), seen, memory), Conclude)
        memory.patience.deleting_since_tick = NOW - WINDOW
        assert isinstance(decide(without_id(), seen, memory), RemoveFinalizer)

    def test_observed_and_suspended_users_are_left(self) -> None:
        for spec in ({"managementPolicy": "Observe"}, {"suspend": True}):
            assert isinstance(decide(dying(**spec), an_inventory(a_user())), RemoveFinalizer), spec


class TestRetain:
    def test_takes_the_tag_off_and_nothing_else(self) -> None:
        decision = decide(dying(deletionPolicy="Retain"), an_inventory(a_user()))
        assert isinstance(decision, Untag)
        assert decision.call == Call("UntagResource", {"tagKeys": [OWNER_TAG]})

    @pytest.mark.parametrize(
        ("reason", "user", "known"),
        [
            ("the tag is off", a_described_user(tag=None), {"user_id": USER_ID}),
            ("the user belongs to another", a_described_user(tag=ELSEWHERE), {"user_id": USER_ID}),
            ("the user is not there", None, {"described_id": USER_ID, "described_tick": NOW - 1, "absent": True}),
        ],
    )
    def test_then_releases(self, reason: str, user: ObservedUser | None, known: dict[str, Any]) -> None:
        seen = an_inventory()
        if user is not None:
            seen.take_described(Described(user=user), NOW)
        decision = decide(dying(deletionPolicy="Retain"), seen, a_memory(**known))
        assert isinstance(decision, RemoveFinalizer), reason

    def test_is_not_held_by_the_guard(self) -> None:
        decision = decide(dying(deletionPolicy="Retain"), an_inventory(a_user()), paused="5 of 10")
        assert isinstance(decision, Untag)

    def test_a_retained_user_that_is_not_visible_yet_is_still_released_from_its_tag(self) -> None:
        """Created a minute ago, in no list: left with the tag, it would be nobody's and not adoptable as unowned."""
        status = a_status(createdTime=rfc3339(NOW - 60))
        decision = decide(dying(deletionPolicy="Retain", status=status), an_inventory())
        assert not isinstance(decision, RemoveFinalizer)


class TestKnownButNotShown:
    """Nobody is deleted whose tags were not read, so Connect is asked until it shows the user or is believed."""

    @pytest.mark.parametrize("created", [NOW - 60, NOW - 86_400])
    def test_it_is_described(self, created: float) -> None:
        status = a_status(createdTime=rfc3339(created))
        assert decide(dying(status=status), an_inventory()) == Describe(USER_ID)

    @pytest.mark.parametrize(("looks", "wait"), [(0, 15.0), (1, 30.0), (2, 60.0), (9, 150.0)])
    def test_each_time_after_a_longer_pause(self, looks: int, wait: float) -> None:
        status = a_status(createdTime=rfc3339(NOW - 60))
        memory = a_memory(described_id=USER_ID, described_tick=NOW, looks=looks)
        decision = decide(dying(status=status), an_inventory(), memory)
        assert isinstance(decision, Conclude)
        assert decision.requeue_after == wait

    def test_absent_by_strong_evidence(self) -> None:
        memory = a_memory(described_id=USER_ID, described_tick=NOW - 1, absent=True)
        assert decide(dying(), an_inventory(), memory) == RemoveFinalizer()

    @pytest.mark.parametrize(
        ("reason", "status"),
        [
            ("an ARN", {"userId": f"{ARN}/agent/{USER_ID}"}),
            ("a path", {"userId": "../u-1"}),
            ("another instance's", {"instanceArn": "arn:aws:connect:us-east-1:123456789012:instance/i-9"}),
        ],
    )
    def test_what_is_no_id_of_this_instance_is_not_looked_at(self, reason: str, status: dict[str, str]) -> None:
        decision = decide(dying(status=a_status(**status)), an_inventory())
        assert decision == FindByName("jdoe"), reason


class TestLostCreation:
    """The finalizer is on and no id is known: both methods must show nobody after the window has passed."""

    UNTIL = ASKED + WINDOW

    def at(self, now: float, *, looked: float, swept: float, attempt: Attempt = Attempt.UNCERTAIN) -> Decision:
        memory = a_memory(attempt=attempt, attempted_tick=ASKED - 5, looked_tick=looked)
        inventory = an_inventory(started=swept)
        return release(a_situation(without_id(), inventory=inventory, memory=memory, now=now))

    @pytest.mark.parametrize(
        ("reason", "now", "looked", "swept", "expected"),
        [
            ("not looked for a while", NOW, NOW - 20, NOW - 20, FindByName),
            ("looked just now, within the window", NOW, NOW - 5, NOW - 5, Conclude),
            ("the window is over, but both looks are older", UNTIL + 1, UNTIL - 3, UNTIL - 3, FindByName),
            ("only the search is newer", UNTIL + 10, UNTIL + 5, UNTIL - 3, AwaitSweep),
            ("only the sweep is newer", UNTIL + 5, UNTIL - 3, UNTIL + 5, FindByName),
            ("both are newer", UNTIL + 10, UNTIL + 5, UNTIL + 5, RemoveFinalizer),
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
        assert decision.requeue_after is not None

    @pytest.mark.parametrize("before", [1.0, 0.05])
    def test_the_look_after_the_window_does_not_come_before_its_end(self, before: float) -> None:
        """It would find the window open still, and be due again at once."""
        decision = self.at(self.UNTIL - before, looked=self.UNTIL - 2, swept=self.UNTIL - 2)
        assert isinstance(decision, Conclude)
        assert decision.requeue_after is not None
        assert before < decision.requeue_after < before + 1.0

    def test_after_a_restart_the_finalizer_alone_means_an_attempt(self) -> None:
        assert not isinstance(self.at(NOW, looked=NEVER, swept=NOW, attempt=Attempt.UNKNOWN), RemoveFinalizer)

    def test_only_certain_refusals_release_at_once(self) -> None:
        assert self.at(NOW, looked=NEVER, swept=0.0, attempt=Attempt.SETTLED) == RemoveFinalizer()


@pytest.mark.parametrize(
    ("spec", "attempted", "told"),
    [
        (ConnectUserSpec(), False, ""),
        (
            ConnectUserSpec(deletion_policy="Retain"),
            True,
            "stays in Connect, with its owner tag (deletionPolicy",
        ),
        (ConnectUserSpec(suspend=True), True, "and its access: spec.suspend is true, so no call was made"),
        (ConnectUserSpec(management_policy="Observe"), True, "and its access: managementPolicy is Observe"),
        (ConnectUserSpec(), True, None),
    ],
    ids=["nothing was ever made", "retained", "suspended", "observed", "a user may be left behind"],
)
def test_without_an_instance(spec: ConnectUserSpec, told: str | None, *, attempted: bool) -> None:
    gone = Verdict(reason=Reason.REFERENCE_NOT_FOUND, message="no such instance")
    decision = without_instance(gone, spec, attempted=attempted)
    assert isinstance(decision, RemoveFinalizer) is (told is not None)
    if isinstance(decision, RemoveFinalizer):
        assert (told or "") in decision.note
    if isinstance(decision, Conclude):
        assert decision.verdict is not None
        assert decision.verdict.reason is Reason.REFERENCE_NOT_FOUND
