"""Which of the cluster's objects a prune would take: those of the files' namespaces that are not in the files. Pure.

What a prune would do to their users is for the operator's own checklists to say, the deletion guard's included: the
objects are shown to them as if their deletion had been asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from connect_operator.domain.kinds.objects import ConnectUser, ObjectKey


def pruned(
    in_cluster: Iterable[ConnectUser], kept: Collection[ObjectKey], among: Collection[ObjectKey], now: str
) -> list[ConnectUser]:
    """The objects that go, with `now` (RFC 3339) as the time at which their deletion was asked for."""
    spaces = {key.namespace for key in kept}
    return [
        msgspec.structs.replace(user, metadata=msgspec.structs.replace(user.metadata, deletion_timestamp=now))
        for user in in_cluster
        if user.key.namespace in spaces and user.key not in kept and user.key in among and not user.deleting
    ]


def selects(selector: str, labels: Mapping[str, str]) -> bool:
    """Whether a selector as kubectl's -l takes it (`a=b,c!=d,e,!f`) fits these labels. Raises ValueError."""
    return all(_fits(each.strip(), labels) for each in selector.split(",")) if selector else True


def _fits(term: str, labels: Mapping[str, str]) -> bool:
    if "(" in term or " " in term:
        raise ValueError(f"--selector: {term!r} is not understood; write key=value, key!=value, key or !key")
    if "!=" in term:
        key, _, value = term.partition("!=")
        return labels.get(key) != value
    if "=" in term:
        key, _, value = term.replace("==", "=").partition("=")
        return labels.get(key) == value
    return term[1:] not in labels if term.startswith("!") else term in labels
