"""Somebody changes a user in the Connect console: it is seen and put back."""

from __future__ import annotations

from demo.act import Act
from demo.scene import Scene

_SWEEP = {"ListUsers", "SearchUsers"}
"""The calls that read all users of an instance."""
_NAME, _USERNAME = "john.roe", "jroe"


def _play(scene: Scene) -> str:
    screen = scene.screen
    scene.patch("ConnectInstance", "support", {"spec": {"driftCheckInterval": "10s"}})
    scene.until("all users are read", lambda: {each.operation for each in scene.finished_calls()} >= _SWEEP)
    screen.timed("All users have just been read and are as the manifests say.")
    before = scene.control.user(_USERNAME) or {}
    known = set(scene.updates(_NAME))
    scene.control.edit_user(before["Id"], IdentityInfo={"LastName": "Rowe"})
    changed = screen.clock()
    screen.timed("In the console somebody changes the last name of jroe from Roe-Smith to Rowe.")
    scene.until(
        "the last name is Roe-Smith again",
        lambda: (scene.control.user(_USERNAME) or {})["IdentityInfo"]["LastName"] == "Roe-Smith",
        lambda: (scene.control.user(_USERNAME) or {})["IdentityInfo"],
    )
    seconds = scene.screen.clock() - changed
    news = scene.until("an Event about it", lambda: [each for each in scene.updates(_NAME) if each not in known])
    screen.observed(f"Seen and put back after {seconds:.1f} s. The Event says what it was:")
    screen.quote("\n".join(news))
    scene.until_ready(_NAME)
    return f"seen and put back after {seconds:.1f} s"


ACT = Act(
    "A change in the console",
    "The manifest is the truth. The operator compares all users with it once a minute; for this demonstration every "
    "10 seconds:",
    180.0,
    _play,
)
