"""What the operator is killed in: scenarios of a user's life, each to be played with a crash at any of its steps."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

from connect_operator.domain.connect.ownership import OWNER_TAG

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import a_spec, an_instance_raw
from .crash_case import Case, Scenario, Stage
from .fake_connect import FakeConnect
from .guarded_world import SMALL, annotate, apply_all, delete_all, paused, unconfirmed
from .two_instances import OTHER, Acting

SKILL = [{"attributeName": "a", "attributeValue": "b", "level": 3}]
LEAVERS = {"securityProfileNames": ["No Access"], "routingProfileId": "rp-2"}
NAMES = [f"user-{number}" for number in range(5)]
SECTIONS: dict[str, dict[str, Any]] = {
    "identityInfo": {"identityInfo": {"firstName": "Jane", "lastName": "Roe", "secondaryEmail": "j@example.com"}},
    "phoneConfig": {"phoneConfig": {"phoneType": "SOFT_PHONE", "autoAccept": True, "afterContactWorkTimeLimit": 7}},
    "autoAcceptConfigs": {"autoAcceptConfigs": [{"channel": "CHAT", "autoAccept": True}]},
    "routingProfileId": {"routingProfileId": "rp-2"},
    "securityProfileIds": {"securityProfileIds": ["sp-1", "sp-2"]},
    "hierarchyGroupId": {"hierarchyGroupId": "hg-1"},
    "proficiencies, a level": {"proficiencies": [{**SKILL[0], "level": 5}]},
    "proficiencies, replaced": {"proficiencies": [{"attributeName": "c", "attributeValue": "d", "level": 1}]},
    "tags": {"tags": {"team": "b"}},
}
EVERYTHING: dict[str, Any] = {
    name: value for part in SECTIONS.values() for name, value in part.items() if name != "autoAcceptConfigs"
}
"""Both ways to accept at once are not allowed together."""


def _apply(**members: Any) -> Stage:  # noqa: ANN401 - any member of a manifest
    spec = a_spec(**{"proficiencies": SKILL, "tags": {"team": "a"}, **members})
    return lambda case: case.world.until(case.world.ready, act=lambda: case.world.cluster.apply("jdoe", spec))


def _gone(case: Case) -> bool:
    return case.world.cluster.raw("jdoe") is None


def _delete(case: Case) -> None:
    case.world.until(lambda: _gone(case), act=lambda: case.world.cluster.delete("jdoe"))


def _delete_while_creating(case: Case) -> None:
    _script(case).on("before CreateUser", lambda: case.world.cluster.delete("jdoe"))
    case.world.until(lambda: _gone(case), act=lambda: case.world.cluster.apply("jdoe", a_spec()))


def _recreate(case: Case) -> None:
    """The name comes back in the very moment in which it is free."""
    first = case.world.cluster.objects[next(iter(case.world.cluster.objects))]["metadata"]["uid"]
    _script(case).on("after remove_finalizer", lambda: case.world.cluster.apply("jdoe", a_spec()))

    def anew() -> bool:
        raw = case.world.cluster.raw("jdoe")
        return raw is not None and raw["metadata"]["uid"] != first and case.world.ready()

    case.world.until(anew, act=lambda: case.world.cluster.delete("jdoe"))


def _script(case: Case) -> Acting:
    assert isinstance(case.world.script, Acting)
    return case.world.script


def _settled(case: Case) -> bool:
    return case.world.ready() or case.world.reason() == "ImmutableField"


def _has_user(case: Case) -> bool:
    raw = case.world.cluster.raw("jdoe")
    return raw is not None and "userId" in raw["status"]


def _move(case: Case) -> None:
    """The reference is replaced while CreateUser is under way, which no schema can forbid, and put back later."""
    moved = {key: value for key, value in a_spec(instanceId=str(OTHER)).items() if key != "instanceRef"}
    world = case.world
    _script(case).on("before CreateUser", lambda: world.cluster.apply("jdoe", moved))
    world.until(lambda: _settled(case), act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.until(lambda: _settled(case) and _has_user(case), act=lambda: world.cluster.apply("jdoe", a_spec()))


def _guarded(case: Case) -> None:
    case.world.cluster.instance = an_instance_raw(deletionGuard=SMALL)
    world = case.world
    world.until(lambda: all(world.ready(name) for name in NAMES), act=lambda: apply_all(world, NAMES))


def _confirm(case: Case) -> None:
    world = case.world
    world.until(lambda: paused(world, NAMES), act=lambda: delete_all(world, NAMES))
    assert [operation for operation, _ in case.writes()].count("DeleteUser") == 0, "the guard is off"
    world.until(lambda: not world.cluster.objects and unconfirmed(world), act=lambda: annotate(world, "true"))


def _repair(change: Callable[[FakeConnect, ModelUser], None]) -> Stage:
    """Somebody does that in the console; it is put right."""

    def play(case: Case) -> None:
        connect, before = case.connects[0], case.connects[0].named("jdoe")[0]

        def right() -> bool:
            raw = case.world.cluster.raw("jdoe")
            found = connect.named("jdoe")
            held = [dataclasses.replace(each, user_id="", arn="") for each in found]
            wanted = [dataclasses.replace(before, user_id="", arn="")]
            return raw is not None and held == wanted and raw["status"].get("userId") == found[0].user_id

        case.world.until(lambda: case.world.ready() and right(), act=lambda: change(connect, before))

    return play


def _edit_in_console(connect: FakeConnect, user: ModelUser) -> None:
    owned = {OWNER_TAG: user.tags[OWNER_TAG]}
    connect.put(dataclasses.replace(user, routing_profile_id="rp-9", tags=owned), connect.clock.now())


def _steal(case: Case) -> None:
    """Another owner's tag is put on the user; then the object is deleted."""
    (user,) = case.connects[0].named("jdoe")
    taken = dataclasses.replace(user, tags={OWNER_TAG: "cluster-2/uid-9/team-x/jdoe"})

    def take() -> None:
        case.connects[0].put(taken, case.connects[0].clock.now())
        case.strangers = (*case.strangers, taken)

    case.world.until(lambda: case.world.reason() == "OwnershipLost", act=take)
    _delete(case)


def _refused(case: Case) -> None:
    case.world.until(
        lambda: case.world.reason() == "UsernameTaken", act=lambda: case.world.cluster.apply("jdoe", a_spec())
    )


def _adoptable(case: Case) -> None:
    case.put_stranger()
    case.strangers = case.strangers[:-1]


def _retain(case: Case) -> None:
    def act() -> None:
        case.world.cluster.apply("jdoe", a_spec(deletionPolicy="Retain"))
        case.world.cluster.delete("jdoe")

    case.world.until(lambda: _gone(case), act=act)
    (user,) = case.connects[0].named("jdoe")
    assert OWNER_TAG not in user.tags


def _assign(case: Case) -> None:
    world = case.world
    world.until(
        lambda: world.assignments.ended("hand"),
        act=lambda: world.assignments.create("hand", userRef={"name": "jdoe"}),
    )


def _leavers(**spec: Any) -> Stage:  # noqa: ANN401 - any member of a manifest
    """A user who is signed in, in an instance that says what leavers hold."""

    def prepare(case: Case) -> None:
        case.world.cluster.instance = an_instance_raw(inactive=LEAVERS)
        _apply(**spec)(case)
        case.connects[0].desks.signed_in.update(user.user_id for user in case.connects[0].named("jdoe"))

    return prepare


def _deactivate(case: Case) -> None:
    _delete(case)
    (user,) = case.connects[0].named("jdoe")
    assert (user.security_profile_ids, user.routing_profile_id) == (frozenset({"sp-3"}), "rp-2")
    assert OWNER_TAG not in user.tags
    assert not case.connects[0].desks.signed_in


def _managed(case: Case) -> None:
    case.connects[0].identity_type = "CONNECT_MANAGED"


def _make_password(case: Case) -> None:
    name = {"firstName": "Jane", "lastName": "Doe", "email": "jane@example.com"}
    _apply(identityInfo=name, passwordSecretRef={"name": "jdoe-password", "generate": True})(case)
    secrets = case.world.cluster.secrets
    assert secrets.made == ["jdoe-password"]
    assert case.connects[0].passwords == {"jdoe": secrets.text("jdoe-password")}


def _hours(case: Case) -> None:
    """Drift is put back from twenty minutes after the world begins."""
    hours = {"timeZone": "UTC", "windows": [{"start": "08:20", "end": "10:00"}]}
    case.world.cluster.instance = an_instance_raw(driftRepair=hours)
    _apply()(case)
    case.world.let_pass(120.0)


def _drift_in_hours(case: Case) -> None:
    connect, world = case.connects[0], case.world
    world.tick = 5.0  # most of the time nothing happens
    (before,) = connect.named("jdoe")
    moved = dataclasses.replace(before, routing_profile_id="rp-9")
    world.until(lambda: world.reason() == "DriftPending", act=lambda: connect.put(moved, connect.clock.now()))
    assert connect.named("jdoe") == [moved]
    world.until(lambda: world.reason() == "Available" and connect.named("jdoe") == [before])


def _left(case: Case) -> None:
    """The routing profile is left to Connect, where somebody has changed it."""
    _apply(ignoreDrift=["routingProfile"])(case)
    case.world.let_pass(120.0)
    (user,) = case.connects[0].named("jdoe")
    moved = dataclasses.replace(user, routing_profile_id="rp-9")
    put = functools.partial(case.connects[0].put, moved, 0.0)
    case.world.play([(0.0, put), (120.0, lambda: None)], lambda: True)
    assert case.connects[0].named("jdoe") == [moved]


def _apply_left(case: Case) -> None:
    """Its own value is edited, which is applied; nothing else brings it back."""
    _apply(ignoreDrift=["routingProfile"], tags={"team": "b"})(case)
    assert case.connects[0].named("jdoe")[0].routing_profile_id == "rp-9"
    _apply(ignoreDrift=["routingProfile"], tags={"team": "b"}, routingProfileId="rp-2")(case)
    assert case.connects[0].named("jdoe")[0].routing_profile_id == "rp-2"


SCENARIOS = (
    Scenario("create", _apply()),
    *(Scenario(f"edit {name}", _apply(**edit), _apply()) for name, edit in SECTIONS.items()),
    Scenario("edit every section", _apply(**EVERYTHING), _apply()),
    Scenario("adopt", _apply(adoptionPolicy="IfUnowned", **EVERYTHING), _adoptable),
    Scenario("a username that is taken", _refused, lambda case: case.put_stranger(a="b"), "UsernameTaken"),
    Scenario("retain", _retain, _apply()),
    Scenario("delete", _delete, _apply()),
    Scenario("delete while it is created", _delete_while_creating),
    Scenario("recreate", _recreate, _apply()),
    Scenario("edited in the console", _repair(_edit_in_console), _apply()),
    Scenario("deleted in the console", _repair(lambda connect, user: connect.remove(user.user_id)), _apply()),
    Scenario("another owner's tag, then delete", _steal, _apply()),
    Scenario("a reference that moves", _move, reason="ImmutableField"),
    Scenario("guard and confirmation", _confirm, _guarded),
    Scenario("assignment", _assign, _apply()),
    Scenario("signed out and deleted", _delete, _leavers()),
    Scenario("made inactive", _apply(state="Inactive"), _leavers()),
    Scenario("active again", _apply(), _leavers(state="Inactive")),
    Scenario("deactivated in place of deleted", _deactivate, _leavers(deletionPolicy="Deactivate")),
    Scenario("a password that is made", _make_password, _managed),
    Scenario("drift that waits for its hours", _drift_in_hours, _hours),
    Scenario("left to Connect, then edited", _apply_left, _left),
)
