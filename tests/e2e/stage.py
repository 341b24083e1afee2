"""Stage: what one test has for itself, a namespace, a Connect instance and its ConnectInstance, and how it looks there.

The processes that act on it (simulator, operator) belong to conftest.py and running.py.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from kubernetes.client import ApiException

from connect_sim.control_client import JournalEntry, SimControl
from connect_sim.fault_handle import FaultHandle
from local_cluster import LocalCluster
from local_cluster.audit import AuditEvent
from local_stack import Objects
from local_stack.objects import Object, condition, has_reason, is_ready

from .manifests import PASSWORD, a_connect_instance, a_connect_user, a_password_secret

OWNER_TAG = "connect-operator.io/owner"
FINALIZER = "connect-operator.io/user"
CLUSTER_ID = "end-to-end"
READS = ("Describe", "List", "Search", "Get")
ResultT = TypeVar("ResultT")
_POLL_SECONDS = 0.05
# What only a bug makes the operator log.
_BUGS = ("Traceback", "a pass failed unexpectedly", "without an end", "was changed meanwhile")


@dataclass(frozen=True)
class Stage:
    """`sim` speaks of this stage's Connect instance by default; `instance` is the name of its ConnectInstance."""

    cluster: LocalCluster
    objects: Objects
    sim: SimControl
    namespace: str
    instance: str
    instance_arn: str

    # --- what people do ---------------------------------------------------------------------

    def apply_instance(self, **spec: object) -> Object:
        """Apply the stage's ConnectInstance, as the builder makes it but for these members."""
        return self.objects.apply(a_connect_instance(self.instance, self.instance_arn, **spec))

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

    def delete_user(self, name: str) -> None:
        """Ask for the deletion of a ConnectUser."""
        self.objects.delete("ConnectUser", self.namespace, name)

    def patch_user(self, name: str, change: dict[str, Any]) -> Object:
        """Merge-patch a ConnectUser."""
        return self.objects.patch("ConnectUser", self.namespace, name, change)

    # --- what the cluster shows -------------------------------------------------------------

    def user(self, name: str) -> Object | None:
        """The ConnectUser as it is."""
        return self.objects.get("ConnectUser", self.namespace, name)

    def wait(self, name: str, holds: Callable[[Object | None], bool], timeout: float = 300.0) -> Object:
        """Wait until the ConnectUser is so."""
        found = self.objects.wait("ConnectUser", self.namespace, name, holds, timeout=timeout)
        return found or {}

    def wait_ready(self, *names: str, timeout: float = 300.0) -> Object:
        """Wait until all of them are Ready; returns the last."""
        found: Object = {}
        for name in names:
            found = self.wait(name, is_ready, timeout)
        return found

    def wait_reason(self, name: str, reason: str, timeout: float = 300.0) -> str:
        """Wait until Ready has that reason; returns its message."""
        return str(condition(self.wait(name, has_reason(reason), timeout), "Ready")["message"])

    def conditions(self, name: str) -> dict[str, str]:
        """The status of each condition of the ConnectUser."""
        found = self.user(name) or {}
        return {each["type"]: each["status"] for each in found.get("status", {}).get("conditions", ())}

    def wait_gone(self, *names: str, timeout: float = 300.0) -> None:
        """Wait until the ConnectUsers do not exist any more."""
        for name in names:
            self.wait(name, lambda found: found is None, timeout)

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

    # --- what Connect saw -------------------------------------------------------------------

    def calls(self, operation: str | None = None, since: int = 0) -> list[JournalEntry]:
        """The calls about this stage's Connect instance."""
        return [each for each in self.sim.journal(since, operation) if self.sim.instance in json.dumps(each.params)]

    def writes(self, since: int = 0) -> list[JournalEntry]:
        """Those that ask for a change."""
        return [each for each in self.calls(since=since) if not each.operation.startswith(READS)]

    def write_names(self, since: int = 0) -> list[str]:
        """Their operations, in order."""
        return [each.operation for each in self.writes(since)]

    def wait_calls(self, operation: str, count: int, timeout: float = 300.0) -> list[JournalEntry]:
        """Wait for that many calls of an operation."""
        return wait_for(
            lambda: found if len(found := self.calls(operation)) >= count else None,
            f"{count} calls of {operation}",
            timeout,
        )

    def fault(self, kind: str, operation: str, **options: Any) -> FaultHandle:  # noqa: ANN401 - the simulator's options
        """Put a fault in force."""
        return self.sim.fault(kind, operation, **options)

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

    def owner_tag(self, name: str) -> str:
        """The owner tag that the ConnectUser of that name must have."""
        found = self.user(name) or {"metadata": {"uid": "?"}}
        return f"{CLUSTER_ID}/{found['metadata']['uid']}/{self.namespace}/{name}"

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
        with contextlib.suppress(ApiException):  # gone by now
            self.objects.delete(kind, namespace, name)
            self.objects.patch(kind, namespace, name, {"metadata": {"finalizers": None}})


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


def bugs_in(log: str) -> list[str]:
    """The lines of an operator's log that should never be written."""
    return [line for line in log.splitlines() if any(bug in line for bug in _BUGS)]
