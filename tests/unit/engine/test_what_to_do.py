"""Whatever Connect refuses, status says whose turn it is: what to grant or to correct, or that it goes on by itself."""

from __future__ import annotations

import pytest

from .builders import a_spec
from .harness import World
from .script import DENY, FAIL, THROTTLE

pytestmark = pytest.mark.usefixtures("quiet")

EDITED = a_spec(identityInfo={"firstName": "Janet", "lastName": "Doe"})
FOR_LONG = 1000
GOES_ON = "; it is tried again by itself"


def told(world: World) -> str:
    raw = world.cluster.raw("jdoe")
    ready = [each for each in raw["status"].get("conditions", ()) if each["type"] == "Ready"] if raw else []
    return str(ready[0]["message"]) if ready else ""


def end_of(operation: str, trouble: str) -> str:
    return f"; grant connect:{operation} to the operator's role (or to the instance's)" if trouble == DENY else GOES_ON


@pytest.mark.parametrize("trouble", [FAIL, THROTTLE])
def test_a_creation(trouble: str) -> None:
    world = World()
    world.script.troubles_by_name["before CreateUser"] = [trouble] * FOR_LONG
    world.until(lambda: told(world).endswith(GOES_ON), act=lambda: world.cluster.apply("jdoe", a_spec()))
    assert "CreateUser failed" in told(world)


@pytest.mark.parametrize("trouble", [DENY, FAIL, THROTTLE])
def test_an_edit(trouble: str) -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.script.troubles_by_name["before UpdateUserIdentityInfo"] = [trouble] * FOR_LONG
    end = end_of("UpdateUserIdentityInfo", trouble)
    world.until(lambda: told(world).endswith(end), act=lambda: world.cluster.apply("jdoe", EDITED))
    assert "UpdateUserIdentityInfo failed" in told(world)


@pytest.mark.parametrize("trouble", [DENY, FAIL, THROTTLE])
def test_a_deletion(trouble: str) -> None:
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec()))
    world.let_pass(1000.0)
    world.script.troubles_by_name["before DeleteUser"] = [trouble] * FOR_LONG
    end = end_of("DeleteUser", trouble)
    world.until(lambda: told(world).endswith(end), act=lambda: world.cluster.delete("jdoe"))
    assert "DeleteUser failed" in told(world)


@pytest.mark.parametrize("policy", ["Delete", "Retain"])
@pytest.mark.parametrize("trouble", [DENY, FAIL])
def test_a_look_that_a_deletion_waits_for(policy: str, trouble: str) -> None:
    """The last status says Ready, of a user that should long be gone."""
    world = World()
    world.until(world.ready, act=lambda: world.cluster.apply("jdoe", a_spec(deletionPolicy=policy)))
    world.let_pass(1000.0)
    world.script.troubles_by_name["DescribeUser"] = [trouble] * FOR_LONG
    end = end_of("DescribeUser", trouble)
    world.until(lambda: told(world).endswith(end), act=lambda: world.cluster.delete("jdoe"))
    assert not world.ready()
    world.script.troubles_by_name.clear()
    world.until(lambda: world.cluster.raw("jdoe") is None)
