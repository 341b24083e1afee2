"""Who may talk to a cluster and with what: users, the API server's token file, kubeconfigs."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class ClusterUser:
    """A user as RBAC knows one. The API server adds the group system:authenticated to everybody."""

    name: str
    groups: tuple[str, ...] = ()


# RBAC grants everything to this group and cannot take it away.
ADMINISTRATOR = ClusterUser("admin", ("system:masters",))


def new_tokens(users: Iterable[ClusterUser]) -> dict[ClusterUser, str]:
    """A fresh random token for each user; the administrator is always among them."""
    return {user: secrets.token_urlsafe(24) for user in (ADMINISTRATOR, *users)}


def token_file(tokens: Mapping[ClusterUser, str]) -> str:
    """The content of --token-auth-file: token, user, user ID, groups; read by the API server when it starts."""
    text = io.StringIO()
    for user, token in tokens.items():
        csv.writer(text, lineterminator="\n").writerow([token, user.name, user.name, ",".join(user.groups)])
    return text.getvalue()


def kubeconfig(server: str, certificate_authority: Path, user: str, token: str) -> str:
    """A kubeconfig for one user.

    It names the certificate's file: from a certificate inside it, the Python client would make temporary files.
    """
    cluster = {"server": server, "certificate-authority": str(certificate_authority)}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "local", "cluster": cluster}],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": user, "namespace": "default"}}],
        "current-context": "local",
    }
    return yaml.safe_dump(content, sort_keys=False)


def kubeconfig_file_name(user: ClusterUser) -> str:
    """A name that only this user with these groups has, and that a person recognises."""
    digest = hashlib.sha256(repr(user).encode()).hexdigest()[:8]
    return f"{re.sub(r'[^A-Za-z0-9.-]', '-', user.name)}-{digest}.kubeconfig"


def write_private(file: Path, content: str) -> Path:
    """Write a file that only its owner can read, and never half of it."""
    unfinished = file.with_name(file.name + ".unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(content)
    return unfinished.replace(file)
