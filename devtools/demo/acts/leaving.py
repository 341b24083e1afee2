"""Somebody leaves for a while: signed out at once, without access, and back again with everything."""

from __future__ import annotations

from demo.act import Act
from demo.scene import Scene

_NAME = "jane.doe"
_INACTIVE = {"securityProfileNames": ["No Access"], "routingProfileName": "Nobody"}
_CALLS = ["DeleteAllEntitySessions", "UpdateUserSecurityProfiles", "UpdateUserRoutingProfile"]


def _play(scene: Scene) -> str:
    screen = scene.screen
    scene.control.add_record("security-profiles", name="No Access")
    scene.control.add_record("routing-profiles", name="Nobody")
    before = scene.control.user(_NAME) or {}
    scene.control.sign_in(before["Id"])
    screen.timed("In Connect there are two profiles that give nothing, and Jane Doe is signed in.")
    scene.patch("ConnectInstance", "support", {"spec": {"inactive": _INACTIVE}})
    scene.patch("ConnectUser", _NAME, {"spec": {"state": "Inactive"}})
    message = scene.until_reason(_NAME, "Inactive")
    seconds = scene.elapsed()
    scene.require("she is signed out", scene.control.sessions(before["Id"]) == 0)
    scene.require("signed out first, then without rights", scene.changes() == _CALLS, scene.changes())
    scene.show_users([_NAME])
    screen.quote(message)
    screen.observed(f"Signed out and without access after {seconds:.1f} s, with the same ID. And back:")
    scene.patch("ConnectUser", _NAME, {"spec": {"state": "Active"}})
    scene.until_reason(_NAME, "Available")
    after = scene.control.user(_NAME) or {}
    held = ("Id", "RoutingProfileId", "SecurityProfileIds")
    scene.require("she has what she had", [after[each] for each in held] == [before[each] for each in held], after)
    return f"signed out and inactive after {seconds:.1f} s, and active again with her own profiles"


ACT = Act(
    "A leave",
    "Jane Doe is away for a year. Connect cannot disable a user; the operator takes her access, ends her sessions, and "
    "keeps the user with its history:",
    180.0,
    _play,
)
