"""The only door to an instance: who may use which, and what those are told who may not."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import msgspec
import pytest

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.kinds.objects import ConnectInstance, ConnectUser
from connect_operator.engine.instances.instance import Instance
from connect_operator.engine.instances.lookup import InstanceLookup
from connect_operator.engine.instances.services import InstanceServices
from connect_operator.engine.instances.unusable import Unusable
from connect_operator.engine.pace.quota import Quota
from connect_operator.engine.ports import InstanceFacts
from connect_operator.engine.store import Store

from .builders import ARN, WINDOW, a_manifest, a_sweep, an_instance_manifest
from .fake_connect import FakeConnect
from .script import Script
from .two_instances import OTHER
from .virtual_time import LoopClock

READY = {"conditions": [{"type": "Ready", "status": "True", "reason": "Available"}]}
BROKEN = Verdict(reason=Reason.PERMISSION_DENIED, message="no")


def at_work(
    manifest: ConnectInstance, *, observed: bool, problem: Verdict | None = None, arn: InstanceArn = ARN
) -> Instance:
    clock, jitter = LoopClock(), random.Random(1)  # noqa: S311 - spreads retries, guards nothing
    assert manifest.spec is not None
    instance = Instance(
        name=manifest.metadata.name,
        spec=manifest.spec,
        api=FakeConnect(Script()),
        region="us-east-1",
        services=InstanceServices(Quota(clock, jitter), clock, jitter, WINDOW, 300.0),
        changed=lambda _instance, _ids: None,
        reported=lambda _instance: None,
        woken=lambda _keys: None,
        problem=problem,
    )
    if observed:
        instance.facts = InstanceFacts(str(arn), "SAML")
        instance.inventory.take_sweep(a_sweep())
    return instance


def judged(
    user: ConnectUser, *manifests: ConnectInstance, observed: bool = True, problem: Verdict | None = None
) -> Any:  # noqa: ANN401 - what to_instance returns
    async def main() -> Any:  # noqa: ANN401 - likewise
        store = Store()
        for each in manifests:
            store.put_instance(each)
        instances = {
            each.metadata.name: at_work(each, observed=observed, problem=problem)
            for each in manifests
            if each.spec is not None
        }
        return InstanceLookup(store, instances).to_instance(user)

    return asyncio.run(main())


def test_the_observed_instance() -> None:
    instance, arn = judged(a_manifest(), an_instance_manifest())
    assert (instance.name, arn) == ("support", ARN)


@pytest.mark.parametrize(
    ("admitted", "remedy"),
    [("*", "did you mean 'support'?"), ("team-b", "create it or correct the name")],
    ids=["its namespace may use", "that are others'"],
)
def test_a_name_that_is_nearly_right_is_told_from_those(admitted: str, remedy: str) -> None:
    user = a_manifest(instanceRef={"name": "suport"})
    refused = judged(user, an_instance_manifest(allowedNamespaces=[{"name": admitted}]))
    assert refused.verdict.message == f"spec.instanceRef: there is no ConnectInstance 'suport'; {remedy}"


@pytest.mark.parametrize(
    ("reason", "user", "manifests", "expected"),
    [
        ("no such name", a_manifest(), (), Reason.REFERENCE_NOT_FOUND),
        (
            "no such id",
            a_manifest(instanceRef=None, instanceId="i-9"),
            (an_instance_manifest(),),
            Reason.REFERENCE_NOT_FOUND,
        ),
        (
            "two for one id",
            a_manifest(instanceRef=None, instanceId="i-1"),
            (an_instance_manifest(), an_instance_manifest(name="twin", uid="x")),
            Reason.REFERENCE_AMBIGUOUS,
        ),
        (
            "another namespace's",
            a_manifest(),
            (an_instance_manifest(allowedNamespaces=[{"name": "team-b"}]),),
            Reason.PERMISSION_DENIED,
        ),
        (
            "by id the namespace counts, too",
            a_manifest(instanceRef=None, instanceId="i-1"),
            (an_instance_manifest(allowedNamespaces=[]),),
            Reason.PERMISSION_DENIED,
        ),
        ("unreadable itself", a_manifest(suspend="yes"), (an_instance_manifest(),), Reason.INVALID_SPEC),
        ("an unreadable instance", a_manifest(), (an_instance_manifest(instanceId=5),), Reason.REFERENCE_NOT_FOUND),
    ],
)
def test_refused(reason: str, user: ConnectUser, manifests: tuple[ConnectInstance, ...], expected: Reason) -> None:
    found = judged(user, *manifests)
    assert isinstance(found, Unusable), reason
    assert found.verdict is not None
    assert found.verdict.reason is expected
    assert found.verdict.message


def test_several_for_one_id_are_named() -> None:
    twin = an_instance_manifest(name="twin", uid="x")
    refused = judged(a_manifest(instanceRef=None, instanceId="i-1"), an_instance_manifest(), twin)
    assert "2 ConnectInstances are for i-1 (support, twin);" in refused.verdict.message


@pytest.mark.parametrize("first", [True, False])
def test_of_several_for_one_id_those_count_that_the_namespace_may_use(*, first: bool) -> None:
    user = a_manifest(instanceRef=None, instanceId="i-1")
    others = an_instance_manifest(name="twin", uid="x", allowedNamespaces=[{"name": "team-b"}])
    manifests = (others, an_instance_manifest()) if first else (an_instance_manifest(), others)
    instance, _ = judged(user, *manifests)
    assert instance.name == "support"


def test_of_several_that_a_namespace_may_not_use_nobody_tells_the_number() -> None:
    others = [{"name": "team-b"}]
    shut = an_instance_manifest(allowedNamespaces=others)
    manifests = shut, an_instance_manifest(name="twin", uid="x", allowedNamespaces=others)
    refused = judged(a_manifest(instanceRef=None, instanceId="i-1"), *manifests)
    assert refused.verdict.reason is Reason.PERMISSION_DENIED
    assert "may not use the ConnectInstance for i-1:" in refused.verdict.message


def test_a_home_that_status_names_is_told_by_its_arn_to_those_who_may_not_use_it() -> None:
    home = an_instance_manifest(name="home", uid="iuid-2", allowedNamespaces=[])
    message = asked_of_another(home, problem=BROKEN).verdict.message
    assert f"may not use the ConnectInstance for {ARN}:" in message


def leaving(**members: Any) -> ConnectInstance:  # noqa: ANN401 - members of the spec
    made = an_instance_manifest(**members)
    gone = msgspec.structs.replace(made.metadata, deletion_timestamp="2026-01-02T03:04:05Z")
    return msgspec.structs.replace(made, metadata=gone)


def test_nothing_new_comes_through_an_instance_that_goes() -> None:
    found = judged(a_manifest(), leaving())
    assert isinstance(found, Unusable)
    assert found.verdict is not None
    assert (found.verdict.reason, found.verdict.message) == (
        Reason.REFERENCE_NOT_FOUND,
        (
            "ConnectInstance support is being deleted, so no user is created or taken over through it; refer to "
            "another one, or ask its administrator to take the deletion back"
        ),
    )


@pytest.mark.parametrize(
    "user",
    [
        a_manifest(held=True, status={"instanceArn": str(ARN), "userId": "u-1"}),
        a_manifest(managementPolicy="Observe"),
        a_manifest(suspend=True),
        a_manifest(held=True, deleted=1.0),
    ],
    ids=["a user that exists", "observed only", "suspended", "deleted as well"],
)
def test_what_is_there_stays_in_its_care(user: ConnectUser) -> None:
    assert not isinstance(judged(user, leaving()), Unusable)


@pytest.mark.parametrize(
    ("reason", "status", "problem", "told"),
    [
        ("just being read for the first time", {}, None, False),
        ("it cannot be read", {}, BROKEN, True),
        ("a Ready user stays so while nothing is known against it", READY, BROKEN, False),
    ],
)
def test_not_observed_yet(reason: str, status: dict[str, Any], problem: Verdict | None, *, told: bool) -> None:
    found = judged(a_manifest(status=status), an_instance_manifest(), observed=False, problem=problem)
    assert isinstance(found, Unusable)
    assert (found.verdict is not None) is told, reason
    if found.verdict is not None:
        assert found.verdict.reason is Reason.PERMISSION_DENIED


@pytest.mark.parametrize(
    ("namespaces", "namespace", "expected"),
    [((), "any", True), (("team-a",), "team-a", True), (("team-a",), "team-b", False)],
)
def test_watched_namespaces(namespaces: tuple[str, ...], namespace: str, *, expected: bool) -> None:
    assert InstanceLookup(Store(), {}, frozenset(namespaces)).watches(namespace) is expected


def asked_of_another(home: ConnectInstance, *, problem: Verdict | None = None) -> Any:  # noqa: ANN401 - what to_instance returns
    """What a user is told whose reference stands for another instance by now, as long as its home was not read."""

    async def main() -> Any:  # noqa: ANN401 - likewise
        store, asked = Store(), an_instance_manifest(instanceId=str(OTHER))
        store.put_instance(asked)
        store.put_instance(home)
        instances = {
            asked.metadata.name: at_work(asked, observed=True, arn=OTHER),
            home.metadata.name: at_work(home, observed=False, problem=problem),
        }
        user = a_manifest(held=True, status={"instanceArn": str(ARN), "userId": "u-1"})
        return InstanceLookup(store, instances).to_instance(user)

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("known_by", "problem", "told"),
    [
        (str(ARN), None, None),
        ("i-1", None, None),
        (str(ARN), BROKEN, "ConnectInstance home is not ready: no"),
    ],
    ids=["by its ARN", "by an ID, which tells no ARN before it was read", "that cannot be read"],
)
def test_a_home_that_is_not_read_yet_is_waited_for(known_by: str, problem: Verdict | None, told: str | None) -> None:
    found = asked_of_another(an_instance_manifest(name="home", uid="iuid-2", instanceId=known_by), problem=problem)
    assert isinstance(found, Unusable)
    assert (found.verdict.message if found.verdict is not None else None) == told
    assert not found.final


def test_a_home_that_admits_nobody_is_told_though_it_cannot_be_read() -> None:
    home = an_instance_manifest(name="home", uid="iuid-2", allowedNamespaces=[])
    found = asked_of_another(home, problem=BROKEN)
    assert isinstance(found, Unusable)
    assert found.final
    assert found.verdict is not None
    assert found.verdict.reason is Reason.PERMISSION_DENIED
