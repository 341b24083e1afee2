"""The checklist for live objects, up to a user who is there: a situation goes in, a decision comes out."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.record import NEVER
from connect_operator.engine.users.decide import converge
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.situation import AwaitSweep, Conclude, Create, Decision, Describe, FindByName, Update

from .builders import (
    ARN,
    NOW,
    USER_ID,
    a_manifest,
    a_memory,
    a_situation,
    a_status,
    a_sweep,
    a_user,
    an_error,
    an_inventory,
    edited,
)
from .checklist import ELSEWHERE, held_manifest, message_of, ours, reason_of


class TestNothingIsDone:
    def test_suspended_even_when_everything_is_wrong(self) -> None:
        user = held_manifest(suspend=True, routingProfileName="none", routingProfileId=None)
        assert reason_of(converge(a_situation(user, inventory=an_inventory(a_user(tag=ELSEWHERE))))) == "Suspended"

    def test_converged(self) -> None:
        decision = converge(a_situation(held_manifest(), inventory=ours()))
        assert reason_of(decision) == "Available"
        assert isinstance(decision, Conclude)
        assert decision.verdict is not None
        assert decision.verdict.plan == ()
        assert decision.verdict.references is not None
        assert decision.verdict.references[0] is True

    def test_another_instance_is_an_immutable_field_and_the_rest_converges(self) -> None:
        elsewhere = str(ARN).replace("i-1", "i-2")
        user = held_manifest(status=a_status())
        moved = dataclasses.replace(a_situation(user, inventory=an_inventory(a_user())), wanted=elsewhere)
        assert reason_of(converge(moved)) == "ImmutableField"
        assert elsewhere in message_of(converge(moved))
        differing = an_inventory(a_user(routing_profile_id="rp-2"))
        decision = converge(dataclasses.replace(a_situation(user, inventory=differing), wanted=elsewhere))
        assert isinstance(decision, Update)

    def test_observe_never_writes(self) -> None:
        user = a_manifest(managementPolicy="Observe")
        decision = converge(a_situation(user, inventory=an_inventory(a_user(tag=None, routing_profile_id="rp-2"))))
        assert reason_of(decision) == "Observing"
        assert isinstance(decision, Conclude)
        assert decision.verdict is not None
        assert decision.verdict.plan == ("routingProfileId: rp-2 -> rp-1",)

    def test_observe_of_nobody_creates_nobody(self) -> None:
        user = a_manifest(managementPolicy="Observe")
        assert converge(a_situation(user, inventory=an_inventory())) == FindByName("jdoe"), "made since the sweep?"
        looked = a_memory(looked_tick=NOW + 1)
        decision = converge(a_situation(user, inventory=an_inventory(), memory=looked))
        assert reason_of(decision) == "ReferenceNotFound"
        assert isinstance(decision, Conclude)
        assert decision.verdict is not None
        assert decision.verdict.plan == ("create user jdoe",), "what would be done is shown"


class TestCreation:
    def test_at_once_when_the_name_is_free(self) -> None:
        decision = converge(a_situation(a_manifest(), inventory=an_inventory()))
        assert isinstance(decision, Create)
        assert decision.resolution.desired.routing_profile_id == "rp-1"

    @pytest.mark.parametrize(
        ("reason", "spec", "identity_type", "expected"),
        [
            ("an unknown profile", {"routingProfileName": "x", "routingProfileId": None}, "SAML", "ReferenceNotFound"),
            ("an unknown id", {"routingProfileId": "rp-9"}, "SAML", "ReferenceNotFound"),
            (
                "an e-mail with SAML",
                {"identityInfo": {"firstName": "J", "lastName": "D", "email": "a@b.cd"}},
                "SAML",
                "InvalidSpec",
            ),
            ("no password", {}, "CONNECT_MANAGED", "InvalidSpec"),
            ("a password with SAML", {"passwordSecretRef": {"name": "s"}}, "SAML", "InvalidSpec"),
        ],
    )
    def test_no_call_is_made_for_what_cannot_succeed(
        self, reason: str, spec: dict[str, Any], identity_type: str, expected: str
    ) -> None:
        decision = converge(a_situation(a_manifest(**spec), inventory=an_inventory(), identity_type=identity_type))
        assert reason_of(decision) == expected, reason

    def test_a_full_instance_is_not_tried_by_each(self) -> None:
        full = an_error("LimitExceededException", http_status=429)
        assert reason_of(converge(a_situation(a_manifest(), inventory=an_inventory(), full=full))) == "QuotaExceeded"

    def test_an_older_object_goes_first(self) -> None:
        older = edited(a_manifest(uid="uid-0", name="other"), creation_timestamp=rfc3339(NOW - 7200))
        decision = converge(a_situation(a_manifest(), inventory=an_inventory(), rivals=(older,)))
        assert reason_of(decision) == "UsernameTaken"
        assert "team-a/other" in message_of(decision)

    def test_a_younger_object_does_not_hinder(self) -> None:
        younger = edited(a_manifest(uid="uid-2", name="other"), creation_timestamp=rfc3339(NOW - 60))
        assert isinstance(converge(a_situation(a_manifest(), inventory=an_inventory(), rivals=(younger,))), Create)


class TestUncertainCreation:
    """After a lost answer both methods must have shown nobody before CreateUser is sent again."""

    UNCERTAIN = Attempt.UNCERTAIN

    def decide(self, *, looked: float, swept: float, attempt: Attempt = Attempt.UNCERTAIN) -> Decision:
        memory = a_memory(attempt=attempt, attempted_tick=NOW - 60, looked_tick=looked)
        return converge(a_situation(a_manifest(held=True), inventory=an_inventory(started=swept), memory=memory))

    @pytest.mark.parametrize(
        ("reason", "looked", "swept", "expected"),
        [
            ("nothing was looked at since", NEVER, NOW - 120, FindByName),
            ("searched, but no sweep since", NOW - 30, NOW - 120, AwaitSweep),
            ("a sweep that began before the attempt is none", NOW - 30, NOW - 60, AwaitSweep),
            ("both have shown nobody", NOW - 30, NOW - 20, Create),
            ("a sweep alone is not enough", NEVER, NOW - 20, FindByName),
        ],
    )
    def test_two_methods(self, reason: str, looked: float, swept: float, expected: type) -> None:
        assert isinstance(self.decide(looked=looked, swept=swept), expected), reason

    def test_a_search_before_the_attempt_is_none(self) -> None:
        memory = a_memory(looked_tick=NOW - 60)
        memory.note_attempt(Attempt.UNCERTAIN, NOW - 60)
        situation = a_situation(a_manifest(held=True), inventory=an_inventory(started=NOW - 20), memory=memory)
        assert isinstance(converge(situation), FindByName)

    def test_a_certain_refusal_needs_no_look(self) -> None:
        assert isinstance(self.decide(looked=0.0, swept=NOW - 120, attempt=Attempt.SETTLED), Create)

    def test_after_a_restart_the_first_sweep_is_the_look(self) -> None:
        """The finalizer is on and no userId known: an earlier process may have sent it, before our first sweep."""
        decision = converge(a_situation(a_manifest(held=True), inventory=an_inventory()))
        assert isinstance(decision, (Create, FindByName))

    def test_the_lost_user_is_found_by_its_tag(self) -> None:
        memory = a_memory(attempt=Attempt.UNCERTAIN, attempted_tick=NOW - 60)
        situation = a_situation(a_manifest(held=True), inventory=ours(), memory=memory)
        assert reason_of(converge(situation)) == "Available"

    def test_who_waits_for_the_sweep_says_so(self) -> None:
        decision = self.decide(looked=NOW - 30, swept=NOW - 120)
        assert isinstance(decision, AwaitSweep)
        assert decision.verdict is not None
        assert decision.verdict.reason is Reason.CREATING


class TestVanished:
    """A known user that the lists do not show."""

    def test_connect_is_asked_and_again_after_longer_and_longer_pauses(self) -> None:
        user = held_manifest(status=a_status(createdTime=rfc3339(NOW - 60)))
        assert converge(a_situation(user, inventory=an_inventory())) == Describe(USER_ID)
        memory = a_memory(described_id=USER_ID, described_tick=NOW, looks=1)
        decision = converge(a_situation(user, inventory=an_inventory(), memory=memory))
        assert isinstance(decision, Conclude)
        assert decision.verdict is None
        assert decision.requeue_after == pytest.approx(30.0)

    def test_later_describe_user_has_the_last_word(self) -> None:
        assert converge(a_situation(held_manifest(), inventory=an_inventory())) == Describe(USER_ID)

    def test_missing_in_the_last_sweep(self) -> None:
        inventory = ours()
        inventory.take_sweep(a_sweep(started=NOW - 1))
        assert converge(a_situation(held_manifest(), inventory=inventory)) == Describe(USER_ID)

    def test_gone_for_certain_it_is_created_anew(self) -> None:
        memory = a_memory(foreign=USER_ID, attempt=Attempt.SETTLED)
        assert isinstance(converge(a_situation(held_manifest(), inventory=an_inventory(), memory=memory)), Create)

    def test_a_user_of_that_name_that_is_not_ours_is_not_taken_for_it(self) -> None:
        """Status names u-1; whoever bears the name now is another."""
        decision = converge(a_situation(held_manifest(), inventory=an_inventory(a_user("u-2", tag=None))))
        assert reason_of(decision) == "UsernameTaken"
