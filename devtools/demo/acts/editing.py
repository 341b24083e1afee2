"""An edited manifest changes the user in Connect, by the calls that are needed and no others."""

from __future__ import annotations

from demo.act import Act
from demo.manifest_files import DEMO, SAMPLES, difference
from demo.scene import Scene

_BEFORE = SAMPLES / "connectuser-by-name.yaml"
_AFTER = DEMO / "edited-user.yaml"
_NAME, _USERNAME = "john.roe", "jroe"
_CALLS = {"UpdateUserIdentityInfo", "UpdateUserRoutingProfile"}


def _play(scene: Scene) -> str:
    screen = scene.screen
    screen.document(difference(_BEFORE, _AFTER), "diff")
    known = set(scene.updates(_NAME))
    scene.apply(_AFTER)
    scene.until_ready(_NAME)
    seconds = scene.elapsed()
    news = scene.until(
        "an Event for each change",
        lambda: (found := [each for each in scene.updates(_NAME) if each not in known]) and len(found) == 2 and found,  # noqa: PLR2004 - name and profile
        lambda: scene.updates(_NAME),
    )
    screen.say("The operator compared the manifest with the user and found (its Events, from kubectl describe):")
    screen.quote("\n".join(news or ()))
    profiles = {each["id"]: each["name"] for each in scene.control.records("routing-profiles")}
    said = "; ".join(f"{key} is '{name}'" for key, name in profiles.items() if any(key in each for each in news or ()))
    screen.say(f"({said})")
    calls = [each.operation for each in scene.writes()]
    screen.observed(f"Done in {seconds:.1f} s with {len(calls)} AWS calls: {', '.join(calls)}.")
    scene.require("one call for each change", set(calls) == _CALLS and len(calls) == len(_CALLS), calls)
    user = scene.control.user(_USERNAME) or {}
    scene.require("the last name in Connect", user["IdentityInfo"]["LastName"] == "Roe-Smith", user["IdentityInfo"])
    return f"2 changes, {len(calls)} AWS calls, converged in {seconds:.1f} s"


ACT = Act(
    "An edit",
    "John Roe has a new last name and a new routing profile. In Git that is a change of two lines:",
    15.0,
    _play,
)
