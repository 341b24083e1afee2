"""A username that somebody else has: nothing is touched until the manifest allows it."""

from __future__ import annotations

from demo.act import Act
from demo.manifest_files import DEMO
from demo.scene import Scene

_FILE = DEMO / "taken-username.yaml"
_NAME = "alex.kim"
_CHANGE = {"spec": {"adoptionPolicy": "IfUnowned"}}


def _play(scene: Scene) -> str:
    screen = scene.screen
    [made] = scene.control.add_users([{"Username": _NAME, "IdentityInfo": {"FirstName": "A.", "LastName": "Kim"}}])
    screen.timed(f"In the console somebody made the user {_NAME}, ID {made['Id']}. Then comes a manifest:")
    scene.apply(_FILE)
    message = scene.until_reason(_NAME, "UsernameTaken")
    scene.require("the message names the user who has it", made["Id"] in message, message)
    scene.require("nothing was changed in Connect", not scene.changes(), scene.changes())
    screen.observed("Left alone. The status says who has the name, and what to do:")
    screen.quote(message)
    scene.patch("ConnectUser", _NAME, _CHANGE)
    scene.until_ready(_NAME)
    status = (scene.user(_NAME) or {})["status"]
    scene.require("it is the same user", status["userId"] == made["Id"], status)
    calls = scene.changes()
    scene.require("no user was created", "CreateUser" not in calls, calls)
    screen.observed(f"Taken over: the same ID, brought to what the manifest says ({', '.join(calls)}).")
    scene.show_users([_NAME])
    return "UsernameTaken names the holder; taken over when allowed"


ACT = Act(
    "A username that is taken",
    "Connect has a user of that name already, and no manifest made it. Overwriting it could be a mistake.",
    180.0,
    _play,
)
