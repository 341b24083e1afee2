"""A waiting contact is handed to a user, once; one that waits no more is not handed to anybody."""

from __future__ import annotations

from pathlib import Path

from demo.act import Act
from demo.manifest_files import DEMO, read, without_comments
from demo.scene import Scene

_CHAT, _LATE = DEMO / "contact-for-new-user.yaml", DEMO / "contact-that-left.yaml"
_USER = DEMO / "new-user.yaml"
_CALL = "AssociateContactWithUser"


def _play(scene: Scene) -> str:
    screen = scene.screen
    for path in (_CHAT, _LATE):
        scene.control.add_record("contacts", id=_contact(path), channel="CHAT")
    screen.timed("In Connect two customers have opened a chat; both wait in the queue.")
    user = _wait_for_the_user(scene)
    _hand_over(scene, user)
    _refuse(scene)
    calls = _calls(scene, _CHAT)
    scene.require(f"the first chat was handed over by one {_CALL}", calls == ["ok"], calls)
    return f"handed over by one {_CALL}; a customer who had left: Failed, with the reason"


def _wait_for_the_user(scene: Scene) -> str:
    """Apply the assignment, then the user that it waits for; returns that user's name."""
    screen, name = scene.screen, _name(_CHAT)
    screen.document(without_comments(_CHAT))
    scene.apply(_CHAT)
    message = scene.until_phase(name, "Pending", "ReferenceNotFound")
    screen.timed("It waits, for five minutes unless its manifest says otherwise, and tells for what:")
    scene.show_assignments([name])
    screen.quote(message)
    scene.require("Connect was not asked", not _calls(scene, _CHAT), _calls(scene, _CHAT))
    scene.apply(_USER)
    return _name(_USER)


def _hand_over(scene: Scene, user: str) -> None:
    """See the contact with that user, and that the same manifest does nothing a second time."""
    screen, name = scene.screen, _name(_CHAT)
    scene.until_phase(name, "Assigned", "Assigned")
    screen.observed("Her user is created, and the chat is handed to it:")
    scene.show_assignments([name])
    contact = scene.control.contact(_contact(_CHAT))
    user_id = ((scene.user(user) or {}).get("status") or {}).get("userId")
    has_it = (contact["state"], contact["agentId"]) == ("CONNECTED", user_id)
    scene.require(f"Connect has the chat connected with {user}", has_it, contact)
    scene.require(f"one {_CALL}", _calls(scene, _CHAT) == ["ok"], _calls(scene, _CHAT))
    screen.observed(f"Connect was sent one {_CALL} and has the chat as {contact['state']} with {user}.")
    screen.say("It is done once, so the same manifest once more changes nothing:")
    scene.apply(_CHAT)


def _refuse(scene: Scene) -> None:
    screen, name = scene.screen, _name(_LATE)
    scene.control.move_contact(_contact(_LATE), "ENDED")
    screen.timed("The other customer closes the chat. Then comes a manifest for it, too late:")
    scene.apply(_LATE)
    message = scene.until_phase(name, "Failed", "ContactNotQueued")
    screen.observed("Connect refuses, which is the end of it. The status says why:")
    scene.show_assignments([_name(_CHAT), name])
    screen.quote(message)
    calls = _calls(scene, _LATE)
    scene.require("Connect was asked once, and refused", len(calls) == 1 and calls != ["ok"], calls)


def _calls(scene: Scene, path: Path) -> list[str]:
    """How the calls of this act ended that were to hand over the contact of that manifest."""
    made = [each for each in scene.writes() if each.operation == _CALL]
    return [each.outcome for each in made if each.params["ContactId"] == _contact(path)]


def _contact(path: Path) -> str:
    return str(read(path)[0]["spec"]["contactId"])


def _name(path: Path) -> str:
    return str(read(path)[0]["metadata"]["name"])


ACT = Act(
    "A contact for one user",
    "Contacts wait in queues, and routing profiles say whom they reach. Sometimes one is meant for one user: here for "
    "Nora Day, who starts today and is not in Connect yet. A ConnectContactAssignment hands it to her, once, as a Job "
    "runs once:",
    180.0,
    _play,
)
