"""The rules of ConnectInstance without an API server; as manifest_rules.py, which has those of ConnectUser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from connect_operator.domain.arn import parse_instance_arn
from connect_operator.domain.manifest_checks import Check, Count, Number, Raw, Text, Violation, values_at, violations_of
from connect_operator.domain.name_rules import INSTANCE, LABEL, metadata_violations, one_of
from connect_operator.domain.timestamps import seconds

_OPERATIONS = frozenset(
    [
        "default",
        "AssociateContactWithUser",
        "AssociateUserProficiencies",
        "CreateUser",
        "DeleteUser",
        "DescribeContact",
        "DescribeInstance",
        "DescribeRoutingProfile",
        "DescribeSecurityProfile",
        "DescribeUser",
        "DescribeUserHierarchyGroup",
        "DescribeUserHierarchyStructure",
        "DisassociateUserProficiencies",
        "ListInstances",
        "ListRoutingProfiles",
        "ListSecurityProfiles",
        "ListTagsForResource",
        "ListUserHierarchyGroups",
        "ListUserProficiencies",
        "ListUsers",
        "SearchRoutingProfiles",
        "SearchSecurityProfiles",
        "SearchUserHierarchyGroups",
        "SearchUsers",
        "TagResource",
        "UntagResource",
        "UpdateUserConfig",
        "UpdateUserHierarchy",
        "UpdateUserIdentityInfo",
        "UpdateUserPhoneConfig",
        "UpdateUserProficiencies",
        "UpdateUserRoutingProfile",
        "UpdateUserSecurityProfiles",
    ]
)
_SHORTEST_CHECK, _LONGEST_CHECK = 10.0, 86400.0
_POLICY = one_of("Never", "IfUnowned", "Always")
_CHECKS: dict[str, Check] = {
    "instanceId": INSTANCE,
    "region": Text(r"[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}", "is no code of an AWS Region such as us-east-1", longest=32),
    "assumeRole.roleArn": Text(
        r"arn:aws[-a-z0-9]*:iam::[0-9]{12}:role/[a-zA-Z0-9_+=,.@/-]+", "is no ARN of an IAM role", longest=2048
    ),
    "assumeRole.externalId": Text(
        r"[a-zA-Z0-9_+=,.@:/-]{2,}", "is no external ID; use 2 or more letters, digits or _ + = , . @ : / -", 0, 1224
    ),
    "allowedNamespaces": Count(1, 1000),
    "allowedNamespaces[].name": Text(
        rf"\*|{LABEL.pattern}", 'is no namespace; give its whole name, or "*" for all', longest=63
    ),
    "allowedNamespaces[].securityProfileNames": Count(0, 100),
    "allowedNamespaces[].routingProfileNames": Count(0, 500),
    "allowedNamespaces[].hierarchyGroupPaths": Count(0, 100),
    "allowedNamespaces[].emailDomains": Count(0, 100),
    "allowedNamespaces[].contactAssignments": one_of("OwnUsers", "AnyUser"),
    "allowedAdoptionPolicies": Count(1, 3),
    "allowedAdoptionPolicies[]": _POLICY,
    "defaultAdoptionPolicy": _POLICY,
    "deletionGuard.maxPending": Text(r"(100|[0-9]{1,2})%", 'is neither a number nor a percentage from "0%" to "100%"'),
    "deletionGuard.minPending": Number(0, 2**31 - 1),
}


def instance_violations(spec: Raw, name: str) -> tuple[Violation, ...]:
    """Every rule that the spec of a ConnectInstance of that name breaks."""
    found = [*metadata_violations(name), *violations_of(spec, _CHECKS), *_instance_pairs(spec)]
    found += _check_interval(spec)
    most = spec.get("deletionGuard", {}).get("maxPending", 0)
    if isinstance(most, int) and most < 0:
        found.append(Violation("deletionGuard.maxPending", "is negative; give a number of users, or a percentage"))
    for operation in sorted(spec.get("apiRates", {}).keys() - _OPERATIONS):
        found.append(Violation("apiRates", f'{operation!r} is no operation that is used; write "default" or its name'))
    for field, value in values_at(spec, "apiRates[*]"):
        if value.get("rate", 1) <= 0 or value.get("burst", 1) < 1:
            found.append(Violation(field, "rate must be more than 0, and burst at least 1"))
    return tuple(found)


def _instance_pairs(spec: Raw) -> Iterator[Violation]:
    arn = parse_instance_arn(spec.get("instanceId", ""))
    if arn is not None and spec.get("region", arn.region) != arn.region:
        yield Violation("region", f"differs from the Region in the ARN of instanceId, {arn.region}; remove it")
    policies = spec.get("allowedAdoptionPolicies", ("Never", "IfUnowned"))
    if len(policies) > len(set(policies)):
        yield Violation("allowedAdoptionPolicies", "names a policy twice; keep one of the two")
    if spec.get("defaultAdoptionPolicy", "Never") not in policies:
        yield Violation("defaultAdoptionPolicy", "must be one of allowedAdoptionPolicies; add it there")
    if "allowedNamespaces" not in spec:
        yield Violation("allowedNamespaces", 'is required; name the namespaces, or "*" for all')


def _check_interval(spec: Raw) -> Iterator[Violation]:
    interval = spec.get("driftCheckInterval", "60s")
    try:
        fits = re.fullmatch(r"([0-9]{1,6}[hms])+", interval) and _SHORTEST_CHECK <= seconds(interval) <= _LONGEST_CHECK
    except ValueError:
        fits = False
    if not fits:
        yield Violation("driftCheckInterval", f"{interval!r} is no duration from 10s to 24h, such as 60s or 1h30m")
