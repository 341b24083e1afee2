"""A plan of manifests from standard input, and somebody in Connect whom they may mean."""

from __future__ import annotations

import json
from typing import Any

from connect_sim.control_client import SimControl

from .commands import Cli, Ended


def plan(cli: Cli, *manifests: dict[str, Any], options: tuple[str, ...] = ()) -> Ended:
    stream = "\n---\n".join(json.dumps(manifest) for manifest in manifests)
    return cli("plan", "-f", "-", *options, stdin=stream)


def only(ended: Ended) -> dict[str, Any]:
    [user] = json.loads(ended.out)["users"]
    found: dict[str, Any] = user
    return found


def in_connect(sim: SimControl, username: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    identity = {"FirstName": "Jane", "LastName": "Doe", "Email": f"{username}@example.com"}
    [made] = sim.add_users([{"Username": username, "IdentityInfo": identity, **members}])
    return made
