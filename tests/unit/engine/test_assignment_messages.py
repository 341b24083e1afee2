"""What a person reads about an assignment, word by word. UPDATE_GOLDEN=1 writes the file anew, to be reviewed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from .assignment_world import ASSOCIATE, BY_ID, a_world
from .builders import ARN, a_spec
from .harness import World
from .script import DENY, LOSE, THROTTLE, answer

GOLDEN = Path(__file__).parent / "testdata" / "assignment_messages.yaml"
ELSEWHERE = str(ARN).replace("i-1", "i-2")


@dataclass(frozen=True)
class Row:
    """What is done (`prepare` before the operator starts, `begin` after), and which phase and reason are then told.

    `says`: what the message must hold, where an earlier one has the same reason.
    """

    phase: str
    reason: str
    spec: dict[str, Any] = field(default_factory=lambda: dict(BY_ID))
    prepare: Callable[[World], None] = lambda _world: None
    begin: Callable[[World], None] = lambda _world: None
    age: float = 0.0
    says: str = ""


def _closed(world: World) -> None:
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-b"}]


def _own_users(world: World) -> None:
    world.cluster.instance["spec"]["allowedNamespaces"] = [{"name": "team-a"}]


def _unseen(world: World) -> None:
    world.connect.shows_agents = False
    _lost(world)


def _lost(world: World) -> None:
    world.script.troubles_by_name[f"after {ASSOCIATE}"] = [LOSE]


def _throttled(world: World) -> None:
    world.script.troubles_by_name[f"before {ASSOCIATE}"] = [THROTTLE] * 3


def _taken(world: World) -> None:
    world.connect.contacts["contact-of-hand"] = "somebody"


def _refused(world: World) -> None:
    world.script.troubles_by_name[f"before {ASSOCIATE}"] = [answer("InvalidRequestException", 400)]


def _refused_blindly(world: World) -> None:
    _taken(world)
    world.script.troubles_by_name["DescribeContact"] = [DENY]


def _conflict(world: World) -> None:
    trouble = answer("ConditionalOperationFailedException", 409)
    world.script.troubles_by_name[f"before {ASSOCIATE}"] = [trouble] * 3


def _without_credentials(world: World) -> None:
    world.script.troubles_by_name[f"before {ASSOCIATE}"] = [answer("ExpiredTokenException", 403)] * 3


def _misspelt(world: World) -> None:
    world.cluster.apply("jdoe", a_spec(hierarchyGroupPath="Nowhere"))


REF = {"userRef": {"name": "jdoe"}}
ROWS = {
    "assigned": Row("Assigned", "Assigned"),
    "assigned, found out": Row("Assigned", "Assigned", prepare=_lost),
    "outcome sought": Row("Pending", "OutcomeUnknown", prepare=_unseen),
    "outcome unknown": Row("Failed", "OutcomeUnknown", prepare=_unseen),
    "too late": Row("Failed", "DeadlineExceeded", age=400.0),
    "too late, it waited for a user": Row("Failed", "DeadlineExceeded", REF),
    "no such instance": Row("Pending", "ReferenceNotFound", {**BY_ID, "instanceRef": {"name": "nowhere"}}),
    "no such user": Row("Pending", "ReferenceNotFound", REF),
    "a user that cannot be created": Row("Pending", "ReferenceNotFound", REF, begin=_misspelt, says="Nowhere"),
    "namespace not admitted": Row("Failed", "PermissionDenied", prepare=_closed),
    "not a user of the namespace": Row("Failed", "PermissionDenied", prepare=_own_users),
    "a contact of another instance": Row("Failed", "InvalidSpec", {**BY_ID, "contactId": f"{ELSEWHERE}/contact/c"}),
    "a user of another instance": Row("Failed", "InvalidSpec", {"userId": f"{ELSEWHERE}/agent/u"}),
    "refused, since somebody has it": Row("Failed", "ContactNotQueued", prepare=_taken, says="it is with user"),
    "refused for another reason": Row("Failed", "InvalidSpec", prepare=_refused, says="must wait in a queue"),
    "refused, and nothing to be seen": Row("Failed", "InvalidSpec", prepare=_refused_blindly),
    "changed at the same time": Row("Pending", "ServiceUnavailable", prepare=_conflict, says="at this moment"),
    "not found": Row("Failed", "ReferenceNotFound", {"userId": "nobody"}),
    "credentials that do not work": Row("Pending", "PermissionDenied", prepare=_without_credentials),
    "throttled": Row("Pending", "Throttled", prepare=_throttled),
}


def told(row: Row) -> str:
    """The message at the first time at which phase and reason are these."""
    world, found = a_world(), list[str]()

    def begin() -> None:
        row.begin(world)
        world.assignments.create("hand", age=row.age, **row.spec)

    def look() -> bool:
        status = world.assignments.status("hand")
        told_so = (status.get("phase"), world.assignments.reason("hand")) == (row.phase, row.reason)
        if told_so and row.says in str(status["conditions"]):
            found.append(str(status["conditions"][0]["message"]))
        return bool(found)

    row.prepare(world)
    world.until(look, act=begin)
    return re.sub(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "<time>", found[0])


@pytest.mark.parametrize("name", ROWS)
def test_message(name: str) -> None:
    message = told(ROWS[name])
    known: dict[str, str] = yaml.safe_load(GOLDEN.read_text()) if GOLDEN.exists() else {}
    if os.environ.get("UPDATE_GOLDEN"):
        known = {each: text for each, text in {**known, name: message}.items() if each in ROWS}
        GOLDEN.write_text(yaml.safe_dump(known, width=118, sort_keys=True))
    assert message == known[name]


def test_golden_file_has_no_rows_of_former_days() -> None:
    assert set(yaml.safe_load(GOLDEN.read_text())) == set(ROWS)
