"""Whose user it is: the owner tag, and what it allows.

The tag is set in the very CreateUser call, so a user whose creation was not acknowledged is recognised by it. Pure:
which objects live is asked through a function.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

OWNER_TAG = "connect-operator.io/owner"
DEACTIVATED_TAG = "connect-operator.io/deactivated"
"""Since when a user is inactive whose manifest was deleted with deletionPolicy: Deactivate (RFC 3339)."""
RESERVED_PREFIXES = ("connect-operator.io/", "aws:")

# Letters whose other case is an ASCII letter, so that they are the same where case is not regarded.
_OTHER_CASES = str.maketrans({"\u017f": "s", "\u0131": "i", "\u0130": "i", "\u212a": "k"})
_LONGEST_TAG_VALUE = 256
_DIGEST_LENGTH = 32
_PARTS = 4


class Owner(NamedTuple):
    """One object of one cluster; `object_name` is namespace/name, or a digest of it where that would be too long."""

    cluster: str
    uid: str
    object_name: str

    @property
    def tag(self) -> str:
        """The value of the owner tag."""
        return f"{self.cluster}/{self.uid}/{self.object_name}"


def owner(cluster: str, uid: str, namespace: str, name: str) -> Owner:
    """The owner that this object is."""
    full = Owner(cluster, uid, f"{namespace}/{name}")
    if len(full.tag) <= _LONGEST_TAG_VALUE:
        return full
    digest = hashlib.sha256(full.object_name.encode()).hexdigest()[:_DIGEST_LENGTH]
    return full._replace(object_name=digest)


def called(other: Owner, me: Owner) -> str:
    """Another object in words: by name where who reads about `me` may know it; other namespaces are other people's."""
    here, separator, _ = me.object_name.partition("/")
    if separator and other.object_name.startswith(f"{here}/"):
        return f"ConnectUser {other.object_name}"
    return "ConnectUser of another namespace"


def parse_owner(tag: str) -> Owner | None:
    """The owner that a tag names; None for a value that this operator did not write."""
    parts = tag.split("/", 2)
    if len(parts) != _PARTS - 1 or not all(parts):
        return None
    return Owner(*parts)


class Claim(enum.Enum):
    """What the tags of a user say to one object."""

    MINE = "the tag names this object"
    MISSING = "no owner tag"
    FORMER_SELF = "the tag names a former object of this cluster, namespace and name"
    SAME_CLUSTER = "the tag names another object of this cluster"
    OTHER_CLUSTER = "the tag names an object of another cluster, or is no tag of ours"


def claim_of(tags: Mapping[str, str], me: Owner) -> Claim:
    """What the owner tag among these tags says to the object `me`."""
    value = tags.get(OWNER_TAG)
    if value is None:
        return Claim.MISSING
    other = parse_owner(value)
    if other is not None and other.uid == me.uid:
        return Claim.MINE  # uids are unique; the cluster may have been given another name since
    if other is None or other.cluster != me.cluster:
        return Claim.OTHER_CLUSTER
    return Claim.FORMER_SELF if other.object_name == me.object_name else Claim.SAME_CLUSTER


class Refusal(NamedTuple):
    """Why a user may not be adopted, as a sentence with the remedy."""

    message: str


def may_adopt(tags: Mapping[str, str], me: Owner, policy: str, is_live: Callable[[Owner], bool]) -> Refusal | None:
    """None when the object may take the user under that adoption policy, else why not.

    A user of a live object of this cluster is never taken. `is_live` tells whether the owner's object exists.
    """
    claim = claim_of(tags, me)
    other = parse_owner(tags.get(OWNER_TAG, ""))
    if claim is Claim.MINE:
        return None
    if claim is Claim.SAME_CLUSTER and other is not None and is_live(other):
        return Refusal(f"it belongs to the {called(other, me)}, which exists; give one of them another username")
    if policy == "Always" or (policy == "IfUnowned" and claim in (Claim.MISSING, Claim.FORMER_SELF)):
        return None
    return Refusal(_refusal(claim, other, me, policy))


def _refusal(claim: Claim, other: Owner | None, me: Owner, policy: str) -> str:
    if claim in (Claim.MISSING, Claim.FORMER_SELF):
        former = "it belonged to a former object of this name" if claim is Claim.FORMER_SELF else "it has no owner"
        return (
            f"{former}, and adoptionPolicy is {policy}; set spec.adoptionPolicy: IfUnowned to take "
            "it over, which the ConnectInstance's spec.allowedAdoptionPolicies must grant"
        )
    holder = f"the former {called(other, me)}" if claim is Claim.SAME_CLUSTER and other else "another cluster"
    return (
        f"it is tagged as owned by {holder}, and adoptionPolicy is {policy}; set spec.adoptionPolicy: Always to take "
        "it over, which the ConnectInstance's spec.allowedAdoptionPolicies must grant"
    )


def own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that a manifest can manage: all but the operator's and AWS's own."""
    return {key: value for key, value in tags.items() if not is_reserved(key)}


def is_reserved(key: str) -> bool:
    """Whether a tag's key is the operator's or AWS's own, or differs from such a one by case or blanks only.

    IAM compares keys of tags without regard to case: a second key of that kind would make a condition ambiguous.
    """
    return "".join(key.split()).translate(_OTHER_CASES).lower().startswith(RESERVED_PREFIXES)
