"""What an act can do: apply, look, wait until its deadline; every wait of the demonstration goes through here."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kubernetes import client

from connect_sim.control_client import JournalEntry, SimControl
from demo.manifest_files import NAMESPACE, ROOT, read, shown_path
from demo.object_table import read_table
from demo.screen import Screen
from local_stack import Objects
from local_stack.objects import condition, is_ready

T = TypeVar("T")
_SECONDS_BETWEEN_LOOKS = 0.05
_CHANGES = 2
"""How `connect-operator plan` ends when there is something to do."""
_READS = ("List", "Search", "Describe", "Get")


class NotObservedError(Exception):
    """Something that had to be seen was not; the text says what, and what was seen instead."""


@dataclass
class Scene:
    """The running product as one act sees it. `seconds` is the act's deadline, from its construction."""

    screen: Screen
    api: client.ApiClient
    control: SimControl
    environment: Mapping[str, str]
    """The variables with which the command line finds the cluster and Connect."""
    seconds: float
    sleep: Callable[[float], None]
    objects: Objects = field(init=False)
    journal_start: int = field(init=False)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.objects = Objects(self.api)
        self.journal_start = self.control.journal_position()
        self.began = self.screen.clock()

    def apply(self, path: Path, shown: str = "") -> list[dict[str, Any]]:
        """Show the kubectl command, and do the same. Raises kubernetes' ApiException when it is refused.

        `shown`: the path as a person types it who is not in the project's folder.
        """
        self.screen.command(f"kubectl apply -f {shown or shown_path(path)}")
        return [self.objects.apply(manifest) for manifest in read(path)]

    def patch(self, kind: str, name: str, change: dict[str, Any]) -> None:
        """Likewise for a merge patch."""
        text = json.dumps(change, separators=(",", ":"))
        self.screen.command(f"kubectl patch {kind.lower()} {name} --type merge -p '{text}'")
        self.objects.patch(kind, None if kind == "ConnectInstance" else NAMESPACE, name, change)

    def plan(self, path: Path) -> str:
        """Show and run `connect-operator plan` on a manifest; returns its answer. Raises NotObservedError."""
        return self.run(f"plan -f {shown_path(path)}", ROOT, expected=_CHANGES).stdout

    def run(self, command: str, folder: Path, *, expected: int = 0, into: str = "") -> subprocess.CompletedProcess[str]:
        """Show and run a command of connect-operator in that folder. Raises NotObservedError for another exit code.

        `into`: the file there to which its answer goes.
        """
        program = Path(sys.executable).with_name("connect-operator")
        name = shown_path(program) if program.is_relative_to(ROOT) else program.name
        self.screen.command(f"{name} {command}{f' > {into}' if into else ''}")
        done = subprocess.run(
            [program, *shlex.split(command)],
            cwd=folder,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=self.seconds,
            check=False,
        )
        told = done.stdout + done.stderr
        self.require(f"{command} ends with exit code {expected}", done.returncode == expected, told)
        if into:
            (folder / into).write_text(done.stdout, encoding="utf-8")
        return done

    def user(self, name: str) -> dict[str, Any] | None:
        """The ConnectUser of that name, None when there is none."""
        return self.objects.get("ConnectUser", NAMESPACE, name)

    def assignment(self, name: str) -> dict[str, Any] | None:
        """The ConnectContactAssignment of that name, None when there is none."""
        return self.objects.get("ConnectContactAssignment", NAMESPACE, name)

    def show_users(self, names: Collection[str] = ()) -> None:
        """The table of `kubectl get connectusers`, with the command."""
        self._show("connectusers", names)

    def show_assignments(self, names: Collection[str] = ()) -> None:
        """Likewise of `kubectl get connectcontactassignments`."""
        self._show("connectcontactassignments", names)

    def _show(self, plural: str, names: Collection[str]) -> None:
        which = "".join(f" {name}" for name in sorted(names))
        self.screen.command(f"kubectl get {plural}{which}")
        self.screen.table(*read_table(self.api, plural, NAMESPACE, names))

    def until(self, what: str, look: Callable[[], T], otherwise: Callable[[], object] = lambda: "") -> T:
        """Look again and again until the result is true. Raises NotObservedError at the deadline.

        `otherwise` tells what is seen instead.
        """
        while not (found := look()):
            if self.screen.clock() - self.began > self.seconds:
                instead = otherwise()
                seen = f"; instead: {instead}" if instead else ""
                raise NotObservedError(f"not seen within {self.seconds:.0f} s: {what}{seen}")
            self.sleep(_SECONDS_BETWEEN_LOOKS)
        return found

    def until_ready(self, name: str) -> None:
        """Wait until that ConnectUser is Ready as it is now. Raises NotObservedError."""
        self.until(
            f"ConnectUser {name} is Ready",
            lambda: is_ready(self.user(name)),
            lambda: ": ".join(reason_and_message(self.user(name))),
        )

    def until_reason(self, name: str, reason: str) -> str:
        """Wait until Ready has that reason; returns the message. Raises NotObservedError."""
        self.until(
            f"ConnectUser {name} has the reason {reason}",
            lambda: reason_and_message(self.user(name))[0] == reason,
            lambda: ": ".join(reason_and_message(self.user(name))),
        )
        return reason_and_message(self.user(name))[1]

    def until_phase(self, name: str, phase: str, reason: str) -> str:
        """Wait until that ConnectContactAssignment has that phase and reason; returns the message, raises likewise."""

        def told() -> tuple[str, str, str]:
            found = self.assignment(name)
            status = (found or {}).get("status") or {}
            return (str(status.get("phase", "")), *reason_and_message(found, "Complete"))

        self.until(
            f"ConnectContactAssignment {name} is {phase} with the reason {reason}",
            lambda: told()[:2] == (phase, reason),
            lambda: ": ".join(told()),
        )
        return told()[2]

    def require(self, what: str, holds: object, instead: object = "") -> None:
        """Raise NotObservedError unless `holds` is true."""
        if not holds:
            raise NotObservedError(f"not so: {what}{f'; instead: {instead}' if instead else ''}")

    def elapsed(self) -> float:
        """Seconds since the act began."""
        return self.screen.clock() - self.began

    def writes(self) -> Sequence[JournalEntry]:
        """The calls of this act that changed something in Connect, or tried to, oldest first."""
        return [each for each in self.control.journal(self.journal_start) if not each.operation.startswith(_READS)]

    def finished_calls(self) -> Sequence[JournalEntry]:
        """All calls of this act that Connect has answered."""
        return [each for each in self.control.journal(self.journal_start) if each.outcome != "pending"]

    def changes(self) -> list[str]:
        """The operations of those that Connect carried out."""
        return [each.operation for each in self.writes() if each.committed]

    def updates(self, name: str) -> list[str]:
        """Reason and message of the Events that tell what was changed in Connect for that ConnectUser."""
        return [
            f"{event['reason']}: {event['message']}"
            for event in self.objects.events(NAMESPACE)
            if event["involvedObject"]["name"] == name and event["reason"] in ("Updated", "DriftRepaired")
        ]


def reason_and_message(found: dict[str, Any] | None, kind: str = "Ready") -> tuple[str, str]:
    """Reason and message of the condition of that type; empty while there is none."""
    told = condition(found, kind)
    return str(told.get("reason", "")), str(told.get("message", ""))
