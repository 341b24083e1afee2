"""`generate: true`: one Secret and one user, whatever crashes, and none that is not needed or not ours to write."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import pytest

from connect_operator.domain.rules.identity import password_violation
from connect_operator.engine.ports import Password

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .builders import ARN, a_spec
from .harness import World, condition
from .script import CRASH, LOSE, Script

pytestmark = pytest.mark.usefixtures("quiet")

PERSONS = "Chosen-by-a-pers0n"
SECRET = "jdoe-password"


def a_world(script: Script | None = None, delay: float = 0.0) -> World:
    """One whose instance manages identities itself."""
    world = World(script if script is not None else Script(), delay)
    world.connect.identity_type = "CONNECT_MANAGED"
    return world


def wanted(**reference: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of the reference
    """A manifest whose password is to be made."""
    return a_spec(
        identityInfo={"firstName": "Jane", "lastName": "Doe", "email": "jane@example.com"},
        passwordSecretRef={"name": SECRET, "generate": True, **reference},
    )


def apply(world: World, **reference: Any) -> Callable[[], None]:  # noqa: ANN401 - likewise
    """Kubectl apply of it."""
    return lambda: world.cluster.apply("jdoe", wanted(**reference))


def message(world: World) -> str:
    """What Ready says."""
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    return next((str(each["message"]) for each in raw["status"]["conditions"] if each["type"] == "Ready"), "")


def one_of_each(world: World) -> None:
    """One user, created once, with the password that is in the one Secret that was ever made."""
    assert world.cluster.secrets.made == [SECRET]
    assert len(world.connect.users()) == 1
    assert [operation for operation, _ in world.connect.writes].count("CreateUser") == 1
    text = world.cluster.secrets.text(SECRET)
    assert text is not None
    assert password_violation(text) is None
    assert world.connect.passwords == {"jdoe": text}


def test_the_secret_is_made_before_the_user() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world))
    one_of_each(world)
    log = world.script.log
    assert log.index("after create_secret") < log.index("before add_finalizer") < log.index("before CreateUser")
    assert ("jdoe", "PasswordGenerated") in world.cluster.events
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert raw["status"]["passwordSecret"] == {"uid": "secret-1", "resourceVersion": "1"}


@pytest.mark.parametrize("delay", [0.0, 40.0], ids=["at once", "visible after 40 s"])
@pytest.mark.parametrize("lost", [False, True], ids=["answered", "the answer to CreateUser is lost"])
def test_a_crash_at_every_step_leaves_one_secret_and_one_user(delay: float, *, lost: bool) -> None:
    troubles = {"after CreateUser": [LOSE]} if lost else {}
    calm = a_world(Script(troubles_by_name={name: list(each) for name, each in troubles.items()}), delay)
    calm.until(calm.ready, act=apply(calm))
    one_of_each(calm)
    for step, name in enumerate(calm.script.log):
        script = Script({step: CRASH}, {name: list(each) for name, each in troubles.items()})
        world = a_world(script, delay)
        world.until(world.ready, act=apply(world))
        try:
            one_of_each(world)
        except AssertionError as failure:
            raise AssertionError(f"after a crash at step {step}, {name}: {world.script.log}") from failure


def test_a_secret_that_exists_is_used_and_never_written() -> None:
    world = a_world()
    world.cluster.secrets.put(SECRET, {"password": PERSONS})
    world.until(world.ready, act=apply(world))
    assert world.cluster.secrets.made == []
    assert world.cluster.secrets.text(SECRET) == PERSONS
    assert world.connect.passwords == {"jdoe": PERSONS}
    assert "create_secret" not in str(world.script.log)


def test_one_that_somebody_makes_in_the_same_moment_is_read_and_used() -> None:
    world = a_world()
    world.cluster.secrets.meanwhile = {"password": PERSONS}
    world.until(world.ready, act=apply(world))
    assert world.cluster.secrets.made == []
    assert world.connect.passwords == {"jdoe": PERSONS}
    assert ("jdoe", "PasswordGenerated") not in world.cluster.events


def test_a_key_that_lacks_is_told_and_not_written() -> None:
    world = a_world()
    world.cluster.secrets.put(SECRET, {"other": PERSONS})
    world.until(lambda: world.reason() == "ReferenceNotFound", act=apply(world))
    assert "has no key 'password'" in message(world)
    assert "never written to, so add it, name another Secret, or delete this one" in message(world)
    world.until(world.ready, act=lambda: world.cluster.secrets.put(SECRET, {"password": PERSONS}))
    assert world.connect.passwords == {"jdoe": PERSONS}
    assert world.cluster.secrets.made == []


def test_a_user_that_is_taken_over_needs_no_secret() -> None:
    world = a_world()
    identity = {"FirstName": "Jane", "LastName": "Doe", "Email": "jane@example.com"}
    world.connect.put(ModelUser("x-1", f"{ARN}/agent/x-1", "jdoe", identity), 0.0)
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", {**wanted(), "adoptionPolicy": "IfUnowned"}))
    assert world.cluster.secrets.all == {}
    assert "create_secret" not in str(world.script.log)


def test_without_the_right_nothing_is_sent_until_it_is_granted() -> None:
    world = a_world()
    world.cluster.secrets.rights = {"get"}
    world.until(lambda: world.reason() == "PermissionDenied", act=apply(world))
    assert message(world) == f"spec.passwordSecretRef: Secret team-a/{SECRET}: grant create"
    raw = world.cluster.raw("jdoe")
    assert raw is not None
    assert condition(raw, "ReferencesResolved") == "False"
    assert raw["metadata"]["finalizers"] == []
    assert world.connect.users() == []
    world.until(world.ready, act=lambda: world.cluster.secrets.rights.add("create"))
    one_of_each(world)


def test_the_missing_right_is_told_before_the_wait_for_quota() -> None:
    """Not after an hour in the line: it is rehearsed at the first look. Who has its turn at once needs no rehearsal."""
    world = a_world()
    world.cluster.instance["spec"]["apiRates"] = {"CreateUser": {"rate": 0.001, "burst": 1}}

    def later() -> None:
        assert world.ready("ada")
        assert "rehearse create_secret" not in world.script.log
        world.cluster.secrets.rights = {"get"}
        world.cluster.apply("bob", wanted(name="bob"))

    acts = [(0.0, lambda: world.cluster.apply("ada", wanted(name="ada"))), (10.0, later)]
    world.play(acts, lambda: world.reason("bob") == "PermissionDenied")
    assert world.script.log.count("rehearse create_secret") == 1


def test_no_secret_is_made_for_a_user_that_waits_for_its_turn() -> None:
    world = a_world()
    world.cluster.instance["spec"]["apiRates"] = {"CreateUser": {"rate": 0.01, "burst": 1}}
    names = ["ada", "bob", "cy"]

    def act() -> None:
        for name in names:
            world.cluster.apply(name, {**wanted(name=name), "username": name})

    world.until(lambda: any(map(world.ready, names)), act=act)
    assert world.cluster.secrets.made == [name for name in names if world.ready(name)]
    world.until(lambda: all(map(world.ready, names)))
    assert sorted(world.cluster.secrets.made) == names


def test_an_object_that_goes_before_its_turn_leaves_no_user_and_its_secret_goes_with_it() -> None:
    world = a_world(Script(troubles_by_name={"before add_finalizer": ["fail"] * 3}))
    world.play(
        [(0.0, apply(world)), (2.0, lambda: world.cluster.delete("jdoe"))], lambda: world.cluster.raw("jdoe") is None
    )
    assert world.connect.users() == []
    (secret,) = world.cluster.secrets.all.values()
    assert secret.made_for == "uid-1"  # the garbage collector's


def test_the_secret_of_a_former_object_of_that_name_is_not_used() -> None:
    """It is about to be collected with its owner: the user would have a password that nobody ever sees."""
    world = a_world()
    world.until(world.ready, act=apply(world))
    (former,) = world.cluster.secrets.all.values()
    world.until(lambda: world.cluster.raw("jdoe") is None, act=lambda: world.cluster.delete("jdoe"))
    world.until(lambda: world.reason() == "ReferenceNotFound", act=apply(world))
    assert "was generated for another ConnectUser, or for a former one of this name" in message(world)
    world.until(world.ready)
    assert world.cluster.secrets.made == [SECRET, SECRET]
    assert [each.uid for each in world.cluster.secrets.all.values()] != [former.uid]
    assert world.connect.passwords == {"jdoe": world.cluster.secrets.text(SECRET)}


def test_a_user_that_was_deleted_in_the_console_gets_a_password_again() -> None:
    world = a_world()
    world.until(world.ready, act=apply(world, deleteAfter="1h"))
    world.until(lambda: world.cluster.secrets.all == {})
    world.until(
        lambda: len(world.cluster.secrets.made) == 2 and world.ready(),
        act=lambda: world.connect.remove(world.connect.users()[0].user_id),
    )
    assert world.connect.passwords == {"jdoe": world.cluster.secrets.text(SECRET)}
    world.until(lambda: world.cluster.secrets.all == {})
    assert world.cluster.secrets.deleted == [SECRET, SECRET]


def passwords() -> list[Password]:
    """Those that anything in this process holds."""
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, Password)]


def test_nothing_in_memory_holds_a_password_afterwards() -> None:
    before = passwords()  # other tests of this process may have left some
    world = a_world(Script(troubles_by_name={"before CreateUser": ["InvalidParameterException/400"]}))
    world.until(lambda: world.reason() == "InvalidSpec", act=apply(world))
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", {**wanted(), "routingProfileId": "rp-2"}))
    assert [each for each in passwords() if not any(each is known for known in before)] == []
