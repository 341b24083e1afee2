"""Scene: one Connect instance, its ConnectInstance and a namespace, and how a test acts and looks there.

The processes that act on it (API server, simulator, operator) belong to conftest.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple, TypeVar

from kubernetes.client import ApiException

from connect_sim.control_client import JournalEntry, SimControl
from connect_sim.fault_handle import FaultHandle
from local_stack import Objects
from local_stack.objects import Object, condition, is_ready

from .manifests import Manifest, a_connect_instance, a_connect_user, a_password_secret

OWNER_TAG = "connect-operator.io/owner"
READS = ("Describe", "List", "Search", "Get")
# What says whom a call is for, and nothing about what it does.
_ADDRESS = frozenset({"InstanceId", "UserId", "resourceArn"})
_POLL_SECONDS = 0.05
_LOOK_POLL_SECONDS = 0.5
_LONGEST_LOOK = 15.0
_RATES = count(1)

T = TypeVar("T")


class Call(NamedTuple):
    """A write that Connect saw: the operation, and AWS's parameters less the address."""

    operation: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """`sim` speaks of this scene's Connect instance by default; `instance` is the name of its ConnectInstance."""

    objects: Objects
    sim: SimControl
    namespace: str
    instance: str
    instance_arn: str
    cluster_id: str

    # --- what people do ---------------------------------------------------------------------

    def apply_instance(self, **spec: object) -> Object:
        """Apply the ConnectInstance, as the builder makes it but for these members."""
        return self.objects.apply(a_connect_instance(self.instance, self.instance_arn, **spec))

    def replace_instance(self, manifest: Manifest) -> None:
        """Exchange the ConnectInstance for another of its name, as somebody would who strips its finalizers."""
        self._abandon("ConnectInstance", None, self.instance)
        self.wait_instance(lambda found: found is None)
        self.objects.apply(manifest)

    def apply(self, name: str, **spec: object) -> Object:
        """Apply a complete ConnectUser, but for these members of its spec."""
        return self.objects.apply(a_connect_user(self.namespace, name, self.instance, **spec))

    def apply_secret(self, **options: str) -> Object:
        """Apply the Secret of the first password."""
        return self.objects.apply(a_password_secret(self.namespace, **options))

    def patch(self, name: str, **spec: object) -> Object:
        """Merge-patch the spec of a ConnectUser."""
        return self.objects.patch("ConnectUser", self.namespace, name, {"spec": spec})

    def delete(self, *names: str) -> None:
        """Ask for the deletion of ConnectUsers."""
        for name in names:
            self.objects.delete("ConnectUser", self.namespace, name)

    # --- what the cluster shows -------------------------------------------------------------

    def user(self, name: str) -> Object | None:
        """The ConnectUser as it is."""
        return self.objects.get("ConnectUser", self.namespace, name)

    def wait(self, name: str, holds: Callable[[Object | None], bool], timeout: float = 300.0) -> Object:
        """Wait until the ConnectUser is so."""
        return self.objects.wait("ConnectUser", self.namespace, name, holds, timeout=timeout) or {}

    def wait_ready(self, *names: str, timeout: float = 300.0) -> Object:
        """Wait until all of them are Ready for their present generation; returns the last."""
        found: Object = {}
        for name in names:
            found = self.wait(name, is_ready, timeout)
        return found

    def wait_reason(self, name: str, reason: str, timeout: float = 300.0) -> Object:
        """Wait until Ready has that reason for the present generation."""
        return self.wait(name, _says(reason), timeout)

    def wait_gone(self, *names: str, timeout: float = 300.0) -> None:
        """Wait until the ConnectUsers do not exist any more."""
        for name in names:
            self.wait(name, lambda found: found is None, timeout)

    def message(self, name: str) -> str:
        """The message of Ready."""
        return str(condition(self.user(name), "Ready").get("message", ""))

    def plan(self, name: str) -> list[str]:
        """status.plan."""
        lines: list[str] = (self.user(name) or {}).get("status", {}).get("plan", [])
        return lines

    def conditions(self, name: str) -> dict[str, str]:
        """The status of each condition of the ConnectUser."""
        found = self.user(name) or {}
        return {each["type"]: each["status"] for each in found.get("status", {}).get("conditions", ())}

    def connect_instance(self) -> Object:
        """The ConnectInstance as it is; empty when it does not exist."""
        return self.objects.get("ConnectInstance", None, self.instance) or {}

    def wait_instance(self, holds: Callable[[Object | None], bool], timeout: float = 300.0) -> Object:
        """Wait until the ConnectInstance is so."""
        return self.objects.wait("ConnectInstance", None, self.instance, holds, timeout=timeout) or {}

    def events(self, name: str) -> list[str]:
        """The reasons of the Events about a ConnectUser, oldest first."""
        about = [each for each in self.objects.events(self.namespace) if each["involvedObject"]["name"] == name]
        return [
            str(each["reason"]) for each in sorted(about, key=lambda each: int(each["metadata"]["resourceVersion"]))
        ]

    def wait_event(self, name: str, reason: str) -> None:
        """Wait for an Event of that reason."""
        wait_for(lambda: reason in self.events(name), f"an Event {reason} about {name}")

    def owner_tag(self, name: str) -> str:
        """The owner tag that the ConnectUser of that name must have."""
        found = self.user(name) or {"metadata": {"uid": "?"}}
        return f"{self.cluster_id}/{found['metadata']['uid']}/{self.namespace}/{name}"

    # --- what Connect saw and holds ---------------------------------------------------------

    def mark(self) -> int:
        """A point in the journal, to look from later."""
        return self.sim.journal_position()

    def calls(self, operation: str | None = None, since: int = 0) -> list[JournalEntry]:
        """The calls about this scene's Connect instance."""
        return [each for each in self.sim.journal(since, operation) if self.sim.instance in json.dumps(each.params)]

    def writes(self, since: int = 0, *, until: float = float("inf"), user_id: str = "") -> list[Call]:
        """The calls that ask for a change, between two marks; of one user if an id is given."""
        return [
            Call(each.operation, {key: value for key, value in each.params.items() if key not in _ADDRESS})
            for each in self.calls(since=since)
            if each.n <= until and not each.operation.startswith(READS) and user_id in json.dumps(each.params)
        ]

    def operations(self, since: int = 0, *, user_id: str = "") -> list[str]:
        """The operations of those calls, in order."""
        return [each.operation for each in self.writes(since, user_id=user_id)]

    def observed_since(self, mark: int) -> bool:
        """Whether the Connect instance was read since; if not, asks for that.

        An administrator's edit of the ConnectInstance does so, though not more often than every few seconds: here of
        the rate of an operation that is not used.
        """
        answered = {each.operation for each in self.calls(since=mark) if each.outcome != "pending"}
        if {"ListUsers", "SearchUsers"} <= answered:
            return True
        spec = {"apiRates": {"DescribeContact": {"rate": next(_RATES), "burst": 5}}}
        self.objects.patch("ConnectInstance", None, self.instance, {"spec": spec})
        return False

    def fault(self, kind: str, operation: str, **options: Any) -> FaultHandle:  # noqa: ANN401 - the simulator's options
        """Put a fault in force, for this scene's Connect instance alone."""
        match = {"InstanceId": f"*{self.sim.instance}", **options.pop("match", {})}
        return self.sim.fault(kind, operation, match=match, **options)

    def truth(self, username: str) -> dict[str, Any]:
        """A user as Connect holds it in truth; there must be one."""
        found = self.sim.user(username)
        assert found is not None, f"no user {username}: {self.usernames()}"
        return found

    def usernames(self) -> list[str]:
        """Who is in Connect in truth."""
        return sorted(each["Username"] for each in self.sim.users())

    def ids(self, kind: str) -> dict[str, str]:
        """Name -> id of the profiles or groups of a kind."""
        return {each["name"]: each["id"] for each in self.sim.records(kind)}

    # --- the end ----------------------------------------------------------------------------

    def clear(self) -> None:
        """Leave nothing behind that an operator would go on working on."""
        self.sim.clear_faults()
        for found in self.objects.every("ConnectUser", self.namespace):
            self._abandon("ConnectUser", self.namespace, found["metadata"]["name"])
        for found in self.objects.every("ConnectInstance"):
            if found["metadata"]["name"].startswith(self.instance):
                self._abandon("ConnectInstance", None, found["metadata"]["name"])

    def _abandon(self, kind: str, namespace: str | None, name: str) -> None:
        """Remove an object as somebody would who strips its finalizers: nothing is cleaned up."""
        try:
            self.objects.patch(kind, namespace, name, {"metadata": {"finalizers": None}})
            self.objects.delete(kind, namespace, name)
            self.objects.patch(kind, namespace, name, {"metadata": {"finalizers": None}})
        except ApiException as error:
            if error.status != 404:
                raise


def _says(reason: str) -> Callable[[Object | None], bool]:
    def holds(found: Object | None) -> bool:
        ready = condition(found, "Ready")
        generation = (found or {}).get("metadata", {}).get("generation")
        return ready.get("reason") == reason and ready.get("observedGeneration") == generation

    return holds


def wait_for(probe: Callable[[], T], what: str, timeout: float = 300.0) -> T:
    """The probe's first true result; raises TimeoutError that says what was waited for."""
    deadline = time.monotonic() + timeout
    while not (found := probe()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout:g} s for {what}")
        time.sleep(_POLL_SECONDS)
    return found


def look_again(*scenes: Scene, times: int = 2) -> None:
    """Have the instances of all these scenes observed so often, sooner than after the interval, and wait for it.

    What the last reading but one showed has been acted on: the last began after that.
    """
    for _ in range(times):
        waiting = [(scene, scene.mark()) for scene in scenes]
        deadline = time.monotonic() + _LONGEST_LOOK
        while waiting := [(scene, mark) for scene, mark in waiting if not scene.observed_since(mark)]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not observed again: {[scene.instance for scene, _ in waiting]}")
            time.sleep(_LOOK_POLL_SECONDS)


def substituted(value: Any, texts: dict[str, str]) -> Any:  # noqa: ANN401 - JSON values
    """A JSON value with each of these texts replaced by the other: ids by names, or names by ids."""
    if isinstance(value, dict):
        return {key: substituted(member, texts) for key, member in value.items()}
    if isinstance(value, list):
        return [substituted(member, texts) for member in value]
    return texts.get(value, value) if isinstance(value, str) else value


def in_order(names: Iterable[str], *wanted: str) -> bool:
    """Whether the wanted names come in this order among the names."""
    rest = iter(names)
    return all(name in rest for name in wanted)
