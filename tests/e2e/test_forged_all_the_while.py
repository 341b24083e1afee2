"""Somebody writes junk and other people's ids into status all the while: the own user is looked after, others' stay.

While users are created, taken over, repaired and deleted, with every call to Connect under way for a while.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from kubernetes.client import ApiException

from local_stack import OperatorProcess
from local_stack.objects import condition

from .assignments import ASSOCIATE, KIND, ContactDesk
from .conftest import NewTenant
from .running import bugs_in
from .stage import OWNER_TAG, Stage, wait_for
from .tenants import Tenant, admit
from .test_forged_status import AHEAD, LONG_AGO, untouched
from .test_hostile_tenants import an_admin, an_assignment

MADE, TAKEN = "made", "taken"
TIMES = (LONG_AGO, AHEAD)
REASONS = ("Available", "Suspended", "Deleting", "\x1b[2J\n{}", "OwnershipLost", "WaitingForContacts")

FORGED_ATTEMPTS: dict[str, dict[str, Any] | None] = {
    "stripped": None,
    "never-attempted": {"phase": "Pending", "attemptedTime": None, "userId": None},
    "another-attempt": {"attemptedTime": LONG_AGO},
}


def junk(chance: random.Random, ids: list[str], arns: list[str]) -> dict[str, Any]:
    """A status, or a part of one, that the schema takes."""
    condition = {
        "type": chance.choice(["Ready", "Synced", "Stalled", "Complete"]),
        "status": chance.choice(["True", "False", "Unknown"]),
        "reason": chance.choice(REASONS),
        "message": chance.choice(["", "\u202eno\x00", "x" * 20_000]),
        "lastTransitionTime": chance.choice(TIMES),
        "observedGeneration": chance.randint(-1, 9),
    }
    whole = {
        "observedGeneration": chance.randint(-1, 9),
        "username": chance.choice(["alice", "root.admin", ""]),
        "userId": chance.choice(ids),
        "userArn": chance.choice(arns),
        "instanceArn": chance.choice(arns),
        "createdTime": chance.choice(TIMES),
        "resolved": {"routingProfileId": chance.choice(ids), "securityProfileIds": ids},
        "verified": {"generation": chance.randint(0, 4), "lastModifiedTime": chance.choice(TIMES)},
        "passwordSecret": {"uid": chance.choice(ids), "resourceVersion": "1", "deletedTime": chance.choice(TIMES)},
        "plan": ["\x1b]0;owned\x07"],
        "ignored": ["identityInfo.email: a -> b"],
        "applied": {"identityInfo": "x:y,z", "securityProfiles": ":::"},
        "contactsAwaitedSince": chance.choice(TIMES),
        "lastHandledReconcileAt": chance.choice(["1", "x" * 300]),
        "conditions": [condition],
    }
    # Each member is written, taken off, or left as it is.
    return {name: chance.choice([value, None]) for name, value in whole.items() if chance.choice([True, True, False])}


@contextmanager
def forging(forger: Tenant, ids: list[str], arns: list[str]) -> Iterator[list[int]]:
    """Somebody does so until the end; yields a list that holds how often."""
    done, count, chance = threading.Event(), [0], random.Random(7)  # noqa: S311 - reproducible junk

    def forge() -> None:
        for name in itertools.cycle([MADE, TAKEN]):
            if done.is_set():
                return
            try:
                forger.forge(name, junk(chance, ids, arns))
                count[0] += 1
            except ApiException as error:
                assert error.status in (404, 409, 422), error  # noqa: PT017 - in a thread of its own
            done.wait(0.02)

    thread = threading.Thread(target=forge)
    thread.start()
    try:
        yield count
    finally:
        done.set()
        thread.join()


def test_while_users_are_made_taken_over_repaired_and_deleted(
    empty_stage: Stage, tenant: NewTenant, operator: OperatorProcess
) -> None:
    stage, forger = empty_stage, tenant(status_too=True)
    admin = an_admin(stage)
    stage.sim.add_users([{"Username": TAKEN, "SecurityProfileNames": ["Agent"]}])
    entry = {"name": forger.namespace, "securityProfileNames": ["Agent"], "emailDomains": ["example.com"]}
    admit(stage, entry, driftCheckInterval="10s", quickConnectsOfDeletedUsers="Delete", endSessions=["Deletion"])
    stage.apply_user("alice")
    stage.wait_ready("alice")
    alice, since = stage.truth("alice"), stage.mark()
    ids = [alice["Id"], admin["Id"], stage.truth(TAKEN)["Id"], "none", "../etc", "x" * 300, ""]
    arns = [stage.instance_arn, stage.instance_arn[:-1] + "0", admin["Arn"], alice["Arn"], "arn:aws:x"]
    stage.fault("delay", "*", times=None, seconds=0.3)
    with forging(forger, ids, arns) as count:
        forger.apply(stage, MADE, adoptionPolicy="IfUnowned")
        forger.apply(stage, TAKEN, adoptionPolicy="IfUnowned")
        for name in (MADE, TAKEN):
            wait_for(partial(owned, stage, name), f"{name} to be owned")
        for name in (MADE, TAKEN):
            info = {"firstName": "Grace", "lastName": "Hopper", "email": f"{name}@example.com"}
            forger.apply(stage, name, identityInfo=info, adoptionPolicy="IfUnowned")
            wait_for(partial(is_grace, stage, name), f"{name}'s edit")
            stage.sim.edit_user(stage.truth(name)["Id"], IdentityInfo={"FirstName": "Drifted"})
            wait_for(partial(is_grace, stage, name), f"{name}'s repair")
        untouched(stage, alice, since)
        untouched(stage, admin, since)
        for name in (MADE, TAKEN):
            forger.delete(name)
            forger.wait_gone(name)
    assert count[0] > 100
    assert stage.usernames() == ["alice", "root.admin"]
    untouched(stage, alice, since)
    untouched(stage, admin, since)
    assert stage.conditions("alice")["Ready"] == "True"
    assert bugs_in(operator.log) == []
    assert "\x1b" not in operator.log


def test_a_call_whose_outcome_is_not_known_is_not_made_again(
    stage: Stage, tenant: NewTenant, operator: OperatorProcess
) -> None:
    del operator
    forger, desk = tenant(status_too=True), ContactDesk.at(stage)
    stage.sim.settings(contactAcceptance="never")
    stage.fault("drop-before", ASSOCIATE, times=len(FORGED_ATTEMPTS))
    contacts = {name: desk.queue() for name in FORGED_ATTEMPTS}
    for name, contact in contacts.items():
        forger.objects.apply(an_assignment(stage, forger, name, contact, {"userId": desk.agent}))
    wait_for(lambda: all(desk.calls(contact) for contact in contacts.values()), "the calls")

    # Not all at the same time: what is changed all the while is put right less and less often.
    ended: dict[str, str] = {}

    def ended_or_stripped() -> bool:
        ended.update({name: why for name in FORGED_ATTEMPTS if (why := ending(forger, name))})
        for name, status in FORGED_ATTEMPTS.items():
            forger.objects.patch(KIND, forger.namespace, name, {"status": status}, subresource="status")
        return ended.keys() == FORGED_ATTEMPTS.keys()

    wait_for(ended_or_stripped, "the end of each")
    stage.sim.settings(contactAcceptance=None)
    assert set(ended.values()) == {"OutcomeUnknown"}
    assert [len(desk.calls(contact)) for contact in contacts.values()] == [1] * len(contacts)


def ending(forger: Tenant, name: str) -> str:
    """Why the assignment has failed; "" as long as it has not."""
    return str(condition(forger.objects.get(KIND, forger.namespace, name), "Failed").get("reason", ""))


def owned(stage: Stage, name: str) -> bool:
    """Whether a user of that name has an owner."""
    return OWNER_TAG in (stage.sim.user(name) or {}).get("Tags", {})


def is_grace(stage: Stage, name: str) -> bool:
    """Whether the user's first name in truth is the manifest's."""
    return bool(stage.truth(name)["IdentityInfo"]["FirstName"] == "Grace")
