"""What the operator needs of Kubernetes, as in manifests/rbac.yaml, and whether it may.

With a Deployment its ServiceAccount is asked about, if the caller may ask that; else the caller.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import msgspec

from connect_operator.cli.check.findings import NOTE, OK, WRONG, Finding, Operator
from connect_operator.domain.kinds.objects import GROUP
from connect_operator.kube.connection import Connection, Request, RequestRefusedError
from connect_operator.kube.teardown import DEFINITIONS

_REVIEWS = "/apis/authorization.k8s.io/v1"
_APIEXTENSIONS = "apiextensions.k8s.io"
_EVERY_NAMESPACE = "without it every deletion waits for a confirmation"


class Right(NamedTuple):
    """One right; `without` says what does not work without it, `needed` whether the operator can do without.

    `own`: in the operator's own namespace only.
    """

    verb: str
    group: str
    resource: str
    name: str = ""
    without: str = "the operator cannot work without it"
    needed: bool = True
    own: bool = False

    def __str__(self) -> str:
        return (
            f"{self.verb} {self.resource}{'.' if self.group else ''}{self.group}{' ' if self.name else ''}{self.name}"
        )


def _of(verbs: str, group: str, *resources: str) -> list[Right]:
    return [Right(verb, group, resource) for resource in resources for verb in verbs.split()]


RIGHTS = (
    *_of("get list watch patch", GROUP, "connectusers", "connectinstances"),
    *_of("get list watch delete", GROUP, "connectcontactassignments"),
    *_of("patch", GROUP, *(f"{each}/status" for each in DEFINITIONS)),
    *_of("create patch", "", "events"),
    *(
        Right(verb, "coordination.k8s.io", "leases", without="it does not run, unless leader election is off", own=True)
        for verb in ("get", "create", "update")
    ),
    *(
        Right("get", _APIEXTENSIONS, "customresourcedefinitions", f"{each}.{GROUP}", _EVERY_NAMESPACE)
        for each in DEFINITIONS
    ),
    Right("get", "", "namespaces", "", f"{_EVERY_NAMESPACE}, unless Roles grant it in single namespaces", needed=False),
    Right("get", "", "secrets", "", "no first password can be read, unless RoleBindings grant it", needed=False),
    *(
        Right(verb, "", "secrets", "", "no first password can be generated, unless RoleBindings grant it", needed=False)
        for verb in ("create", "delete")
    ),
)


class _Status(msgspec.Struct, frozen=True):
    allowed: bool = False


class _Review(msgspec.Struct, frozen=True):
    status: _Status = _Status()


async def rights(opened: Connection, operators: list[Operator] | None) -> list[Finding]:
    """One line: how many of them are granted, and which are not. Raises ClusterUnavailableError."""
    user = next((f"system:serviceaccount:{each.namespace}:{each.service_account}" for each in operators or ()), "")
    try:
        allowed = await _all(opened, user)
    except RequestRefusedError:
        # Asking about others takes a right of its own.
        user, allowed = "", await _all(opened, "")
    who = f"the operator ({user})" if user else "you (about the operator itself nothing could be asked)"
    missing = [right for right, granted in zip(RIGHTS, allowed, strict=True) if not granted]
    lines = [Finding("rights", OK, f"{len(RIGHTS) - len(missing)} of {len(RIGHTS)} granted to {who}")]
    for right in missing:
        result = WRONG if right.needed and user else NOTE
        lines.append(Finding("rights", result, f"{who} may not {right}: {right.without}; see manifests/rbac.yaml"))
    return lines if len(missing) < len(RIGHTS) else lines[1:]


async def _all(opened: Connection, user: str) -> list[bool]:
    return await asyncio.gather(*(_granted(opened, right, user) for right in RIGHTS))


async def _granted(opened: Connection, right: Right, user: str) -> bool:
    resource, _, subresource = right.resource.partition("/")
    attributes = {
        "verb": right.verb,
        "group": right.group,
        "resource": resource,
        "subresource": subresource,
        "name": right.name,
    }
    if right.own and user:
        attributes["namespace"] = user.split(":")[2]
    kind = "SubjectAccessReview" if user else "SelfSubjectAccessReview"
    spec: dict[str, object] = {"resourceAttributes": attributes}
    if user:
        namespace = user.split(":")[2]
        groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]
        spec |= {"user": user, "groups": groups}
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}
    answer = await opened.request(Request("POST", f"{_REVIEWS}/{kind.lower()}s", body=body))
    return msgspec.json.decode(answer, type=_Review).status.allowed
