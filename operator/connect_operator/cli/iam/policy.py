"""The policy document: one statement for each grant, scoped to an instance, a cluster and the chosen profiles. Pure.

IAM cannot tell the tagging within CreateUser from the tagging of a user that exists without an owner: both are
TagResource, on a user without owner tag, with our own tag in the request. So the statement that lets users be created
with their tag is the one by which users without an owner are adopted; who may do that, the ConnectInstance says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from connect_operator.cli.iam.calls import CALLS, GIVING, Feature, Grant
from connect_operator.domain.connect.arn import InstanceArn, bare_id
from connect_operator.domain.connect.ownership import OWNER_TAG

Statement = dict[str, Any]
PRIVILEGED_TAG = "connect-operator.io/privileged"
"""An administrator's tag; no manifest can set it or take it off, since its prefix is reserved."""

_READS = frozenset({Grant.READ_INSTANCE, Grant.READ_USER, Grant.READ_PROFICIENCIES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom the policy is for. Empty profiles: any of the instance; `read_only`: no write at all."""

    instance: InstanceArn
    cluster_id: str
    features: Collection[Feature] = ()
    routing_profiles: tuple[str, ...] = ()
    security_profiles: tuple[str, ...] = ()
    read_only: bool = False

    def below(self, kind: str, ids: Collection[str] = ("*",)) -> list[str]:
        """The ARNs of resources of that kind."""
        return [f"{self.instance}/{kind}/{bare_id(each)}" for each in ids]

    @property
    def users(self) -> list[str]:
        """All users of the instance."""
        return self.below("agent")

    @property
    def given(self) -> list[str]:
        """What a user may be given: the profiles, and every group."""
        return [
            *self.below("routing-profile", self.routing_profiles or ("*",)),
            *self.below("security-profile", self.security_profiles or ("*",)),
            *self.below("agent-group"),
        ]


def policy(scope: Scope) -> dict[str, Any]:
    """The policy as IAM takes it."""
    return {"Version": "2012-10-17", "Statement": list(_statements(scope))}


def _statements(scope: Scope) -> Iterator[Statement]:
    for grant in Grant:
        actions = [
            f"connect:{call.operation}"
            for call in CALLS
            if call.grant is grant and (call.feature is None or call.feature in scope.features)
        ]
        if actions and (grant in _READS or not scope.read_only):
            yield _allow(grant, actions, scope)
    yield _statement("DirectoriesOfTheAccount", ["ds:DescribeDirectories"], ["*"])
    if scope.read_only:
        return
    yield _statement("GiveProfilesAndGroups", [f"connect:{each}" for each in GIVING], scope.given)
    if Feature.ADOPTION in scope.features:
        yield _statement("TakeUsersOfOthersOver", ["connect:TagResource"], scope.users, _requested(scope))
    yield _privileged(scope)


def _allow(grant: Grant, actions: list[str], scope: Scope) -> Statement:
    instance, users = [str(scope.instance)], scope.users
    own = {"StringLike": {f"aws:ResourceTag/{OWNER_TAG}": f"{scope.cluster_id}/*"}}
    nobodys = {**_requested(scope), "Null": {f"aws:ResourceTag/{OWNER_TAG}": "true"}}
    sid, resources, condition = {
        Grant.READ_INSTANCE: ("SweepTheInstanceAndFindNames", instance, {}),
        Grant.READ_USER: ("ReadWhatNoListShows", users, {}),
        Grant.READ_PROFICIENCIES: ("ReadProficiencies", [*instance, *users], {}),
        Grant.CREATE: ("CreateUsersWithTheOwnerTag", [*users, *scope.given], _requested(scope)),
        Grant.CHANGE_OWN: ("ChangeAndDeleteOwnUsers", users, own),
        Grant.TAG_OWN: ("TagOwnUsers", users, own),
        Grant.TAG_NEW: ("TagUsersThatHaveNoOwner", users, nobodys),
        Grant.PROFICIENCIES: ("ChangeProficiencies", [*instance, *users], {}),
        Grant.CONTACTS: ("HandContactsToUsers", [*instance, *scope.below("contact"), *users], {}),
        Grant.SESSIONS: ("SignLeaversOut", [*instance, *users], {}),
        Grant.PRESENCE: ("SeeContactsAtDesks", [*instance, *users], {}),
        Grant.READ_QUICK_CONNECTS: ("FindQuickConnects", instance, {}),
        Grant.QUICK_CONNECTS: ("DeleteQuickConnects", scope.below("transfer-destination"), {}),
    }[grant]
    return _statement(sid, actions, resources, condition)


def _requested(scope: Scope) -> dict[str, Any]:
    """Our own owner tag is among the tags of the request."""
    return {"StringLike": {f"aws:RequestTag/{OWNER_TAG}": f"{scope.cluster_id}/*"}}


def _privileged(scope: Scope) -> Statement:
    """Who can change an e-mail address can reset a password: not of those whom an administrator has tagged."""
    actions = ["connect:UpdateUserIdentityInfo", "connect:TagResource", "connect:UntagResource"]
    condition = {"StringEquals": {f"aws:ResourceTag/{PRIVILEGED_TAG}": "true"}}
    return {**_statement("LeavePrivilegedUsersAlone", actions, scope.users, condition), "Effect": "Deny"}


def _statement(
    sid: str, actions: list[str], resources: list[str], condition: dict[str, Any] | None = None
) -> Statement:
    said = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return {**said, "Condition": condition} if condition else said
