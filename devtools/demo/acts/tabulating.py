"""People who come as a spreadsheet: a mistake told by row and column, then manifests, then users; and back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from demo.act import Act
from demo.manifest_files import DEMO
from demo.scene import Scene

_SHEET = DEMO / "new-agents.csv"
_NAMES = ("nina.vogel", "omar.haddad", "pia.moreau")
_INSTANCE = "support-saml"
_IMPORT = f"csv import new-agents.csv -d users/ --instance-ref {_INSTANCE}"


def _play(scene: Scene) -> str:
    with tempfile.TemporaryDirectory(prefix="connect-operator-demo-") as folder:
        return _in_folder(scene, Path(folder))


def _in_folder(scene: Scene, folder: Path) -> str:
    screen, sheet = scene.screen, _SHEET.read_text(encoding="utf-8")
    (folder / _SHEET.name).write_text(sheet, encoding="utf-8")
    screen.document(sheet, "text")
    screen.quote(scene.run(_IMPORT, folder, expected=1).stderr)
    scene.require("nothing was written", not (folder / "users").exists())
    screen.observed("The fault is told with its cell, and nothing is written. With that cell corrected:")
    (folder / _SHEET.name).write_text(sheet.replace("mobile", "soft"), encoding="utf-8")
    screen.quote(scene.run(_IMPORT, folder).stderr)
    scene.apply(folder / "users", "users/")
    for name in _NAMES:
        scene.until_ready(name)
    screen.observed(f"{len(_NAMES)} manifests, a line in Git for each cell, and {len(_NAMES)} users.")
    screen.say("And the way back, with the user who was there before:")
    screen.quote(scene.run(f"csv export --instance {_INSTANCE}", folder, into="people.csv").stderr)
    rows = (folder / "people.csv").read_text(encoding="utf-8").splitlines()
    missing = [name for name in _NAMES if not any(f",{name}," in row for row in rows)]
    scene.require("everybody is in the spreadsheet", not missing, missing)
    return f"a fault by row and column; {len(_NAMES)} rows in, {len(rows) - 1} out"


ACT = Act(
    "A spreadsheet",
    "A course of new agents comes as a spreadsheet with semicolons, as Excel saves it in half of Europe:",
    180.0,
    _play,
)
