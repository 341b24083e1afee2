"""A manifest that only this instance's rules refuse: the reason stands in its status."""

from __future__ import annotations

from demo.act import Act
from demo.manifest_files import DEMO, without_comments
from demo.scene import Scene

_FILE = DEMO / "saml-user-with-password.yaml"
_NAME = "ana.silva"


def _play(scene: Scene) -> str:
    scene.screen.document(without_comments(_FILE))
    scene.apply(_FILE)
    message = scene.until_reason(_NAME, "InvalidSpec")
    scene.screen.observed("The operator says which field, why, and what to do:")
    scene.show_users([_NAME])
    scene.screen.quote(message)
    scene.require("no call was spent on it", not scene.writes(), [each.operation for each in scene.writes()])
    return "InvalidSpec in status, with the field and the remedy; no call"


ACT = Act(
    "A mistake that only this instance knows",
    "People sign in to the instance support-saml through their company (SAML), so Connect keeps no passwords there. "
    "The API server cannot know that; the operator does:",
    180.0,
    _play,
)
