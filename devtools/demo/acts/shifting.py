"""What a supervisor changes during the shift: left to Connect, or put back in a window at night, as it was said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from demo.act import Act
from demo.scene import Scene, reason_and_message

_LEFT, _LEFT_USERNAME = "john.roe", "jroe"
_WAITS = "jane.doe"
_MOVED = "UpdateUserRoutingProfile"


def _play(scene: Scene) -> str:
    screen = scene.screen
    night = (datetime.now(UTC) + timedelta(days=2)).strftime("%a")
    window = {"start": "02:00", "end": "04:00", "days": [night]}
    scene.patch("ConnectInstance", "support", {"spec": {"driftRepair": {"timeZone": "UTC", "windows": [window]}}})
    scene.patch("ConnectUser", _LEFT, {"spec": {"ignoreDrift": ["routingProfile"]}})
    scene.until_ready(_LEFT)
    wanted = _move(scene)
    _see_left(scene)
    screen.timed(f"{_WAITS} is to be as the manifest says, but not before the night:")
    screen.quote(scene.until_reason(_WAITS, "DriftPending"))
    scene.show_users([_LEFT, _WAITS])
    scene.require("nobody was moved back", _MOVED not in scene.changes(), scene.changes())
    screen.observed("Both are Ready, and both work where the supervisor wants them. The night, for once, is now:")
    scene.patch("ConnectInstance", "support", {"spec": {"driftRepair": None}})
    scene.until_reason(_WAITS, "Available")
    holds = (scene.control.user(_WAITS) or {})["RoutingProfileId"]
    scene.require(f"{_WAITS} is moved back", holds == wanted, holds)
    scene.require(f"{_LEFT} is not", scene.changes().count(_MOVED) == 1, scene.changes())
    screen.observed(f"{_WAITS} is put back; {_LEFT} stays until the manifest's own line is edited.")
    return "one left to Connect, one told at once and put back when its window opened"


def _move(scene: Scene) -> str:
    """Move both in Connect; returns the routing profile that the second one had."""
    profiles = [each["id"] for each in scene.control.records("routing-profiles")]
    before = ""
    for username in (_LEFT_USERNAME, _WAITS):
        user = scene.control.user(username) or {}
        before = str(user["RoutingProfileId"])
        other = next(each for each in profiles if each != before)
        scene.control.edit_user(user["Id"], RoutingProfileId=other)
    scene.screen.timed(f"In the console a supervisor moves {_LEFT} and {_WAITS} to other routing profiles.")
    return before


def _see_left(scene: Scene) -> None:
    def ignored() -> list[str]:
        return list(((scene.user(_LEFT) or {}).get("status") or {}).get("ignored", []))

    scene.until(f"status.ignored of {_LEFT}", ignored, lambda: reason_and_message(scene.user(_LEFT)))
    scene.screen.observed(f"Of {_LEFT} that section is left to Connect; status.ignored has the difference:")
    scene.screen.quote("\n".join(ignored()))


ACT = Act(
    "A shift",
    "During the shift supervisors move people, and want them to stay there. ignoreDrift leaves a section to Connect; "
    "driftRepair lets what is not left be put back at night:",
    180.0,
    _play,
)
