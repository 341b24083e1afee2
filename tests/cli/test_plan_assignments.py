"""`plan -f` on ConnectContactAssignments: they are checked as the others are, told, and not planned."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connect_sim.control_client import SimControl

from .commands import Cli, Ended
from .manifests import OWNER, a_user, an_assignment, an_instance


def plan(cli: Cli, *manifests: dict[str, Any], options: tuple[str, ...] = ()) -> Ended:
    stream = "\n---\n".join(json.dumps(manifest) for manifest in manifests)
    return cli("plan", "-f", "-", *options, stdin=stream)


def test_an_assignment_is_told_and_not_planned(cli: Cli, sim: SimControl) -> None:
    identity = {"FirstName": "Jane", "LastName": "Doe", "Email": "jdoe@example.com"}
    sim.add_users([{"Username": "jdoe", "IdentityInfo": identity, "Tags": {OWNER: "c1/u1/team-a/jdoe"}}])
    manifests = (an_instance(sim.instance), a_user("jdoe"), an_assignment("late"))
    mark = sim.journal_position()
    ended = plan(cli, *manifests)
    assert (ended.code, ended.out.splitlines()[-2:]) == (
        0,
        [
            "1 ConnectContactAssignment is not planned: it is run once, when it is applied.",
            "Plan: 0 to create, 0 to update, 0 to delete, 0 blocked, 1 unchanged",
        ],
    )
    assert not {"AssociateContactWithUser", "DescribeContact"} & {each.operation for each in sim.journal(mark)}
    document = json.loads(plan(cli, *manifests, an_assignment("early"), options=("-o", "json")).out)
    assert document["assignments"] == [
        {"namespace": "default", "name": "early"},
        {"namespace": "default", "name": "late"},
    ]


@pytest.mark.usefixtures("sim")
def test_assignments_alone_are_a_plan_of_nothing(cli: Cli) -> None:
    ended = plan(cli, an_assignment("one"), an_assignment("two", userRef={"name": "nobody"}))
    assert ended.code == 0
    assert "2 ConnectContactAssignments are not planned: each is run once, when it is applied." in ended.out


def test_mistakes_in_an_assignment_are_told_with_their_place(cli: Cli) -> None:
    ended = plan(cli, an_assignment("both", userId="7d1f"), an_assignment("misspelt", activeDeadline=60))
    assert (ended.code, ended.out) == (1, "")
    assert (
        "document 1 (line 1), ConnectContactAssignment both: spec: set exactly one of userRef and userId" in ended.err
    )
    assert "ConnectContactAssignment misspelt: spec.activeDeadline: there is no such field; did you mean" in ended.err


def test_two_assignments_of_one_name_are_a_mistake(cli: Cli) -> None:
    ended = plan(cli, an_assignment("one"), an_assignment("one", contactId="3d9f"))
    assert ended.code == 1
    assert "ConnectContactAssignment default/one stands already in" in ended.err
