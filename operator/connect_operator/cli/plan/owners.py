"""Whose a user is, seen from a plan: with the cluster's own identity where it is known, else by namespace and name.

Without a cluster neither its id nor the uid of an object is known. Then an owner tag that names the manifest's
namespace and name counts as its own, and every other owner is taken to exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from connect_operator.domain.objects import ConnectUser
from connect_operator.domain.ownership import OWNER_TAG, Owner, owner, parse_owner

ASSUMPTION = (
    "without the cluster, owner tags are compared by namespace and name, not by uid, and every other owner that a tag "
    "names is taken to exist"
)


@dataclass(frozen=True, slots=True)
class Owners:
    """`cluster_id` None: not known. `uids` of the cluster's objects, `known` whether those are all there are."""

    cluster_id: str | None
    uids: Collection[str] = ()
    known: bool = False

    def of(self, user: ConnectUser, tags: Mapping[str, str]) -> Owner:
        """The owner that the object is, given the tags of the user of its username."""
        meta = user.metadata
        tagged = parse_owner(tags.get(OWNER_TAG, ""))
        cluster = self.cluster_id
        if cluster is None:
            cluster = tagged.cluster if tagged is not None else "cluster"
        me = owner(cluster, meta.uid, meta.namespace, meta.name)
        if self.known or tagged is None or tagged.cluster != cluster:
            return me
        same = owner(cluster, tagged.uid, meta.namespace, meta.name)
        return same if same.object_name == tagged.object_name else me

    def is_live(self, other: Owner) -> bool:
        """Whether the object that a tag names exists."""
        return not self.known or other.uid in self.uids

    def shown(self, me: Owner) -> str:
        """The owner as a plan shows it: the tag, or what of it is known by now."""
        return me.tag if self.known and me.uid in self.uids else me.object_name
