"""A reference that does not resolve is Reconciling at first and Stalled after ten minutes, still tried and told."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from connect_operator.domain.connect.references import CatalogKind, Entry

from . import fake_connect
from .builders import CATALOGS, a_spec
from .harness import World, condition

MISSPELT = {"routingProfileId": None, "routingProfileName": "Bsaic"}


def spec(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a manifest
    return {name: value for name, value in a_spec(**members).items() if value is not None}


def told(world: World) -> tuple[str, str]:
    raw = world.cluster.raw("jdoe") or {"status": {}}
    return condition(raw, "Reconciling"), condition(raw, "Stalled")


def test_a_misspelt_name_is_stalled_after_ten_minutes() -> None:
    world = World()
    world.until(
        lambda: world.reason() == "ReferenceNotFound", act=partial(world.cluster.apply, "jdoe", spec(**MISSPELT))
    )
    assert told(world) == ("True", "")
    world.let_pass(580)  # by another process, for which the ten minutes begin anew
    assert told(world) == ("True", "")
    world.let_pass(700)
    assert told(world) == ("", "True")
    world.let_pass(60)
    assert told(world) == ("", "True"), "a restart does not make it hopeful again"


def test_an_edit_begins_anew() -> None:
    world = World()
    world.until(
        lambda: world.reason() == "ReferenceNotFound", act=partial(world.cluster.apply, "jdoe", spec(**MISSPELT))
    )
    world.let_pass(700)
    other = spec(**(MISSPELT | {"routingProfileName": "Bassic"}))
    world.until(lambda: told(world) == ("True", ""), act=partial(world.cluster.apply, "jdoe", other))
    world.let_pass(300)
    assert told(world) == ("True", "")
    world.until(world.ready, act=partial(world.cluster.apply, "jdoe", spec()))
    assert told(world) == ("", "")


@pytest.mark.parametrize("entries", [[], [Entry("rp-8", "Twin"), Entry("rp-9", "Twin")]], ids=["none", "two"])
def test_it_is_tried_all_the_same(monkeypatch: pytest.MonkeyPatch, entries: list[Entry]) -> None:
    known = CATALOGS[CatalogKind.ROUTING_PROFILE]
    catalogs = {**CATALOGS, CatalogKind.ROUTING_PROFILE: (*known, *entries)}
    monkeypatch.setattr(fake_connect, "CATALOGS", catalogs)
    world = World()
    manifest = spec(routingProfileId=None, routingProfileName="Twin")
    world.until(lambda: world.reason().startswith("Reference"), act=partial(world.cluster.apply, "jdoe", manifest))
    world.let_pass(700)
    assert told(world) == ("", "True")
    catalogs[CatalogKind.ROUTING_PROFILE] = (*known, Entry("rp-9", "Twin"))
    world.until(world.ready)
