"""An edited manifest changes the user in Connect, by the calls that are needed and no others."""

from __future__ import annotations

from demo.act import Act
from demo.manifest_files import DEMO, SAMPLES, difference
from demo.scene import Scene

_BEFORE = SAMPLES / "connectuser-by-name.yaml"
_AFTER = DEMO / "edited-user.yaml"
_NAME, _USERNAME = "john.roe", "jroe"
_CALLS = {"UpdateUserIdentityInfo", "UpdateUserRoutingProfile"}


def _play(scene: Scene) -> str:
    screen = scene.screen
    screen.document(difference(_BEFORE, _AFTER), "diff")
    screen.say("What would that do in Connect? Asking changes nothing:")
    screen.document(scene.plan(_AFTER), "text")
    began = screen.clock()
    scene.apply(_AFTER)
    scene.until_ready(_NAME)
    seconds = screen.clock() - began
    calls = [each.operation for each in scene.writes()]
    screen.observed(f"Done in {seconds:.1f} s with {len(calls)} AWS calls: {', '.join(calls)}.")
    scene.require("one call for each change", set(calls) == _CALLS and len(calls) == len(_CALLS), calls)
    user = scene.control.user(_USERNAME) or {}
    scene.require("the last name in Connect", user["IdentityInfo"]["LastName"] == "Roe-Smith", user["IdentityInfo"])
    return f"2 changes, {len(calls)} AWS calls, converged in {seconds:.1f} s"


ACT = Act(
    "An edit",
    "John Roe has a new last name and a new routing profile. In Git that is a change of two lines:",
    180.0,
    _play,
)
