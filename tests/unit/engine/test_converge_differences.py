"""The checklist for live objects, of a user who is ours: what differs, what is not known, and what was tried."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from connect_operator.domain.connect.user import ContactDetails
from connect_operator.domain.kinds.spec import Proficiency
from connect_operator.domain.plan.changes import Call, Change, asked
from connect_operator.domain.text.timestamps import rfc3339
from connect_operator.engine.instances.inventory import Inventory
from connect_operator.engine.users import wording
from connect_operator.engine.users.decide import converge
from connect_operator.engine.users.situation import Conclude, Describe, ListProficiencies, Situation, Update
from connect_operator.engine.users.writes import Try

from .builders import NOW, USER_ID, WINDOW, a_memory, a_situation, a_status, a_sweep, a_user, an_error, an_inventory
from .checklist import described, held_manifest, message_of, ours, reason_of

MOVED = Change("routingProfileId", "rp-2", "rp-1")


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
