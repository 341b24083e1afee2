"""The checklist for live objects: a situation goes in, a decision comes out; each case says why."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from msgspec.structs import replace

from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.connect.user import ContactDetails, Described
from connect_operator.domain.kinds.spec import Proficiency
from connect_operator.domain.plan.changes import Call, Change, asked
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.instances.record import NEVER
from connect_operator.engine.users import wording
from connect_operator.engine.users.decide import converge
from connect_operator.engine.users.identity import Attempt
from connect_operator.engine.users.situation import (
    AddFinalizer,
    AwaitSweep,
    Conclude,
    Create,
    Decision,
    Describe,
    FindByName,
    ListProficiencies,
    Situation,
    Tag,
    Update,
)
from connect_operator.engine.users.writes import Try

from .builders import (
    ARN,
    ME,
    NOW,
    UID,
    USER_ID,
    WINDOW,
    a_described_user,
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

FORMER = "cluster-1/uid-0/team-a/jdoe"
OTHER_HERE = "cluster-1/uid-9/team-b/other"
ELSEWHERE = "cluster-2/uid-9/team-a/jdoe"
MOVED = Change("routingProfileId", "rp-2", "rp-1")


def reason_of(decision: Decision) -> str:
    assert isinstance(decision, Conclude), decision
    assert decision.verdict is not None
    return decision.verdict.reason.value


def message_of(decision: Decision) -> str:
    assert isinstance(decision, Conclude)
    assert decision.verdict is not None
    return decision.verdict.message


def described(inventory: Inventory, **held: Any) -> Inventory:  # noqa: ANN401 - any member of a user
    inventory.take_described(Described(user=a_described_user(**held), last_modified=NOW - 86_400), NOW - 5)
    return inventory


def ours(**held: Any) -> Inventory:  # noqa: ANN401 - any member of a user
    """An inventory in which our user is, completely read."""
    return described(an_inventory(a_user(**held)), **held)


def held_manifest(**members: Any) -> Any:  # noqa: ANN401 - any member of a manifest
    return a_manifest(**{"held": True, "status": a_status(), **members})


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


class TestOwnership:
    """First the finalizer, then the tag, then everything else; never against the tag."""

    @pytest.mark.parametrize(
        ("reason", "tag", "policy", "live", "expected"),
        [
            ("Never takes nobody", None, "Never", False, "UsernameTaken"),
            ("Never: not even its former self", FORMER, "Never", False, "UsernameTaken"),
            ("IfUnowned takes the untagged", None, "IfUnowned", False, "Hold"),
            ("IfUnowned takes its former self", FORMER, "IfUnowned", False, "Hold"),
            ("IfUnowned leaves another object's", OTHER_HERE, "IfUnowned", False, "UsernameTaken"),
            ("IfUnowned leaves another cluster's", ELSEWHERE, "IfUnowned", False, "UsernameTaken"),
            ("Always takes another cluster's", ELSEWHERE, "Always", False, "Hold"),
            ("Always takes a former object's", OTHER_HERE, "Always", False, "Hold"),
            ("Always never takes a live object's", OTHER_HERE, "Always", True, "UsernameTaken"),
            ("a foreign tag", "hand made", "IfUnowned", False, "UsernameTaken"),
        ],
    )
    def test_adoption(self, reason: str, tag: str | None, policy: str, *, live: bool, expected: str) -> None:
        situation = a_situation(
            a_manifest(adoptionPolicy=policy),
            inventory=an_inventory(a_user(tag=tag)),
            live=lambda _: live,
            allowedAdoptionPolicies=["Never", "IfUnowned", "Always"],
        )
        decision = converge(situation)
        found = "Hold" if isinstance(decision, AddFinalizer) else reason_of(decision)
        assert found == expected, reason

    def test_finalizer_first_then_the_tag(self) -> None:
        inventory = an_inventory(a_user(tag=None))
        before = a_situation(a_manifest(adoptionPolicy="IfUnowned"), inventory=inventory)
        assert converge(before) == AddFinalizer()
        after = a_situation(a_manifest(adoptionPolicy="IfUnowned", held=True), inventory=inventory)
        decision = converge(after)
        assert isinstance(decision, Tag)
        assert decision.call == Call("TagResource", {"tags": {OWNER_TAG: ME.tag}})
        assert decision.adopts

    def test_the_policy_must_be_allowed_by_the_instance(self) -> None:
        situation = a_situation(
            a_manifest(adoptionPolicy="Always"),
            inventory=an_inventory(a_user(tag=ELSEWHERE)),
            allowedAdoptionPolicies=["Never", "IfUnowned"],
        )
        assert reason_of(converge(situation)) == "PermissionDenied"

    def test_the_default_policy_is_the_instances(self) -> None:
        situation = a_situation(
            a_manifest(), inventory=an_inventory(a_user(tag=None)), defaultAdoptionPolicy="IfUnowned"
        )
        assert converge(situation) == AddFinalizer()

    def test_ones_own_by_tag_is_held_first(self) -> None:
        """A backup of the cluster was restored without finalizers: the tag still names this very object."""
        assert converge(a_situation(a_manifest(), inventory=ours())) == AddFinalizer()

    @pytest.mark.parametrize(
        ("reason", "known", "policy", "expected"),
        [
            ("this process has seen it as ours", {"user_id": USER_ID}, "Never", "Tagged"),
            ("status alone proves nothing", {}, "Never", "UsernameTaken"),
            ("the policy allows to take the untagged", {}, "IfUnowned", "Adopted"),
        ],
    )
    def test_a_lost_tag(self, reason: str, known: dict[str, str], policy: str, expected: str) -> None:
        user = held_manifest(adoptionPolicy=policy)
        decision = converge(a_situation(user, inventory=an_inventory(a_user(tag=None)), memory=a_memory(**known)))
        found = ("Adopted" if decision.adopts else "Tagged") if isinstance(decision, Tag) else reason_of(decision)
        assert found == expected, reason
        if isinstance(decision, Tag):
            assert decision.call.parameters == {"tags": {OWNER_TAG: ME.tag}}

    def test_a_tag_of_the_same_object_by_another_cluster_id_is_renewed(self) -> None:
        """Uids are unique: the cluster was given a name, or another one."""
        decision = converge(
            a_situation(held_manifest(), inventory=an_inventory(a_user(tag=f"cluster-0/{UID}/team-a/jdoe")))
        )
        assert isinstance(decision, Tag)
        assert (decision.adopts, decision.call.parameters) == (False, {"tags": {OWNER_TAG: ME.tag}})

    @pytest.mark.parametrize("tag", [OTHER_HERE, ELSEWHERE, "hand made"])
    def test_another_tag_on_our_user_is_ownership_lost(self, tag: str) -> None:
        decision = converge(
            a_situation(held_manifest(), inventory=an_inventory(a_user(tag=tag, routing_profile_id="rp-2")))
        )
        assert reason_of(decision) == "OwnershipLost"

    def test_a_tag_that_was_refused_before_does_not_hide_that_the_user_is_anothers(self) -> None:
        memory = a_memory()
        memory.block("TagResource", an_error("AccessDeniedException", operation="TagResource", http_status=403))
        taken = an_inventory(a_user(tag=OTHER_HERE))
        assert reason_of(converge(a_situation(held_manifest(), inventory=taken, memory=memory))) == "OwnershipLost"

    def test_an_object_that_only_observed_does_not_own(self) -> None:
        """Its status has the id, but without the finalizer that is no claim."""
        user = a_manifest(status=a_status())
        assert reason_of(converge(a_situation(user, inventory=an_inventory(a_user(tag=None))))) == "UsernameTaken"


class TestDifferences:
    def test_a_difference_is_one_write_with_the_change_in_words(self) -> None:
        decision = converge(a_situation(held_manifest(), inventory=ours(routing_profile_id="rp-2")))
        assert decision == Update(
            USER_ID,
            Call("UpdateUserRoutingProfile", {"RoutingProfileId": "rp-1"}, (MOVED,)),
            "routingProfileId: rp-2 (Advanced) -> rp-1 (Basic)",
        )

    def test_names_stand_beside_the_ids_that_are_known(self) -> None:
        user = held_manifest(securityProfileIds=["sp-1", "sp-3"], hierarchyGroupId="hg-1")
        held = ours(security_profile_ids=frozenset({"sp-1", "sp-9"}), hierarchy_group_id="hg-9")
        call = Call(
            "UpdateUserSecurityProfiles",
            {},
            (Change("securityProfileIds", "sp-1, sp-9", "sp-1, sp-3"), Change("hierarchyGroupId", "hg-9", "hg-1")),
        )
        assert wording.changes(a_situation(user, inventory=held), call) == (
            "securityProfileIds: sp-1 (Agent), sp-9 -> sp-1 (Agent), sp-3 (No Access); "
            "hierarchyGroupId: hg-9 -> hg-1 (EMEA/Berlin)"
        )

    def test_personal_data_is_named_by_its_field_where_it_is_told_further(self) -> None:
        user = held_manifest(identityInfo={"firstName": "Augusta", "lastName": "Doe"})
        decision = converge(a_situation(user, inventory=ours(first_name="Ada", last_name="Doe")))
        assert isinstance(decision, Update)
        assert decision.what == "identityInfo.firstName"
        changes = (Change("identityInfo.firstName", "Ada", "Augusta"),)
        given_up = a_memory(tries={"UpdateUserIdentityInfo": Try(changes, 2, NOW - 2 * WINDOW, NOW - WINDOW)})
        concluded = converge(a_situation(user, inventory=ours(first_name="Ada", last_name="Doe"), memory=given_up))
        assert "identityInfo.firstName: written Augusta, Connect shows Ada" in message_of(concluded)
        assert isinstance(concluded, Conclude)
        assert concluded.verdict is not None
        assert "still shows another value: identityInfo.firstName; stop what" in concluded.verdict.event
        assert concluded.verdict.plan == ("identityInfo.firstName: Ada -> Augusta",)

    def test_what_is_only_known_by_name_is_described(self) -> None:
        inventory = Inventory(WINDOW)
        sweep = a_sweep(a_user())
        sweep.searched.clear()
        inventory.take_sweep(sweep)
        assert converge(a_situation(held_manifest(), inventory=inventory)) == Describe(USER_ID)

    def test_an_email_needs_describe_user(self) -> None:
        user = held_manifest(identityInfo={"firstName": "Jane", "lastName": "Doe", "secondaryEmail": "a@example.com"})
        assert converge(a_situation(user, inventory=an_inventory(a_user()))) == Describe(USER_ID)

    def test_proficiencies_need_a_call_of_their_own(self) -> None:
        user = held_manifest(proficiencies=[])
        assert converge(a_situation(user, inventory=an_inventory(a_user()))) == ListProficiencies(USER_ID)

    @pytest.mark.parametrize(
        ("reason", "generation", "stamp", "trusted"),
        [
            ("the very version that was verified", 1, NOW - 86_400, True),
            ("Date counts whole seconds", 1, NOW - 86_400.5, True),
            ("the user was touched since", 1, NOW - 90_000, False),
            ("the manifest was edited since", 2, NOW - 86_400, False),
        ],
    )
    def test_a_restart_trusts_what_was_verified(
        self, reason: str, generation: int, stamp: float, *, trusted: bool
    ) -> None:
        verified = {"generation": 1, "lastModifiedTime": rfc3339(stamp)}
        user = held_manifest(proficiencies=[], generation=generation, status=a_status(verified=verified))
        decision = converge(a_situation(user, inventory=an_inventory(a_user())))
        assert isinstance(decision, Conclude if trusted else ListProficiencies), reason

    def test_an_unresolved_reference_blocks_only_its_own_section(self) -> None:
        user = held_manifest(routingProfileId=None, routingProfileName="none", securityProfileIds=["sp-2"])
        decision = converge(a_situation(user, inventory=ours()))
        assert isinstance(decision, Update)
        assert decision.call.operation == "UpdateUserSecurityProfiles"

    def test_with_the_rest_done_the_reference_is_told(self) -> None:
        user = held_manifest(routingProfileId=None, routingProfileName="none")
        decision = converge(a_situation(user, inventory=ours(routing_profile_id="rp-2")))
        assert reason_of(decision) == "ReferenceNotFound"

    def test_a_refused_call_does_not_stop_the_others(self) -> None:
        memory = a_memory()
        memory.block("UpdateUserRoutingProfile", an_error("InvalidParameterException"), asked=asked([MOVED]))
        inventory = ours(routing_profile_id="rp-2", security_profile_ids=("sp-2",))
        decision = converge(a_situation(held_manifest(), inventory=inventory, memory=memory))
        assert isinstance(decision, Update)
        assert decision.call.operation == "UpdateUserSecurityProfiles"

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("InvalidParameterException", "InvalidSpec"),
            ("AccessDeniedException", "PermissionDenied"),
            ("ResourceNotFoundException", "ReferenceNotFound"),
        ],
    )
    def test_what_is_refused_remains_with_its_plan(self, code: str, expected: str) -> None:
        memory = a_memory()
        memory.block("UpdateUserRoutingProfile", an_error(code), asked=asked([MOVED]))
        decision = converge(a_situation(held_manifest(), inventory=ours(routing_profile_id="rp-2"), memory=memory))
        assert reason_of(decision) == expected
        assert isinstance(decision, Conclude)
        assert decision.verdict is not None
        assert decision.verdict.plan == ("routingProfileId: rp-2 -> rp-1",)

    @pytest.mark.parametrize(
        ("reason", "tried", "expected"),
        [
            ("once", Try((MOVED,), 1, NOW - WINDOW, NOW - WINDOW), "write"),
            ("twice, but not for a whole window", Try((MOVED,), 2, NOW - 100, NOW - 50), "write"),
            ("twice, over a window", Try((MOVED,), 2, NOW - 2 * WINDOW, NOW - WINDOW), "NotConverging"),
            ("another difference", Try((MOVED._replace(old="rp-3"),), 2, NOW - 2 * WINDOW, NOW - WINDOW), "write"),
            ("long ago", Try((MOVED,), 2, NOW - 9 * WINDOW, NOW - 8 * WINDOW), "write"),
        ],
    )
    def test_written_without_effect(self, reason: str, tried: Try, expected: str) -> None:
        memory = a_memory(tries={"UpdateUserRoutingProfile": tried})
        decision = converge(a_situation(held_manifest(), inventory=ours(routing_profile_id="rp-2"), memory=memory))
        found = "write" if isinstance(decision, Update) else reason_of(decision)
        assert found == expected, reason
        if expected == "NotConverging":
            assert "written rp-1 (Basic), Connect shows rp-2 (Advanced)" in message_of(decision)

    def test_an_immutable_difference_is_told_when_the_rest_is_done(self) -> None:
        user = held_manifest(username="jane")
        decision = converge(a_situation(user, inventory=ours(routing_profile_id="rp-2")))
        assert isinstance(decision, Update)
        assert reason_of(converge(a_situation(user, inventory=ours()))) == "ImmutableField"

    def test_rules_hold_for_existing_users_too(self) -> None:
        user = held_manifest(identityInfo={"email": "a@example.com"})
        assert reason_of(converge(a_situation(user, inventory=ours(routing_profile_id="rp-2")))) == "InvalidSpec"

    def test_proficiencies_are_compared_exactly(self) -> None:
        skill = Proficiency(attribute_name="a", attribute_value="b", level=1)
        inventory = ours()
        inventory.take_proficiencies(USER_ID, (skill,), NOW)
        decision = converge(a_situation(held_manifest(proficiencies=[]), inventory=inventory))
        assert isinstance(decision, Update)
        assert decision.call.operation == "DisassociateUserProficiencies"

    def test_our_own_write_is_believed_before_connect_shows_it(self) -> None:
        inventory = ours(routing_profile_id="rp-2")
        record = inventory.get(USER_ID)
        assert record is not None
        inventory.take_written(replace(record.user, routing_profile_id="rp-1"), now=NOW, stamp=NOW)
        inventory.take_sweep(a_sweep(a_user(routing_profile_id="rp-2"), started=NOW + 5))
        assert reason_of(converge(a_situation(held_manifest(), inventory=inventory, now=NOW + 6))) == "Available"


def test_contact_that_is_held_is_not_asked_for_again() -> None:
    user = held_manifest(identityInfo={"firstName": "Jane", "lastName": "Doe", "mobile": "+4930111"})
    inventory = described(an_inventory(a_user()), contact=ContactDetails(mobile="+4930111"))
    situation: Situation = a_situation(user, inventory=inventory)
    assert reason_of(converge(situation)) == "Available"
