"""What botocore keeps of AWS's descriptions of itself, less what this program never asks for.

A client holds on to the model of its service and to the table of all services' endpoints for as long as it lives: of
Amazon Connect 405 operations with their texts, of which 30 are called, and some 300 services, of which at most 5 are.
The rest is 13 of 14 MiB (tracemalloc).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.loaders import Loader

OPERATIONS = frozenset(
    {
        "AssociateContactWithUser",
        "AssociateUserProficiencies",
        "CreateUser",
        "DeleteAllEntitySessions",
        "DeleteQuickConnect",
        "DeleteUser",
        "DescribeContact",
        "DescribeInstance",
        "DescribePredefinedAttribute",
        "DescribeQuickConnect",
        "DescribeUser",
        "DisassociateUserProficiencies",
        "GetCurrentUserData",
        "ListPredefinedAttributes",
        "ListRoutingProfiles",
        "ListSecurityProfiles",
        "ListUserProficiencies",
        "ListUsers",
        "SearchQuickConnects",
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
    }
)
"""Of Amazon Connect, all that the operator and its commands call."""

_SERVICES = frozenset({"connect", "sts", "oidc", "portal.sso", "signin"})
"""By their names in endpoints.json: Connect, and what botocore's credential chain may call."""

Json = dict[str, Any]


def trim(loader: Loader) -> None:
    """Take the rest out of what this loader has in memory, and gives to every client made from now on."""
    _trim_model(loader.load_service_model("connect", "service-2"))
    endpoints, _ = loader.load_data_with_path("endpoints")
    for partition in endpoints["partitions"]:
        _keep(partition["services"], _SERVICES)


def _trim_model(model: Json) -> None:
    _keep(model["operations"], OPERATIONS)
    described = (model["operations"].values(), model["shapes"].values())
    for each in (each for part in described for each in part):
        each.pop("documentation", None)
    needed: set[str] = set()
    _gather(_shapes_of(model["operations"].values()), model["shapes"], needed)
    _keep(model["shapes"], needed)


def _shapes_of(operations: Iterable[Json]) -> Iterator[str]:
    for operation in operations:
        members = (operation.get("input"), operation.get("output"), *operation.get("errors", ()))
        yield from (each["shape"] for each in members if each is not None)


def _gather(names: Iterable[str], shapes: Json, needed: set[str]) -> None:
    """Add these shapes, and all that they consist of."""
    for name in names:
        if name in needed:
            continue
        needed.add(name)
        shape = shapes[name]
        members = (
            *shape.get("members", {}).values(),
            *(shape[part] for part in ("member", "key", "value") if part in shape),
        )
        _gather((each["shape"] for each in members), shapes, needed)


def _keep(table: Json, names: Iterable[str]) -> None:
    for name in table.keys() - set(names):
        del table[name]
