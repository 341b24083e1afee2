"""What a namespace may give: by name, whichever way the manifest refers; absent lists limit nothing."""

from __future__ import annotations

import functools
from typing import Any

import msgspec
import pytest

from connect_operator.domain.connect.references import CatalogKind, Entry
from connect_operator.domain.connect.user import ContactDetails, ObservedUser
from connect_operator.domain.kinds.spec import AllowedNamespace, ConnectInstanceSpec, ConnectUserSpec
from connect_operator.domain.plan.desired import resolve
from connect_operator.domain.plan.grants import Gifts, field_of, givable, holdings, refusals

CATALOGS = {
    CatalogKind.ROUTING_PROFILE: (Entry("rp-1", "Basic"), Entry("rp-2", "Priority")),
    CatalogKind.SECURITY_PROFILE: (Entry("sp-1", "Agent"), Entry("sp-2", "Admin")),
    CatalogKind.HIERARCHY_GROUP: (
        Entry("hg-1", "EMEA", ("EMEA",)),
        Entry("hg-2", "Berlin", ("EMEA", "Berlin")),
        Entry("hg-3", "24/7", ("EMEA", "24/7")),
        Entry("hg-4", "EMEA2", ("EMEA2",)),
    ),
}


def a_grant(**limits: Any) -> AllowedNamespace:  # noqa: ANN401 - any member
    return msgspec.convert({"name": "team-a", **limits}, AllowedNamespace)


def asked(**spec: Any) -> ConnectUserSpec:  # noqa: ANN401 - any member of a manifest
    return msgspec.convert(spec, ConnectUserSpec)


@pytest.mark.parametrize(
    ("limits", "spec", "field"),
    [
        ({}, {"securityProfileNames": ["Admin"]}, ""),
        ({"securityProfileNames": ["Agent"]}, {"securityProfileNames": ["Agent"]}, ""),
        ({"securityProfileNames": ["Agent"]}, {"securityProfileNames": ["Agent", "Admin"]}, "securityProfileNames"),
        ({"securityProfileNames": ["Agent"]}, {"securityProfileIds": ["sp-2"]}, "securityProfileIds"),
        (
            {"securityProfileNames": ["Agent"]},
            {"securityProfileIds": ["arn:aws:connect:us-east-1:123456789012:instance/i-1/security-profile/sp-2"]},
            "securityProfileIds",
        ),
        ({"securityProfileNames": []}, {"securityProfileNames": ["Agent"]}, "securityProfileNames"),
        ({"routingProfileNames": ["Basic"]}, {"routingProfileName": "Priority"}, "routingProfileName"),
        ({"routingProfileNames": ["Basic"]}, {"routingProfileId": "rp-2"}, "routingProfileId"),
        ({"routingProfileNames": ["Basic"]}, {"securityProfileNames": ["Admin"]}, ""),
        ({"hierarchyGroupPaths": ["EMEA/**"]}, {"hierarchyGroupPath": "EMEA"}, ""),
        ({"hierarchyGroupPaths": ["EMEA/**"]}, {"hierarchyGroupPath": "EMEA/Berlin"}, ""),
        ({"hierarchyGroupPaths": ["EMEA/**"]}, {"hierarchyGroupId": "hg-4"}, "hierarchyGroupId"),
        ({"hierarchyGroupPaths": ["EMEA"]}, {"hierarchyGroupPath": "EMEA/Berlin"}, "hierarchyGroupPath"),
        ({"hierarchyGroupPaths": [r"EMEA/24\/7"]}, {"hierarchyGroupId": "hg-3"}, ""),
        ({"hierarchyGroupPaths": ["EMEA/**"]}, {"hierarchyGroupPath": ""}, ""),
        ({"emailDomains": ["example.com"]}, {"identityInfo": {"email": "a@Example.COM"}}, ""),
        ({"emailDomains": ["example.com"]}, {"identityInfo": {"secondaryEmail": "a@evil.example"}}, "identityInfo"),
        ({"emailDomains": ["example.com"]}, {"identityInfo": {"email": "a@sub.example.com"}}, "identityInfo"),
        ({"emailDomains": ["example.com"]}, {"identityInfo": {"email": ""}}, ""),
    ],
)
def test_what_may_be_given(limits: dict[str, Any], spec: dict[str, Any], field: str) -> None:
    manifest = asked(**spec)
    arn = "arn:aws:connect:us-east-1:123456789012:instance/i-1".rpartition("/")[2]
    found = refusals(a_grant(**limits), resolve(manifest, "jdoe", arn, CATALOGS).desired, CATALOGS)
    assert [field_of(each, manifest) for each in found] == ([f"spec.{field}"] if field else [])


def test_the_sentence_names_the_field_what_was_found_what_is_allowed_and_whom_to_ask() -> None:
    manifest = asked(securityProfileNames=["Admin"])
    desired = resolve(manifest, "jdoe", "i-1", CATALOGS).desired
    [found] = refusals(a_grant(securityProfileNames=["Agent", "Lead"]), desired, CATALOGS)
    assert found.told(field_of(found, manifest), "team-a", "support") == (
        "spec.securityProfileNames: namespace 'team-a' may not give security profile 'Admin' in ConnectInstance "
        "support (allowed: Agent, Lead); use what is allowed, or ask the instance's administrator to add it to its "
        "entry in spec.allowedNamespaces"
    )


def test_what_is_in_no_list_of_the_instance_is_not_allowed_by_any_name() -> None:
    user = ObservedUser(user_id="u", arn="", username="jdoe", security_profile_ids=("sp-9",))
    assert [each.thing for each in holdings(a_grant(securityProfileNames=["Agent"]), user, CATALOGS)] == [
        "security profile 'sp-9'"
    ]


def test_holdings_are_judged_like_wishes() -> None:
    user = ObservedUser(
        user_id="u",
        arn="",
        username="jdoe",
        routing_profile_id="rp-2",
        security_profile_ids=("sp-1", "sp-2"),
        hierarchy_group_id="hg-4",
        contact=ContactDetails(email="root@corp.example"),
    )
    limits = {
        "securityProfileNames": ["Agent"],
        "routingProfileNames": ["Basic"],
        "hierarchyGroupPaths": ["EMEA/**"],
        "emailDomains": ["example.com"],
    }
    assert len(holdings(a_grant(**limits), user, CATALOGS)) == 4
    assert holdings(a_grant(), user, CATALOGS) == ()


def test_what_the_administrator_gives_is_held_and_named_nowhere_as_allowed() -> None:
    gifts = Gifts(security=("Admin",), routing=("Priority",))
    user = ObservedUser(
        user_id="u", arn="", username="jdoe", routing_profile_id="rp-2", security_profile_ids=("sp-2", "sp-9")
    )
    grant = a_grant(securityProfileNames=["Agent"], routingProfileNames=["Basic"])
    assert [(each.thing, each.allowed) for each in holdings(grant, user, CATALOGS, gifts)] == [
        ("security profile 'sp-9'", "Agent")
    ]
    assert len(holdings(grant, user, CATALOGS)) == 3


@pytest.mark.parametrize(("namespace", "expected"), [("team-a", ("Agent",)), ("team-b", ("Admin",)), ("team-c", None)])
def test_the_own_entry_goes_before_that_of_all(namespace: str, expected: tuple[str, ...] | None) -> None:
    entries: list[dict[str, Any]] = [
        {"name": "*", "securityProfileNames": ["Admin"]},
        {"name": "team-a", "securityProfileNames": ["Agent"]},
    ]
    if expected is None:
        entries = entries[1:]
    spec = msgspec.convert({"instanceId": "i-1", "allowedNamespaces": entries}, ConnectInstanceSpec)
    found = spec.grant(namespace)
    assert (found.security_profile_names if found is not None else None) == expected


@pytest.mark.parametrize(
    ("limits", "spec", "near", "hidden"),
    [
        ({"securityProfileNames": ["Agent"]}, {"securityProfileNames": ["agent", "admin"]}, "'Agent'", "'Admin'"),
        ({"routingProfileNames": ["Basic"]}, {"routingProfileName": "priority"}, "correct the name", "'Priority'"),
        ({"hierarchyGroupPaths": ["EMEA/**"]}, {"hierarchyGroupPath": "emea2"}, "'EMEA'", "'EMEA2'"),
        ({"hierarchyGroupPaths": ["EMEA2"]}, {"hierarchyGroupPath": "Berlin"}, "correct the name", "EMEA/Berlin"),
        ({"hierarchyGroupPaths": []}, {"hierarchyGroupPath": "EMEA/24/7"}, "correct the name", "did you mean"),
        ({}, {"routingProfileName": "priority"}, "'Priority'", "correct the name"),
    ],
)
def test_no_hint_names_what_the_namespace_may_not_give(
    limits: dict[str, Any], spec: dict[str, Any], near: str, hidden: str
) -> None:
    shown = functools.partial(givable, a_grant(**limits))
    found = resolve(asked(**spec), "ann", "i-1", CATALOGS, shown=shown)
    told = " ".join(each.message for each in found.unresolved)
    assert near in told
    assert hidden not in told
