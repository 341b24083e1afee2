"""ContactDesk: what a test does with the contacts of its stage, and with ConnectContactAssignments about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connect_sim.control_client import JournalEntry
from local_stack.objects import Object, condition

from .manifests import API_VERSION
from .stage import Stage

KIND = "ConnectContactAssignment"
ASSOCIATE = "AssociateContactWithUser"


@dataclass(frozen=True)
class ContactDesk:
    """The stage's desk; `agent` is a user of its Connect instance that no ConnectUser knows."""

    stage: Stage
    agent: str

    @classmethod
    def at(cls, stage: Stage) -> ContactDesk:
        """The desk of a stage, with an agent."""
        [agent] = stage.sim.add_users([{"Username": "agent"}])
        return cls(stage, agent["Id"])

    def queue(self, channel: str = "TASK") -> str:
        """A new contact that waits in a queue; its ID."""
        return str(self.stage.sim.add_record("contacts", channel=channel)["id"])

    def apply(self, name: str, contact: str, **spec: object) -> Object:
        """Create an assignment of that contact: to the agent, by the stage's instance, but for these members."""
        wanted: dict[str, object] = {
            "instanceRef": {"name": self.stage.instance},
            "contactId": contact,
            "userId": self.agent,
            **spec,
        }
        manifest = {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": {"namespace": self.stage.namespace, "name": name},
            "spec": {member: value for member, value in wanted.items() if value is not None},
        }
        return self.stage.objects.apply(manifest)

    def get(self, name: str) -> Object | None:
        """The object as it is."""
        return self.stage.objects.get(KIND, self.stage.namespace, name)

    def wait_phase(self, name: str, phase: str, timeout: float = 300.0) -> Object:
        """Wait until it is in that phase."""
        wanted = lambda found: ((found or {}).get("status") or {}).get("phase") == phase  # noqa: E731 - named for the call
        return self.stage.objects.wait(KIND, self.stage.namespace, name, wanted, timeout=timeout) or {}

    def wait_reason(self, name: str, reason: str, timeout: float = 300.0) -> str:
        """Wait until it says that reason; returns the message."""
        wanted = lambda found: condition(found, "Complete").get("reason") == reason  # noqa: E731 - likewise
        found = self.stage.objects.wait(KIND, self.stage.namespace, name, wanted, timeout=timeout)
        return str(condition(found, "Complete")["message"])

    def wait_gone(self, name: str, timeout: float = 300.0) -> None:
        """Wait until the object does not exist any more."""
        self.stage.objects.wait(KIND, self.stage.namespace, name, lambda found: found is None, timeout=timeout)

    def calls(self, contact: str) -> list[JournalEntry]:
        """The calls that were to hand this contact over."""
        return [each for each in self.stage.sim.journal(operation=ASSOCIATE) if each.params.get("ContactId") == contact]

    def offered_to(self, contact: str) -> str | None:
        """To whom the contact was handed in truth."""
        found: str | None = self.stage.sim.contact(contact).get("offeredUserId")
        return found

    def assert_failed(self, found: Mapping[str, Any], reason: str) -> str:
        """It has failed as a Job does, for that reason; returns the message."""
        status = found["status"]
        assert status["phase"] == "Failed"
        conditions = {each["type"]: each["status"] for each in status["conditions"]}
        assert conditions == {"Complete": "False", "Failed": "True"}
        assert {each["reason"] for each in status["conditions"]} == {reason}
        assert status["completionTime"]
        return str(condition(found, "Failed")["message"])
