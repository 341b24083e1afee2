"""Users that exist only as YAML become users in Connect."""

from __future__ import annotations

from demo.act import Act
from demo.manifest_files import SAMPLES, read, without_comments
from demo.scene import Scene

_SHOWN = SAMPLES / "connectuser-minimal.yaml"


def _play(scene: Scene) -> str:
    screen = scene.screen
    screen.document(without_comments(_SHOWN))
    names, assignments = _names("ConnectUser"), _names("ConnectContactAssignment")
    scene.apply(SAMPLES)
    screen.timed(
        "Applied: three instances, a Secret with the first password, five users, and two contacts for them (of which "
        "a later act tells). At first they are only YAML:"
    )
    scene.show_users(names)
    for name in names:
        scene.until_ready(name)
    screen.observed(f"All {len(names)} are Ready {scene.elapsed():.1f} s later, each with the ID that Connect gave it:")
    scene.show_users(names)
    for name in names:
        status = (scene.user(name) or {})["status"]
        inside = scene.control.user(status["username"], status["instanceArn"])
        scene.require(f"{name} has its ID in Connect", inside and inside["Id"] == status["userId"], inside)
    for name in assignments:
        scene.until_phase(name, "Assigned", "Assigned")
    return f"{len(names)} users missing, then Ready, with Connect's IDs"


def _names(kind: str) -> list[str]:
    return [each["metadata"]["name"] for each in read(SAMPLES) if each["kind"] == kind]


ACT = Act(
    "Users from YAML",
    "A manifest says what a user shall be: name, routing profile (which contacts reach the user) and security profiles "
    "(what the user may do). This is the smallest of the samples:",
    180.0,
    _play,
    others_need_it=True,
)
