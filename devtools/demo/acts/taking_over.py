"""A username that somebody else has: nothing is touched until the manifest allows it."""

from __future__ import annotations

from demo.act import Act
from demo.manifest_files import DEMO
from demo.scene import Scene, reason_and_message
from local_stack.objects import is_ready

_FILE = DEMO / "taken-username.yaml"
_NAME = "alex.kim"


def _play(scene: Scene) -> str:
    screen = scene.screen
    [made] = scene.control.add_users([{"Username": _NAME, "IdentityInfo": {"FirstName": "A.", "LastName": "Kim"}}])
    screen.timed(f"In the console somebody made the user {_NAME}, ID {made['Id']}.")
    scene.apply(_FILE)
    scene.until(
        f"{_NAME} has the reason UsernameTaken",
        lambda: reason_and_message(scene.user(_NAME))[0] == "UsernameTaken",
        lambda: reason_and_message(scene.user(_NAME)),
    )
    message = reason_and_message(scene.user(_NAME))[1]
    scene.require("the message names the user who has it", made["Id"] in message, message)
    scene.require("nothing was changed in Connect", not scene.changes(), scene.changes())
    screen.observed("Left alone. The status says who has the name, and what to do:")
    screen.quote(message)
    scene.patch(
        "ConnectUser", _NAME, '{"spec":{"adoptionPolicy":"IfUnowned"}}', {"spec": {"adoptionPolicy": "IfUnowned"}}
    )
    scene.until(f"{_NAME} is Ready", lambda: is_ready(scene.user(_NAME)), lambda: reason_and_message(scene.user(_NAME)))
    status = (scene.user(_NAME) or {})["status"]
    scene.require("it is the same user", status["userId"] == made["Id"], status)
    calls = scene.changes()
    scene.require("no user was created", "CreateUser" not in calls, calls)
    screen.observed(f"Taken over: the same ID, brought to what the manifest says ({', '.join(calls)}).")
    scene.show_users([_NAME])
    return "UsernameTaken names the holder; taken over when allowed"


ACT = Act(
    "A username that is taken",
    "A user of that name exists already, and no manifest made it. Overwriting it could be a mistake:",
    15.0,
    _play,
)
