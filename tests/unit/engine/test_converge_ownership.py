"""The checklist for live objects, of a user who is there: whose it is, and whether it may be taken over."""

from __future__ import annotations

import pytest

from connect_operator.domain.connect.ownership import OWNER_TAG
from connect_operator.domain.plan.changes import Call
from connect_operator.engine.users.decide import converge
from connect_operator.engine.users.situation import AddFinalizer, Tag

from .builders import ME, UID, USER_ID, a_manifest, a_memory, a_situation, a_status, a_user, an_error, an_inventory
from .checklist import ELSEWHERE, FORMER, OTHER_HERE, held_manifest, ours, reason_of


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
