"""Names for Kubernetes objects made from usernames: valid (RFC 1123 subdomain), unique, and the same in every run."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

_LONGEST = 253
_DIGITS = 6
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_OTHERS = re.compile(r"[^a-z0-9.]+")


def object_names(usernames: Iterable[str], former: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """A name for each username.

    A username that is a valid name is its own name. The others are made valid; where that makes two the same, or one
    that is taken, a digest of the username is added. `former` are names that were given before, also to others: they
    are kept, and nobody else gets them.
    """
    wanted = sorted(set(usernames))
    kept = {username: former[username] for username in wanted if username in former}
    taken = set(former.values())
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for username in wanted:
        if username not in kept:
            alike[_valid(username)].append(username)
    names = kept | {
        username: valid
        for valid, group in alike.items()
        for username in group
        if valid not in taken and _keeps(username, valid, group)
    }
    taken |= set(names.values())
    for valid, group in alike.items():
        for username in group:
            if username not in names:
                names[username] = _distinct(valid, username, taken)
                taken.add(names[username])
    return names


def is_made_of(name: str, username: str) -> bool:
    """Whether the name is one that `object_names` gives to that username, in whatever company."""
    valid = _valid(username)
    return name in {valid, _distinct(valid, username, frozenset())}


def _keeps(username: str, valid: str, group: list[str]) -> bool:
    return bool(valid) and (username == valid or len(group) == 1)


def _valid(username: str) -> str:
    """The username with what no name can have replaced; "" when nothing is left."""
    if len(username) <= _LONGEST and _SUBDOMAIN.fullmatch(username):
        return username
    labels = (_OTHERS.sub("-", label).strip("-") for label in username.lower().split("."))
    return ".".join(label for label in labels if label)[:_LONGEST].rstrip("-.")


def _distinct(valid: str, username: str, taken: Collection[str]) -> str:
    digest = hashlib.sha256(username.encode()).hexdigest()
    for digits in range(_DIGITS, len(digest) + 1):
        suffix = f"-{digest[:digits]}"
        name = (valid or "user")[: _LONGEST - len(suffix)].rstrip("-.") + suffix
        if name not in taken:
            return name
    raise ValueError(f"no name is left for {username!r}")
