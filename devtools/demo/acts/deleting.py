"""A deleted manifest deletes the user in Connect, and only then goes away."""

from __future__ import annotations

from demo.act import Act
from demo.manifest_files import NAMESPACE
from demo.scene import Scene, reason_and_message

_NAME = "jane.doe"


def _play(scene: Scene) -> str:
    screen = scene.screen
    scene.require("the user is in Connect", scene.control.user(_NAME))
    screen.command(f"kubectl delete connectuser {_NAME}")
    scene.objects.delete("ConnectUser", NAMESPACE, _NAME)
    scene.until("the user is gone in Connect", lambda: scene.control.user(_NAME) is None)
    scene.until(
        "the ConnectUser is gone",
        lambda: scene.user(_NAME) is None,
        lambda: reason_and_message(scene.user(_NAME)),
    )
    calls = [each.operation for each in scene.writes()]
    scene.require("signed out, then deleted", calls == ["DeleteAllEntitySessions", "DeleteUser"], calls)
    screen.observed(
        f"Signed out, gone in Connect (one DeleteUser), then gone in Kubernetes, after {scene.elapsed():.1f} s."
    )
    return f"user and manifest gone after {scene.elapsed():.1f} s"


ACT = Act(
    "A deletion",
    "Jane Doe leaves. Her manifest is deleted; with deletionPolicy: Retain the Connect user would stay.",
    180.0,
    _play,
)
