"""Which finalizer keeps a ConnectInstance: one for each group of namespaces that an operator looks after.

Of two operators of one cluster, each for namespaces of its own, neither may let an instance go that the other's users
need.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from connect_operator.domain.kinds.objects import INSTANCE_FINALIZER

# The name behind the slash may have 63 characters (a qualified name).
_LONGEST = 63 - len("instance.")


@dataclass(frozen=True, slots=True)
class InstanceFinalizer:
    """The finalizer of an operator for these namespaces; none means all."""

    finalizer: str = INSTANCE_FINALIZER

    @classmethod
    def of(cls, namespaces: Collection[str]) -> InstanceFinalizer:
        """`…/instance` for all namespaces, `…/instance.NAMESPACE` for one, and a name of their own for several."""
        if not namespaces:
            return cls()
        names = ",".join(sorted(set(namespaces)))
        fits = "," not in names and len(names) <= _LONGEST
        return cls(f"{INSTANCE_FINALIZER}.{names if fits else hashlib.sha256(names.encode()).hexdigest()[:16]}")

    def is_on(self, finalizers: Iterable[str]) -> bool:
        """Whether it holds the object."""
        return self.finalizer in finalizers

    def taken_off(self, finalizers: Iterable[str]) -> list[str]:
        """The others. Who looks after all namespaces takes those of some off, too: such an operator is no more."""
        everything = self.finalizer == INSTANCE_FINALIZER
        return [
            each
            for each in finalizers
            if each != self.finalizer and not (everything and each.startswith(f"{INSTANCE_FINALIZER}."))
        ]


FOR_ALL = InstanceFinalizer()
"""Of an operator for all namespaces."""
