"""More users than the API quota admits at once: they wait in turn, and no call is made too early."""

from __future__ import annotations

from datetime import UTC, datetime

from demo.act import Act
from demo.manifest_files import DEMO, read
from demo.scene import NotObservedError, Scene
from local_stack.objects import is_ready

_FILE = DEMO / "night-shift.yaml"
_RATE = 2.0
"""Calls a second of each operation: Connect's default quota, and the simulator's."""


def _play(scene: Scene) -> str:
    screen = scene.screen
    names = [each["metadata"]["name"] for each in read(_FILE)]
    scene.apply(_FILE)
    with screen.progress(len(names)) as show:
        ready = 0
        while ready < len(names):
            ready = sum(
                is_ready(each) for each in scene.objects.every("ConnectUser") if each["metadata"]["name"] in names
            )
            show(ready, _remark(scene, len(names) - ready))
            if scene.elapsed() > scene.seconds:
                raise NotObservedError(f"not seen within {scene.seconds:.0f} s: all Ready; instead: {ready}")
            scene.sleep(0.2)
    created = [each for each in scene.writes() if each.operation == "CreateUser"]
    seconds = created[-1].time - created[0].time
    scene.require("exactly one CreateUser for each", len(created) == len(names), len(created))
    throttled = [each for each in scene.control.journal() if each.throttled]
    scene.require("no call was throttled since the start", not throttled, throttled)
    screen.observed(
        f"{len(names)} users, {len(created)} CreateUser calls in {seconds:.1f} s; Connect never had to refuse a call "
        "for coming too soon."
    )
    return f"{len(names)} users in {seconds:.1f} s, 0 throttled calls"


def _remark(scene: Scene, left: int) -> str:
    status = (scene.objects.get("ConnectInstance", None, "support") or {}).get("status", {})
    end = status.get("backlog", {}).get("estimatedCompletionTime")
    if not left:
        return "Ready"
    if end is None:
        return f"Ready, about {left / _RATE:.0f} s left"
    seconds = (datetime.fromisoformat(end) - datetime.now(UTC)).total_seconds()
    return f"Ready, about {max(seconds, 0):.0f} s left (the operator's estimate)"


ACT = Act(
    "Twenty users, and a quota",
    "Connect admits 2 calls a second of a kind, 5 at once after a pause. The operator knows that, so the twenty users "
    "of the night shift wait for their turn instead of being refused:",
    30.0,
    _play,
)
