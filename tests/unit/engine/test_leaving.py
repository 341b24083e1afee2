"""Leavers in virtual time, from the manifest to the last call: deleted, inactive, or deactivated and not deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connect_operator.domain.connect.ownership import DEACTIVATED_TAG, OWNER_TAG

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import a_spec
from .leavers import INACTIVE, NOBODY, OWN, SIGN_OUT, a_world, delete, edit, held, message, work, wrote
from .script import DENY, FAIL, THROTTLE
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")


class TestDeletion:
    def test_sessions_are_ended_before_the_user_is_deleted(self) -> None:
        world = a_world()
        work(world)
        delete(world)
        assert wrote(world) == [SIGN_OUT, "DeleteUser"]
        assert world.connect.desks.signed_in == set()
        assert ("jdoe", "SessionsEnded") in world.cluster.events

    def test_also_where_they_were_ended_a_moment_ago_on_another_occasion(self) -> None:
        world = a_world()
        work(world)
        edit(world, state="Inactive")
        edit(world)
        world.connect.writes.clear()
        delete(world)
        assert wrote(world) == [SIGN_OUT, "DeleteUser"]

    def test_not_where_the_instance_does_not_say_so(self) -> None:
        world = a_world(endSessions=[])
        work(world)
        delete(world)
        assert wrote(world) == ["DeleteUser"]

    @pytest.mark.parametrize("trouble", [DENY, FAIL, THROTTLE, "UnknownOperationException/404", "SlowDown/402"])
    def test_a_refusal_is_told_and_holds_nobody_up(self, trouble: str) -> None:
        world = a_world()
        work(world)
        world.script.troubles_by_name = {f"before {SIGN_OUT}": [trouble] * 50}
        began = world.elapsed
        delete(world)
        assert world.connect.users() == []
        assert ("jdoe", "SessionsNotEnded") in world.cluster.events
        assert world.elapsed - began < 60

    def test_a_throttled_sign_out_is_tried_again(self) -> None:
        world = a_world()
        work(world)
        world.script.troubles_by_name = {f"before {SIGN_OUT}": [THROTTLE]}
        delete(world)
        assert wrote(world) == [SIGN_OUT, "DeleteUser"]

    def test_a_user_without_a_session_is_no_trouble(self) -> None:
        world = a_world()
        work(world)
        world.script.troubles_by_name = {f"before {SIGN_OUT}": ["ResourceNotFoundException/404"]}
        delete(world)
        assert ("jdoe", "SessionsNotEnded") not in world.cluster.events
        assert world.connect.users() == []

    def test_nobody_is_signed_out_while_the_guard_pauses(self) -> None:
        world = a_world(deletionGuard={"maxPending": 0, "minPending": 0})
        work(world)
        world.until(lambda: world.reason() == "DeletionsPaused", act=lambda: world.cluster.delete("jdoe"))
        assert wrote(world) == []


class TestInactive:
    def test_the_inactive_profiles_take_the_place_of_its_own_and_back(self) -> None:
        world = a_world()
        user = work(world)
        edit(world, state="Inactive")
        assert held(world) == NOBODY
        assert world.reason() == "Inactive"
        assert wrote(world) == [SIGN_OUT, "UpdateUserSecurityProfiles", "UpdateUserRoutingProfile"]
        edit(world)
        assert held(world) == OWN
        assert world.reason() == "Available"
        assert world.connect.users()[0].user_id == user.user_id

    def test_the_rest_of_its_manifest_still_holds(self) -> None:
        world = a_world()
        work(world)
        edit(world, state="Inactive", identityInfo={"firstName": "Jane", "lastName": "Roe"})
        assert world.connect.users()[0].identity["LastName"] == "Roe"

    def test_what_somebody_gives_it_in_connect_is_taken_again(self) -> None:
        world = a_world()
        user = work(world, state="Inactive")
        changed = world.connect.users()[0]
        changed = ModelUser(**{name: getattr(changed, name) for name in changed.__dataclass_fields__})
        changed.security_profile_ids = frozenset({"sp-2"})
        world.connect.put(changed, EPOCH + world.elapsed + 700)
        world.let_pass(900)
        assert held(world) == NOBODY
        assert world.connect.desks.signed_in == set(), "and the session that had it is ended"
        assert user.user_id == changed.user_id

    def test_what_cannot_be_read_of_the_user_does_not_keep_its_rights(self) -> None:
        skill = [{"attributeName": "a", "attributeValue": "b", "level": 3}]
        world = a_world()
        work(world, proficiencies=skill)
        world.restart()
        world.script.troubles_by_name = {"ListUserProficiencies": [DENY] * 500}
        spec = a_spec(proficiencies=skill, state="Inactive")
        world.until(lambda: held(world) == NOBODY, act=lambda: world.cluster.apply("jdoe", spec))
        assert world.connect.desks.signed_in == set()

    def test_one_who_is_new_begins_inactive(self) -> None:
        world = a_world()
        edit(world, state="Inactive")
        assert held(world) == NOBODY
        assert wrote(world) == ["CreateUser"]

    @pytest.mark.parametrize("exists", [True, False])
    def test_without_inactive_profiles_the_object_says_who_has_to_set_what(self, exists: bool) -> None:  # noqa: FBT001 - a case
        world = a_world()
        del world.cluster.instance["spec"]["inactive"]
        if exists:
            work(world)
        world.until(
            lambda: world.reason() == "InvalidSpec",
            act=lambda: world.cluster.apply("jdoe", a_spec(state="Inactive")),
        )
        assert "spec.inactive" in message(world)
        assert "ConnectInstance support" in message(world)
        assert len(world.connect.users()) == int(exists)
        if exists:
            assert held(world) == OWN

        def prepare() -> None:
            world.cluster.instance["spec"]["inactive"] = INACTIVE
            world.cluster.instance["metadata"]["generation"] += 1
            world.cluster.change_instance()

        world.until(lambda: world.reason() == "Inactive", act=prepare)
        assert held(world) == NOBODY

    def test_the_namespace_need_not_be_allowed_to_give_what_the_administrator_gives(self) -> None:
        grant = [{"name": "*", "securityProfileNames": ["Agent"], "routingProfileNames": ["Basic"]}]
        world = a_world(allowedNamespaces=grant)
        work(world)
        edit(world, state="Inactive")
        assert held(world) == NOBODY
        edit(world)
        assert held(world) == OWN

    def test_an_inactive_profile_that_is_missing_is_blamed_on_the_instance(self) -> None:
        world = a_world(inactive={"securityProfileNames": ["Nonesuch"], "routingProfileId": "rp-2"})
        work(world)
        act: Callable[[], None] = lambda: world.cluster.apply("jdoe", a_spec(state="Inactive"))  # noqa: E731 - short
        world.until(lambda: world.reason() == "ReferenceNotFound", act=act)
        assert "ConnectInstance support, spec.inactive.securityProfileNames" in message(world)

    def test_its_contacts_are_waited_for(self) -> None:
        world = a_world(waitForContacts="30m")
        user = work(world)
        until = EPOCH + world.elapsed + 300
        world.connect.desks.busy_until[user.user_id] = until
        edit(world, state="Inactive")
        assert EPOCH + world.elapsed >= until
        assert held(world) == NOBODY


class TestDeactivation:
    def test_the_user_stays_inactive_tagged_and_without_owner(self) -> None:
        world = a_world()
        work(world, deletionPolicy="Deactivate")
        delete(world)
        (user,) = world.connect.users()
        assert held(world) == NOBODY
        assert DEACTIVATED_TAG in user.tags
        assert OWNER_TAG not in user.tags
        assert wrote(world) == [
            SIGN_OUT,
            "UpdateUserSecurityProfiles",
            "UpdateUserRoutingProfile",
            "TagResource",
            "UntagResource",
        ]

    def test_it_can_be_taken_over_again_and_has_its_own_profiles_then(self) -> None:
        grant = [{"name": "*", "securityProfileNames": ["Agent"], "routingProfileNames": ["Basic"]}]
        world = a_world(allowedNamespaces=grant)
        user = work(world, deletionPolicy="Deactivate")
        delete(world)
        edit(world, adoptionPolicy="IfUnowned")
        (again,) = world.connect.users()
        assert (again.user_id, held(world)) == (user.user_id, OWN)
        assert DEACTIVATED_TAG not in again.tags
        assert OWNER_TAG in again.tags

    def test_without_inactive_profiles_it_waits_and_names_both_ways_out(self) -> None:
        world = a_world()
        del world.cluster.instance["spec"]["inactive"]
        work(world, deletionPolicy="Deactivate")
        world.until(lambda: world.reason() == "InvalidSpec", act=lambda: world.cluster.delete("jdoe"))
        assert "spec.inactive" in message(world)
        assert "spec.deletionPolicy: Delete" in message(world)
        world.until(
            lambda: world.cluster.raw("jdoe") is None,
            act=lambda: world.cluster.apply("jdoe", a_spec(deletionPolicy="Retain")),
        )
        assert held(world) == OWN

    def test_the_guard_counts_it_like_a_deletion(self) -> None:
        world = a_world(deletionGuard={"maxPending": 0, "minPending": 0})
        work(world, deletionPolicy="Deactivate")
        world.until(lambda: world.reason() == "DeletionsPaused", act=lambda: world.cluster.delete("jdoe"))
        assert wrote(world) == []
        told = message(world)
        assert "1 of the 1 users that this cluster manages in ConnectInstance support are to be deactivated" in told
        assert "none is deactivated until that is confirmed. To deactivate them: connect-operator confirm-" in told
        assert "deleted" not in told.replace("confirm-deletions", "").replace("keep-deletions", "")

    def test_a_refused_profile_keeps_the_object(self) -> None:
        world = a_world()
        work(world, deletionPolicy="Deactivate")
        world.script.troubles_by_name = {"before UpdateUserSecurityProfiles": [DENY] * 3}
        world.until(lambda: world.reason() == "PermissionDenied", act=lambda: world.cluster.delete("jdoe"))
        world.until(lambda: world.cluster.raw("jdoe") is None)
        assert held(world) == NOBODY

    def test_a_refused_tag_does_not(self) -> None:
        world = a_world()
        work(world, deletionPolicy="Deactivate")
        world.script.troubles_by_name = {"before TagResource": [DENY] * 3}
        delete(world)
        assert held(world) == NOBODY
        assert OWNER_TAG not in world.connect.users()[0].tags
        assert ("jdoe", "NotTagged") in world.cluster.events


def test_rights_that_are_taken_away_end_sessions_where_that_is_asked_for() -> None:
    asked = ["Deletion", "SecurityProfileRemoval"]
    world = a_world(endSessions=asked)
    work(world, securityProfileIds=["sp-1", "sp-2"])
    edit(world, securityProfileIds=["sp-1"])
    assert wrote(world) == [SIGN_OUT, "UpdateUserSecurityProfiles"]
    world.connect.writes.clear()
    edit(world, securityProfileIds=["sp-1", "sp-2"])
    assert wrote(world) == ["UpdateUserSecurityProfiles"], "what is added ends none"
