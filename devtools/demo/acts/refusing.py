"""A manifest that can never be right is refused by the API server, before the operator sees it."""

from __future__ import annotations

import json

from kubernetes.client import ApiException

from demo.act import Act
from demo.manifest_files import DEMO, without_comments
from demo.scene import NotObservedError, Scene

_FILE = DEMO / "refused-manifest.yaml"
_NAME = "sam.lee"


def _play(scene: Scene) -> str:
    scene.screen.document(without_comments(_FILE))
    try:
        scene.apply(_FILE)
    except ApiException as error:
        answer = json.loads(error.body or "{}")
    else:
        raise NotObservedError("the API server took the manifest instead of refusing it")
    scene.screen.quote(str(answer.get("message")))
    scene.require("refused as invalid", answer.get("reason") == "Invalid", answer)
    scene.require("nothing was stored", scene.user(_NAME) is None)
    scene.require(
        "Connect was not asked to change anything", not scene.writes(), [each.operation for each in scene.writes()]
    )
    scene.screen.observed("Refused at once. Nothing is stored, Connect was not asked, and the reason names the fields.")
    return "refused by the API server, with the reason"


ACT = Act(
    "A mistake that the API server refuses",
    "phoneConfig is the older form of the phone settings; it cannot be mixed with the newer one for the same setting:",
    180.0,
    _play,
)
