"""Leavers in virtual time: each way of leaving, from the manifest to the last call, with a crash at every step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connect_operator.domain.connect.ownership import DEACTIVATED_TAG, OWNER_TAG
from connect_operator.domain.text.timestamps import rfc3339

from ..domain.connect_model import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN, a_spec, an_instance_raw
from .hands import delete_forged
from .harness import World
from .script import CRASH, DENY, FAIL, THROTTLE, Script, answer
from .virtual_time import EPOCH

pytestmark = pytest.mark.usefixtures("quiet")

INACTIVE = {"securityProfileNames": ["No Access"], "routingProfileId": "rp-2"}
SIGN_OUT = "DeleteAllEntitySessions"
NOBODY = (frozenset({"sp-3"}), "rp-2")
OWN = (frozenset({"sp-1"}), "rp-1")


def a_world(script: Script | None = None, **instance: Any) -> World:  # noqa: ANN401 - any member
    world = World(script or Script())
    world.cluster.instance = an_instance_raw(**{"inactive": INACTIVE, **instance})
    return world


def held(world: World) -> tuple[frozenset[str], str]:
    """The profiles of the one user."""
    (user,) = world.connect.users()
    return user.security_profile_ids, user.routing_profile_id


def wrote(world: World) -> list[str]:
    return [operation for operation, _ in world.connect.writes]


def work(world: World, **spec: Any) -> ModelUser:  # noqa: ANN401 - any member
    """The user exists and is signed in."""
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(**spec)))
    (user,) = world.connect.users()
    world.connect.desks.signed_in.add(user.user_id)
    world.connect.writes.clear()
    return user


def edit(world: World, **spec: Any) -> None:  # noqa: ANN401 - any member
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(**spec)))


def delete(world: World) -> None:
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))


def message(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    return next(str(each["message"]) for each in raw["status"]["conditions"] if each["type"] == "Ready")


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


def test_rights_that_are_taken_away_end_sessions_where_that_is_asked_for() -> None:
    asked = ["Deletion", "SecurityProfileRemoval"]
    world = a_world(endSessions=asked)
    work(world, securityProfileIds=["sp-1", "sp-2"])
    edit(world, securityProfileIds=["sp-1"])
    assert wrote(world) == [SIGN_OUT, "UpdateUserSecurityProfiles"]
    world.connect.writes.clear()
    edit(world, securityProfileIds=["sp-1", "sp-2"])
    assert wrote(world) == ["UpdateUserSecurityProfiles"], "what is added ends none"


def leave_by_deletion(world: World) -> None:
    delete(world)


def deleted(world: World) -> None:
    assert world.connect.users() == []
    assert world.connect.desks.signed_in == set()
    assert set(world.connect.desks.quick_connects) == {"qc-2"}


def leave_by_state(world: World) -> None:
    edit(world, state="Inactive", deletionPolicy="Deactivate")


def inactive(world: World) -> None:
    assert held(world) == NOBODY
    assert world.connect.desks.signed_in == set()
    assert OWNER_TAG in world.connect.users()[0].tags
    assert world.reason() == "Inactive"


def leave_and_come_back(world: World) -> None:
    leave_by_state(world)
    edit(world, deletionPolicy="Deactivate")


def active(world: World) -> None:
    assert held(world) == OWN
    assert world.reason() == "Available"


def deactivated(world: World) -> None:
    assert held(world) == NOBODY
    assert world.connect.desks.signed_in == set()
    tags = world.connect.users()[0].tags
    assert DEACTIVATED_TAG in tags
    assert OWNER_TAG not in tags


def hired_again(world: World) -> None:
    delete(world)
    edit(world, adoptionPolicy="IfUnowned")


def back(world: World) -> None:
    active(world)
    tags = world.connect.users()[0].tags
    assert DEACTIVATED_TAG not in tags
    assert OWNER_TAG in tags


WAYS: dict[str, tuple[str, Callable[[World], None], Callable[[World], None]]] = {
    "deletion": ("Delete", leave_by_deletion, deleted),
    "state": ("Deactivate", leave_by_state, inactive),
    "state and back": ("Deactivate", leave_and_come_back, active),
    "deactivation": ("Deactivate", leave_by_deletion, deactivated),
    "deactivation and back": ("Deactivate", hired_again, back),
}


def at_work(policy: str) -> World:
    world = a_world(waitForContacts="2m", quickConnectsOfDeletedUsers="Delete")
    user = work(world, deletionPolicy=policy)
    world.connect.desks.busy_until[user.user_id] = EPOCH + world.elapsed + 40
    world.connect.desks.lead("qc-1", user.user_id)
    world.connect.desks.lead("qc-2", "somebody-else")
    return world


@pytest.mark.parametrize("name", WAYS)
def test_a_crash_at_every_step(name: str) -> None:
    policy, leave, check = WAYS[name]
    calm = at_work(policy)
    first = len(calm.script.log)
    leave(calm)
    check(calm)
    steps = calm.script.log
    for step in range(first, len(steps)):
        world = at_work(policy)
        world.script.troubles = {step: CRASH}
        leave(world)
        try:
            check(world)
        except AssertionError as failure:
            raise AssertionError(f"after a crash at step {step}, {steps[step]}: {world.script.log}") from failure


@pytest.mark.parametrize(
    ("instance", "spec"),
    [
        pytest.param({}, {"ignoreDrift": ["routingProfile", "securityProfiles"]}, id="drift is left to Connect"),
        pytest.param(
            {"driftRepair": {"timeZone": "UTC", "windows": [{"start": "02:00", "end": "03:00"}]}},
            {},
            id="drift is repaired at night",
        ),
    ],
)
def test_to_leave_and_to_come_back_is_no_drift(instance: dict[str, Any], spec: dict[str, Any]) -> None:
    world = a_world(**instance)
    end = rfc3339(EPOCH + 2000)
    work(world, **spec, activeUntil=end)
    world.until(lambda: world.reason() == "Inactive")
    assert (held(world), world.elapsed < 2060) == (NOBODY, True)
    edit(world, **spec)
    assert (held(world), world.reason()) == (OWN, "Available")
