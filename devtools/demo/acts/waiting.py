"""More users than the API quota admits at once: they wait in turn, and no call is made too early."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from demo.act import Act
from demo.manifest_files import DEMO, NAMESPACE, read
from demo.scene import NotObservedError, Scene, reason_and_message
from local_stack.objects import is_ready

_FILE = DEMO / "night-shift.yaml"
_RATE = 2.0
"""Calls a second of each operation: Connect's default quota, and the simulator's."""
_BURST = 5
"""Calls at once after a pause, likewise."""
_SECONDS_BETWEEN_LOOKS = 0.2


def _play(scene: Scene) -> str:
    screen = scene.screen
    names = [each["metadata"]["name"] for each in read(_FILE)]
    scene.apply(_FILE)
    came_slowly = len(names) <= _BURST + _RATE * scene.elapsed()
    with screen.progress(len(names)) as show:
        waited = _watch(scene, names, show)
    created = [each for each in scene.writes() if each.operation == "CreateUser"]
    scene.require("exactly one CreateUser for each", len(created) == len(names), len(created))
    throttled = [each.operation for each in scene.control.journal() if each.throttled]
    scene.require("Connect throttled no call since the start", not throttled, throttled)
    scene.require("somebody's status said that it waits", waited or came_slowly)
    if not waited:
        screen.timed(
            "None had to wait: this machine is so busy that kubectl brought them more slowly than the quota admits."
        )
    seconds = created[-1].time - created[0].time
    screen.observed(
        f"{len(names)} users by {len(created)} CreateUser calls in {seconds:.1f} s. "
        "Connect never had to refuse a call for coming too soon."
    )
    return f"{len(names)} users in {seconds:.1f} s, 0 throttled calls"


def _watch(scene: Scene, names: Sequence[str], show: Callable[[int, str], None]) -> bool:
    """Follow the users until all are Ready; tells whether one of them was seen waiting for quota."""
    waited = False
    while True:
        users = [each for each in scene.objects.every("ConnectUser", NAMESPACE) if each["metadata"]["name"] in names]
        ready = sum(is_ready(each) for each in users)
        if not waited:
            waited = _show_waiting(scene, users)
        left = len(names) - ready
        show(ready, f"Ready, about {left / _RATE:.0f} s left" if left else "Ready")
        if not left:
            return waited
        if scene.elapsed() > scene.seconds:
            raise NotObservedError(f"not seen within {scene.seconds:.0f} s: all Ready; instead: {ready}")
        scene.sleep(_SECONDS_BETWEEN_LOOKS)


def _show_waiting(scene: Scene, users: Sequence[dict[str, object]]) -> bool:
    for user in reversed(users):
        reason, message = reason_and_message(user)
        if reason == "WaitingForQuota":
            metadata = user["metadata"]
            name = metadata["name"] if isinstance(metadata, dict) else ""
            scene.screen.timed(f"The status of {name} says: {reason}: {message}")
            return True
    return False


ACT = Act(
    "Twenty users, and a quota",
    "Connect admits 2 calls a second of each operation, and 5 at once after a pause. The operator knows that, so the "
    "twenty users of the night shift wait for their turn instead of being refused:",
    180.0,
    _play,
)
