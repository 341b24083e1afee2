"""What the tests of the connection share: servers that misbehave as told, and connections to them."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web

from connect_operator.kube.connection import Connection
from connect_operator.kube.credentials import loader

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


def kubeconfig(folder: Path, url: str, user: Mapping[str, object]) -> Path:
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": url}}],
        "users": [{"name": "u", "user": user}],
    }
    file = folder / "kubeconfig"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def connection_to(folder: Path, url: str, user: Mapping[str, object] | None = None) -> Connection:
    file = kubeconfig(folder, url, user if user is not None else {"token": "t"})
    return Connection(loader({"KUBECONFIG": str(file)}))
