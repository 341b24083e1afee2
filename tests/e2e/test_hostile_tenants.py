"""Tenants with the shipped role, and nothing else, who try to get at what is not theirs.

The test's own namespace is a well-behaved team's; the tenant's is its neighbour. No admission policy is installed here.
"""

from __future__ import annotations

from typing import Any

import pytest
from kubernetes.client import ApiException

from local_stack.objects import Object

from .assignments import ContactDesk
from .conftest import NewStage, NewTenant
from .manifests import API_VERSION
from .stage import Stage
from .tenants import Tenant, admit

pytestmark = pytest.mark.usefixtures("operator")

UNPROCESSABLE = 422
SECTIONS = ("RoutingProfileId", "SecurityProfileIds", "HierarchyGroupId", "PhoneConfig")
ADMIN = {"SecurityProfileNames": ["Admin"], "IdentityInfo": {"FirstName": "Root", "LastName": "Admin"}}


def an_admin(stage: Stage, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of a user
    """An administrator made in the console, `root.admin`; as Connect holds it."""
    stage.sim.add_users([{"Username": "root.admin", **ADMIN, **members}])
    return stage.truth("root.admin")


def deny(tenant: Tenant, name: str, reason: str, stage: Stage) -> str:
    """The object is refused for that reason; its deletion goes by itself, and Connect has heard of neither."""
    before = stage.writes()
    message = tenant.wait_reason(name, reason)
    tenant.delete(name)
    tenant.wait_gone(name)
    assert stage.writes() == before
    return message


def narrow(stage: Stage, entry: dict[str, Any]) -> None:
    """Apply the ConnectInstance with that entry, and wait until the operator knows it."""

    def is_known(found: Object | None) -> bool:
        return found is not None and found["status"].get("observedGeneration") == found["metadata"]["generation"]

    admit(stage, entry)
    stage.wait_instance(is_known)


@pytest.mark.parametrize("policy", ["IfUnowned", "Always"])
def test_nobody_is_taken_over_where_the_instance_says_nothing(
    empty_stage: Stage, tenant: NewTenant, policy: str
) -> None:
    stage, hostile = empty_stage, tenant()
    before = an_admin(stage)
    admit(stage, {"name": hostile.namespace}, allowedAdoptionPolicies=None)
    hostile.apply(stage, "root", username="root.admin", adoptionPolicy=policy)
    assert "spec.allowedAdoptionPolicies" in deny(hostile, "root", "PermissionDenied", stage)
    assert stage.truth("root.admin") == before


def test_where_adoption_is_granted_nobody_is_taken_over_who_holds_more(empty_stage: Stage, tenant: NewTenant) -> None:
    stage, hostile = empty_stage, tenant()
    before = an_admin(stage)
    narrow(stage, {"name": hostile.namespace, "securityProfileNames": ["Agent"]})
    hostile.apply(stage, "root", username="root.admin", adoptionPolicy="IfUnowned")
    assert "'Admin'" in deny(hostile, "root", "PermissionDenied", stage)
    assert stage.truth("root.admin") == before


def test_who_only_looks_does_not_learn_what_a_user_holds_that_it_could_not_take_over(
    empty_stage: Stage, tenant: NewTenant
) -> None:
    stage, hostile = empty_stage, tenant()
    before = an_admin(stage)
    narrow(stage, {"name": hostile.namespace, "securityProfileNames": ["Agent"]})
    hostile.apply(stage, "root", username="root.admin", managementPolicy="Observe")
    message = deny(hostile, "root", "PermissionDenied", stage)
    assert "has a security profile, which namespace" in message
    assert "Admin" not in message
    assert before["Id"] not in message
    assert stage.truth("root.admin") == before


@pytest.mark.parametrize("form", ["name", "id", "arn", "beside an allowed one"])
def test_nobody_becomes_an_administrator(stage: Stage, tenant: NewTenant, form: str) -> None:
    hostile, profile = tenant(), stage.ids("security-profiles")["Admin"]
    narrow(stage, {"name": hostile.namespace, "securityProfileNames": ["Agent"]})
    asked: dict[str, dict[str, Any]] = {
        "name": {"securityProfileNames": ["Admin"]},
        "id": {"securityProfileNames": None, "securityProfileIds": [profile]},
        "arn": {
            "securityProfileNames": None,
            "securityProfileIds": [f"{stage.instance_arn}/security-profile/{profile}"],
        },
        "beside an allowed one": {"securityProfileNames": ["Agent", "Admin"]},
    }
    hostile.apply(stage, "eve", **asked[form])
    assert "'Admin'" in hostile.wait_reason("eve", "PermissionDenied")
    assert stage.usernames() == []
    # Nor does one who is an agent by now.
    hostile.apply(stage, "eve")
    hostile.wait_reason("eve", "Available")
    hostile.apply(stage, "eve", **asked[form])
    hostile.wait_reason("eve", "PermissionDenied")
    assert stage.truth("eve")["SecurityProfileIds"] == [stage.ids("security-profiles")["Agent"]]
    assert "UpdateUserSecurityProfiles" not in stage.write_names()


def test_no_hint_tells_what_others_have(stage: Stage, tenant: NewTenant) -> None:
    """Neither by a near name nor by a part of a path."""
    hostile = tenant()
    limits = {"securityProfileNames": ["Agent"], "hierarchyGroupPaths": ["EMEA/**"]}
    narrow(stage, {"name": hostile.namespace, **limits})
    slips: list[dict[str, Any]] = [
        {"securityProfileNames": ["Admn"]},
        *({"hierarchyGroupPath": each} for each in ("AMR", "Austin")),
    ]
    for number, slip in enumerate(slips):
        hostile.apply(stage, f"eve-{number}", **slip)
        message = hostile.wait_reason(f"eve-{number}", "ReferenceNotFound")
        assert not [each for each in ("'Admin'", "'AMER'", "AMER/Austin") if each in message]
    stage.apply_user("ann", hierarchyGroupPath="Austin")
    assert "'AMER/Austin'" in stage.wait_reason("ann", "ReferenceNotFound")


def test_an_address_elsewhere_is_not_given(stage: Stage, tenant: NewTenant) -> None:
    hostile = tenant()
    narrow(stage, {"name": hostile.namespace, "emailDomains": ["example.com"]})
    for number, address in enumerate(("eve@evil.example", "eve@example.com.evil.example", "eve@sub.example.com")):
        identity = {"firstName": "Eve", "lastName": "Evil", "email": address}
        hostile.apply(stage, f"eve-{number}", identityInfo=identity)
        deny(hostile, f"eve-{number}", "PermissionDenied", stage)


def test_a_namespace_that_was_shut_out_changes_nothing_through_another_instance(
    new_stage: NewStage, tenant: NewTenant
) -> None:
    hostile, support, open_one = tenant(), new_stage(), new_stage()
    hostile.apply(support, "eve")
    hostile.wait_reason("eve", "Available")
    before = support.truth("eve")
    admit(support)
    hostile.wait_reason("eve", "PermissionDenied")
    references: list[dict[str, Any]] = [{"instanceRef": None, "instanceId": open_one.sim.instance}, {}]
    for reference in references:
        hostile.apply(open_one, "eve", securityProfileNames=["Admin"], **reference)
        generation = hostile.objects.get("ConnectUser", hostile.namespace, "eve") or {}
        hostile.wait("eve", _seen(generation["metadata"]["generation"]))
        hostile.wait_reason("eve", "PermissionDenied")
    hostile.delete("eve")
    hostile.wait_reason("eve", "DeletionsPaused")
    assert support.truth("eve") == before
    assert open_one.usernames() == []


def test_an_object_that_nobody_admitted_becomes_what_its_manifest_says_when_somebody_does(
    stage: Stage, tenant: NewTenant
) -> None:
    """Until then only a stub of it is kept."""
    hostile = tenant()
    everything: dict[str, Any] = {"tags": {"team": "b"}, "hierarchyGroupPath": "EMEA/Berlin"}
    admit(stage)
    hostile.apply(stage, "late", **everything)
    hostile.wait_reason("late", "PermissionDenied")
    hostile.objects.patch("ConnectUser", hostile.namespace, "late", {"spec": {"tags": {"team": "c"}}})
    stage.apply_user("usual", **everything)
    stage.wait_ready("usual")
    admit(stage, {"name": hostile.namespace})
    hostile.wait_reason("late", "Available")
    late, usual = stage.truth("late"), stage.truth("usual")
    assert late["Tags"]["team"] == "c"
    assert late["IdentityInfo"]["Email"] == "late@example.com"
    assert [late[name] for name in SECTIONS] == [usual[name] for name in SECTIONS]
    admit(stage)
    hostile.wait_reason("late", "PermissionDenied")
    hostile.objects.patch("ConnectUser", hostile.namespace, "late", {"spec": {"deletionPolicy": "Retain"}})
    hostile.delete("late")
    hostile.wait_gone("late")
    assert stage.truth("late") == late


def _seen(generation: int) -> Any:  # noqa: ANN401 - a test of an object
    return lambda found: (found or {})["status"]["observedGeneration"] == generation


@pytest.mark.parametrize("management", ["Observe", "Manage"])
def test_who_asks_for_a_name_learns_nothing_of_anothers_user(
    empty_stage: Stage, tenant: NewTenant, management: str
) -> None:
    stage, hostile = empty_stage, tenant()
    an_admin(stage, Tags={"secret": "tag"})
    admit(stage, {"name": hostile.namespace}, allowedAdoptionPolicies=["Never"])
    stage.apply_user("ada")
    stage.wait_ready("ada")
    for name, username in (("watch-root", "root.admin"), ("watch-ada", "ada")):
        hostile.apply(stage, name, username=username, managementPolicy=management)
        message = hostile.wait_reason(name, "UsernameTaken")
        found = hostile.objects.get("ConnectUser", hostile.namespace, name) or {}
        # Who would take over a user of nobody is told which one it is; of another's nobody is told.
        told = management == "Manage" and username == "root.admin"
        assert (stage.truth(username)["Id"] in str(found)) is told
        assert not {"plan", "userId", "userArn"} & found["status"].keys()
        assert stage.namespace not in message


@pytest.mark.parametrize("member", ["userId", "userRef"])
def test_nobody_elses_desk_is_rung(empty_stage: Stage, tenant: NewTenant, member: str) -> None:
    stage, hostile = empty_stage, tenant()
    admit(stage, {"name": hostile.namespace})
    desk = ContactDesk.at(stage)
    stage.apply_user("ada")
    stage.wait_ready("ada")
    hostile.apply(stage, "own")
    hostile.wait_reason("own", "Available")
    hostile.apply(stage, "watcher", username="ada", managementPolicy="Observe")
    targets: list[dict[str, Any]] = [{"userId": stage.truth("ada")["Id"]}, {"userId": desk.agent}]
    if member == "userRef":
        targets = [{"userRef": {"name": "watcher"}}]
    contacts = [desk.queue() for _ in targets]
    for number, (contact, target) in enumerate(zip(contacts, targets, strict=True)):
        hostile.objects.apply(an_assignment(stage, hostile, f"ring-{number}", contact, target))
    own = desk.queue()
    hostile.objects.apply(an_assignment(stage, hostile, "own", own, {member: _named(member, "own", stage)}))
    hostile.objects.wait("ConnectContactAssignment", hostile.namespace, "own", _in_phase("Assigned"))
    if member == "userId":
        for number in range(len(targets)):
            kind, name = "ConnectContactAssignment", f"ring-{number}"
            found = hostile.objects.wait(kind, hostile.namespace, name, _in_phase("Failed"))
            message = desk.assert_failed(found or {}, "PermissionDenied")
            assert "spec.userId" in message
            assert "contactAssignments: AnyUser" in message
    assert [desk.calls(contact) for contact in contacts] == [[] for _ in contacts]
    assert desk.offered_to(own) == stage.truth("own")["Id"]


def an_assignment(stage: Stage, tenant: Tenant, name: str, contact: str, to: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": API_VERSION,
        "kind": "ConnectContactAssignment",
        "metadata": {"namespace": tenant.namespace, "name": name},
        "spec": {"instanceRef": {"name": stage.instance}, "contactId": contact, **to},
    }


def _named(member: str, username: str, stage: Stage) -> object:
    return stage.truth(username)["Id"] if member == "userId" else {"name": username}


def _in_phase(phase: str) -> Any:  # noqa: ANN401 - a test of an object
    return lambda found: (found or {}).get("status", {}).get("phase") == phase


@pytest.mark.parametrize(
    "key",
    [
        "Connect-Operator.io/owner",
        "connect-operator.io/owner ",
        "AWS:x",
        " aws:x",
        "aw\u017f:x",
        "Connect-operator.\u0131o/owner",
    ],
)
def test_no_tag_looks_like_the_owners(stage: Stage, tenant: NewTenant, key: str) -> None:
    hostile = tenant()
    with pytest.raises(ApiException, match="reserves") as caught:
        hostile.apply(stage, "eve", tags={key: "x"})
    assert caught.value.status == UNPROCESSABLE
