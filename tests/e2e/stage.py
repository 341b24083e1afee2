"""Stage: a namespace, a Connect instance and its ConnectInstance, and how a test acts and looks there.

Who makes stages and clears them is stages.py; the processes that act on them (simulator, operator) belong to
conftest.py and running.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from kubernetes.client import ApiException

from connect_sim.control_client import JournalEntry, SimControl
from connect_sim.fault_handle import FaultHandle
from local_cluster import LocalCluster
from local_cluster.audit import AuditEvent
from local_stack import Objects
from local_stack.objects import Object, condition, is_ready

from .manifests import PASSWORD, a_connect_instance, a_connect_user, a_password_secret
from .running import CLUSTER_ID

OWNER_TAG = "connect-operator.io/owner"
FINALIZER = "connect-operator.io/user"
READS = ("Describe", "List", "Search", "Get")
ResultT = TypeVar("ResultT")
# What says whom a call is for, and nothing about what it does.
_ADDRESS = frozenset({"InstanceId", "UserId", "resourceArn"})
_POLL_SECONDS = 0.05
_AT_ONCE = 16
_NOT_FOUND = 404


class Change(NamedTuple):
    """What a write asks Connect for: the operation, and AWS's parameters less the address."""

    operation: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """`sim` speaks of this stage's Connect instance by default; `instance` is the name of its ConnectInstance.

    `cluster_id` is that of the operator that acts here; `instance_spec` is what the ConnectInstance says unless a test
    says otherwise, beside what the builder gives it.
    """

    cluster: LocalCluster
    objects: Objects
    sim: SimControl
    namespace: str
    instance: str
    instance_arn: str
    cluster_id: str = CLUSTER_ID
    instance_spec: Mapping[str, Any] = field(default_factory=dict)

    # --- what people do ---------------------------------------------------------------------

    def apply_instance(self, **spec: object) -> Object:
        """Apply the stage's ConnectInstance, as ever but for these members of its spec."""
        wanted = {**self.instance_spec, **spec}
        return self.objects.apply(a_connect_instance(self.instance, self.instance_arn, **wanted))

    def replace_instance(self, instance_arn: str) -> None:
        """Exchange the ConnectInstance for one of its name for that instance, as who strips its finalizers."""
        self.abandon("ConnectInstance", self.instance)
        self.wait_instance(lambda found: found is None)
        self.objects.apply(a_connect_instance(self.instance, instance_arn, **self.instance_spec))

    def apply_user(self, name: str, **spec: object) -> Object:
        """Apply a complete ConnectUser of this stage, but for these members of its spec."""
        return self.objects.apply(a_connect_user(self.namespace, name, self.instance, **spec))

    def apply_users(self, names: Iterable[str], **spec: object) -> None:
        """Apply several."""
        for name in names:
            self.apply_user(name, **spec)

    def apply_secret(self, name: str = "password", **data: str) -> Object:
        """Apply a Secret; with the password unless other data is given."""
        return self.objects.apply(a_password_secret(self.namespace, name, **data))

    def delete_user(self, *names: str) -> None:
        """Ask for the deletion of a ConnectUser, or of several at once: a second without one ends a wave."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda name: self.objects.delete("ConnectUser", self.namespace, name), names))

    def patch_user(self, name: str, **spec: object) -> Object:
        """Merge-patch the spec of a ConnectUser."""
        return self.objects.patch("ConnectUser", self.namespace, name, {"spec": spec})

    def patch_metadata(self, name: str, **metadata: object) -> Object:
        """Merge-patch the metadata of a ConnectUser."""
        return self.objects.patch("ConnectUser", self.namespace, name, {"metadata": metadata})

    # --- what the cluster shows -------------------------------------------------------------

    def user(self, name: str) -> Object | None:
        """The ConnectUser as it is."""
        return self.objects.get("ConnectUser", self.namespace, name)

    def wait(self, name: str, holds: Callable[[Object | None], bool], timeout: float = 300.0) -> Object:
        """Wait until the ConnectUser is so."""
        found = self.objects.wait("ConnectUser", self.namespace, name, holds, timeout=timeout)
        return found or {}

    def wait_ready(self, *names: str, timeout: float = 300.0) -> Object:
        """Wait until all of them are Ready for their present generation; returns the last."""
        found: Object = {}
        for name in names:
            found = self.wait(name, is_ready, timeout)
        return found

    def wait_reason(self, name: str, reason: str, timeout: float = 300.0) -> str:
        """Wait until Ready has that reason for the present generation; returns its message."""
        return str(condition(self.wait(name, says(reason), timeout), "Ready")["message"])

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

    def wait_gone(self, *names: str, timeout: float = 300.0) -> None:
        """Wait until the ConnectUsers do not exist any more."""
        for name in names:
            self.wait(name, lambda found: found is None, timeout)

    def connect_instance(self) -> Object:
        """The ConnectInstance as it is; empty when it does not exist."""
        return self.objects.get("ConnectInstance", None, self.instance) or {}

    def wait_instance(self, holds: Callable[[Object | None], bool], timeout: float = 300.0) -> Object:
        """Wait until the ConnectInstance is so."""
        return self.objects.wait("ConnectInstance", None, self.instance, holds, timeout=timeout) or {}

    def events(self, name: str) -> list[Object]:
        """The Events about a ConnectUser, oldest first."""
        about = [each for each in self.objects.events(self.namespace) if each["involvedObject"]["name"] == name]
        return sorted(about, key=lambda each: int(each["metadata"]["resourceVersion"]))

    def event_reasons(self, name: str) -> list[str]:
        """The reasons of the Events about a ConnectUser."""
        return [str(each["reason"]) for each in self.events(name)]

    def wait_event(self, name: str, reason: str) -> Object:
        """Wait for an Event of that reason."""
        return wait_for(
            lambda: next((each for each in self.events(name) if each["reason"] == reason), None),
            f"an Event {reason} about {name}",
        )

    def operator_writes(self, after: int, user: str) -> Iterator[AuditEvent]:
        """What the operator (that user of the API server) has written about this stage since a mark."""
        for event in self.cluster.audit_events(after, user=user):
            if event.is_write and (event.namespace == self.namespace or event.name == self.instance):
                yield event

    def owner_tag(self, name: str) -> str:
        """The owner tag that the ConnectUser of that name must have."""
        found = self.user(name) or {"metadata": {"uid": "?"}}
        return f"{self.cluster_id}/{found['metadata']['uid']}/{self.namespace}/{name}"

    # --- what Connect saw and holds ---------------------------------------------------------

    def mark(self) -> int:
        """A point in the journal, to look from later."""
        return self.sim.journal_position()

    def calls(self, operation: str | None = None, since: int = 0) -> list[JournalEntry]:
        """The calls about this stage's Connect instance."""
        return [each for each in self.sim.journal(since, operation) if self.sim.instance in json.dumps(each.params)]

    def writes(self, since: int = 0, *, until: float = float("inf"), user_id: str = "") -> list[JournalEntry]:
        """Those that ask for a change, between two marks; of one user if an id is given."""
        return [
            each
            for each in self.calls(since=since)
            if each.n <= until and not each.operation.startswith(READS) and user_id in json.dumps(each.params)
        ]

    def write_names(self, since: int = 0, *, user_id: str = "") -> list[str]:
        """Their operations, in order."""
        return [each.operation for each in self.writes(since, user_id=user_id)]

    def changes(self, since: int = 0, *, user_id: str = "") -> list[Change]:
        """What they ask for, in order."""
        return [
            Change(each.operation, {key: value for key, value in each.params.items() if key not in _ADDRESS})
            for each in self.writes(since, user_id=user_id)
        ]

    def wait_calls(self, operation: str, count: int, timeout: float = 300.0) -> list[JournalEntry]:
        """Wait for that many calls of an operation."""
        return wait_for(
            lambda: found if len(found := self.calls(operation)) >= count else None,
            f"{count} calls of {operation}",
            timeout,
        )

    def fault(self, kind: str, operation: str, **options: Any) -> FaultHandle:  # noqa: ANN401 - the simulator's options
        """Put a fault in force, for this stage's Connect instance alone."""
        match = {"InstanceId": f"*{self.sim.instance}", **options.pop("match", {})}
        return self.sim.fault(kind, operation, match=match, **options)

    def usernames(self) -> list[str]:
        """Who is in Connect in truth."""
        return sorted(each["Username"] for each in self.sim.users())

    def ids(self, kind: str) -> dict[str, str]:
        """Name -> ID of the profiles or groups of a kind."""
        return {each["name"]: each["id"] for each in self.sim.records(kind)}

    def truth(self, username: str) -> dict[str, Any]:
        """A user as Connect holds it in truth; there must be one."""
        found = self.sim.user(username)
        assert found is not None, f"no user {username}: {self.usernames()}"
        return found

    # --- the end ----------------------------------------------------------------------------

    def leaked(self) -> list[str]:
        """Where the password can be read though it must not be: in objects and Events."""
        kinds = ("ConnectUser", "ConnectContactAssignment")
        places = {kind: self.objects.every(kind, self.namespace) for kind in kinds}
        places |= {"ConnectInstance": self.objects.every("ConnectInstance")}
        places |= {"Event": self.objects.events(self.namespace)}
        return [kind for kind, found in places.items() if PASSWORD in json.dumps(found)]

    def clear(self) -> None:
        """Leave nothing that an operator of a later test would work on."""
        self.sim.clear_faults()
        for found in self.objects.every("ConnectInstance"):
            if found["metadata"]["name"].startswith(self.instance):
                self.abandon("ConnectInstance", found["metadata"]["name"])
        for kind in ("ConnectUser", "ConnectContactAssignment"):
            for found in self.objects.every(kind, self.namespace):
                self.abandon(kind, found["metadata"]["name"])

    def abandon(self, kind: str, name: str) -> None:
        """Remove an object as somebody would who strips its finalizers: nothing is cleaned up."""
        namespace = None if kind == "ConnectInstance" else self.namespace
        stripped = {"metadata": {"finalizers": None}}
        try:
            self.objects.patch(kind, namespace, name, stripped)
            self.objects.delete(kind, namespace, name)
            self.objects.patch(kind, namespace, name, stripped)
        except ApiException as error:
            if error.status != _NOT_FOUND:
                raise


def wait_for(probe: Callable[[], ResultT | None], what: str, timeout: float = 300.0) -> ResultT:
    """The probe's first true result; raises TimeoutError that says what was waited for."""
    deadline = time.monotonic() + timeout
    while not (found := probe()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {timeout:g} s for {what}")
        time.sleep(_POLL_SECONDS)
    return found


def mentions(*parts: str) -> Callable[[Object | None], bool]:
    """A test for what the message of Ready says."""
    return lambda found: all(part in condition(found, "Ready").get("message", "") for part in parts)


def says(reason: str) -> Callable[[Object | None], bool]:
    """A test for the reason of Ready, said of the present generation."""

    def holds(found: Object | None) -> bool:
        ready = condition(found, "Ready")
        generation = (found or {}).get("metadata", {}).get("generation")
        return ready.get("reason") == reason and ready.get("observedGeneration") == generation

    return holds
