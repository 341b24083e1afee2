"""Whose a user is, seen from outside the operator: by uid where the cluster is known, else by namespace and name.

Without a cluster neither its id nor the uid of an object is known. Then an owner tag that names the manifest's
namespace and name counts as its own, and every other owner is taken to exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connect_operator.domain.connect.ownership import OWNER_TAG, Owner, owner, parse_owner
from connect_operator.domain.kinds.objects import ConnectUser

_UNKNOWN = (
    "without the cluster, owner tags are compared by namespace and name, not by uid, and every other owner that a tag "
    "names is taken to exist"
)
_FOUND = (
    "the operator's owner tags begin with {}, the UID of the namespace kube-system; where it is started with "
    "CONNECT_OPERATOR_CLUSTER_ID, set that here, too"
)
_NARROW = "owners in namespaces that were not asked for are taken to exist"


@dataclass(frozen=True, slots=True)
class Owners:
    """What is known of the cluster: its id (None: unknown), the uids of its objects, and of which namespaces.

    `namespaces` None: nothing was listed; empty: all of them were. `configured`: the id was given, not found out.
    """

    cluster_id: str | None = None
    uids: frozenset[str] = frozenset()
    namespaces: frozenset[str] | None = None
    configured: bool = True

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What is taken for granted, to be told to people."""
        if self.cluster_id is None or self.namespaces is None:
            return (_UNKNOWN,)
        found = () if self.configured else (_FOUND.format(self.cluster_id),)
        return (*found, _NARROW) if self.namespaces else found

    def of(self, user: ConnectUser, tags: Mapping[str, str]) -> Owner:
        """The owner that the object is, given the tags of the user of its username."""
        meta = user.metadata
        tagged = parse_owner(tags.get(OWNER_TAG, ""))
        cluster = self.cluster_id
        if cluster is None:
            cluster = tagged.cluster if tagged is not None else "cluster"
        me = owner(cluster, meta.uid, meta.namespace, meta.name)
        if tagged is None or tagged.cluster != cluster or self._knows(meta.namespace):
            return me
        same = owner(cluster, tagged.uid, meta.namespace, meta.name)
        return same if same.object_name == tagged.object_name else me

    def is_live(self, other: Owner) -> bool:
        """Whether the object that a tag names exists, as far as is known."""
        return other.uid in self.uids or not self._lists(other.object_name.partition("/")[0])

    def is_gone(self, other: Owner) -> bool:
        """Whether a tag names an object of this very cluster that does not exist; of others nothing is known."""
        return other.cluster == self.cluster_id and not self.is_live(other)

    def is_here(self, tags: Mapping[str, str]) -> bool:
        """Whether a user with these tags is an object's of this cluster that is known to exist."""
        other = parse_owner(tags.get(OWNER_TAG, ""))
        return other is not None and other.cluster == self.cluster_id and other.uid in self.uids

    def shown(self, me: Owner) -> str:
        """The owner as a plan shows it: the tag, or what of it is known by now."""
        return me.tag if self.cluster_id is not None and me.uid in self.uids else me.object_name

    def _knows(self, namespace: str) -> bool:
        """Whether the uid of an object there tells whose a user is."""
        return self.cluster_id is not None and self._lists(namespace)

    def _lists(self, namespace: str) -> bool:
        return self.namespaces is not None and (not self.namespaces or namespace in self.namespaces)
