"""Predefined attributes in `plan`: listed for who writes a manifest, told where a manifest asks for one too many."""

from __future__ import annotations

import json

import pytest

from connect_sim.control_client import SimControl

from .commands import FAST, Cli
from .manifests import a_user, an_instance


def test_attributes_are_listed_with_their_values(cli: Cli, sim: SimControl) -> None:
    listed = cli("plan", "--list", "attributes", "--instance", sim.instance, "--region", "us-east-1", *FAST)
    assert "    Language\n      English\n      German\n      Spanish\n    Skill\n" in listed.out, listed.err


def test_attributes_that_may_not_be_read_are_told(cli: Cli, sim: SimControl) -> None:
    sim.fault("error", "DescribePredefinedAttribute", code="AccessDeniedException")
    listed = cli("plan", "--list", "attributes", "--instance", sim.instance, "--region", "us-east-1", *FAST)
    assert listed.code == 1
    assert "DescribePredefinedAttribute failed: AccessDeniedException" in listed.err


@pytest.mark.parametrize("exists", [False, True], ids=["of a new user", "of a user that exists"])
def test_a_proficiency_that_does_not_exist_is_told_at_its_value(cli: Cli, sim: SimControl, *, exists: bool) -> None:
    if exists:
        sim.add_users([{"Username": "jdoe", "IdentityInfo": {"FirstName": "Jane", "LastName": "Doe"}}])
    skill = [{"attributeName": "Language", "attributeValue": "german", "level": 3}]
    manifest = a_user("jdoe", proficiencies=skill, adoptionPolicy="IfUnowned")
    ended = cli("plan", "-f", "-", stdin="\n---\n".join(map(json.dumps, (an_instance(sim.instance), manifest))))
    told = "spec.proficiencies[0].attributeValue: predefined attribute 'Language' has no value 'german'; "
    told += "did you mean 'German'? It differs by upper and lower case only"
    assert f"! ReferenceNotFound: {told}" in ended.out, ended.err
