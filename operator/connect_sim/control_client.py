"""A client for the simulator's control endpoint, for tests, demos and benchmarks. Needs the standard library only.

    control = SimControl("http://127.0.0.1:4570")
    fault = control.fault("drop-after-commit", "CreateUser", match={"username": "ann"})
    control.settings(identityInfoUpdate="merge", visibilityDelay=5)
    [call] = control.journal(operation="CreateUser")
    assert control.user("ann")["IdentityInfo"]["FirstName"] == "Ann"

Methods that concern an instance take its ID or ARN, and the default seed's first instance if it is left out. Users are
dictionaries with the API's member names. Mistakes raise SimError.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from connect_sim.fault_handle import FaultHandle, SimError

DEFAULT_INSTANCE = "5eed0000-0000-4000-8000-000000000001"
SAML_INSTANCE = "5eed0000-0000-4000-8000-000000000002"
DIRECTORY_INSTANCE = "5eed0000-0000-4000-8000-000000000003"
OTHER_ACCOUNT_INSTANCE = "5eed0000-0000-4000-8000-000000000004"

__all__ = [
    "DEFAULT_INSTANCE",
    "DIRECTORY_INSTANCE",
    "OTHER_ACCOUNT_INSTANCE",
    "SAML_INSTANCE",
    "FaultHandle",
    "JournalEntry",
    "SimControl",
    "SimError",
]

Json = dict[str, Any]
ResultT = TypeVar("ResultT")
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A call that the simulator saw. `outcome` is "ok", an error code, "dropped" or "pending"."""

    n: int
    time: float
    service: str
    operation: str
    account: str
    region: str
    access_key_id: str
    params: Json
    request_id: str
    sdk_invocation_id: str | None
    attempt: int
    outcome: str
    status: int
    committed: bool
    throttled: bool
    faults: list[str]


class SimControl:
    """The control endpoint of one simulator."""

    def __init__(self, base_url: str, *, instance: str = DEFAULT_INSTANCE, timeout: float = 120.0) -> None:
        self.base_url = base_url.rstrip("/")
        self.instance = instance
        self._timeout = timeout

    def request(self, method: str, path: str, body: object = None) -> Json:
        """Send a request below /_sim and return its document. Raises SimError, or OSError if nobody answers."""
        data = None if body is None else json.dumps(body).encode()
        # The scheme is the caller's own simulator's; there is no user input in it.
        request = urllib.request.Request(  # noqa: S310
            f"{self.base_url}/_sim{path}", data=data, method=method, headers={"Content-Type": "application/json"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=self._timeout) as answer:
                document: Json = json.load(answer)
                return document
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode(errors="replace")
            raise SimError(f"{method} {path}: {error.code} {text}") from None

    def wait_until(
        self, condition: Callable[[], ResultT], timeout: float = 300.0, what: str = "the condition"
    ) -> ResultT:
        """Return the condition's first true result. Raises TimeoutError that says what was waited for."""
        deadline = time.monotonic() + timeout
        while not (result := condition()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {timeout} s for {what}")
            time.sleep(_POLL_SECONDS)
        return result

    # --- the machine ------------------------------------------------------------------------

    def health(self) -> Json:
        """Return the health document. Raises OSError while the simulator does not listen."""
        return self.request("GET", "/healthz")

    def reset(self) -> None:
        """Go back to the seed: users, settings, faults, journal, quotas."""
        self.request("POST", "/reset")

    def now(self) -> float:
        """Return the simulator's clock, epoch seconds."""
        return float(self.request("GET", "/clock")["now"])

    def advance(self, seconds: float) -> float:
        """Move the simulator's clock forward."""
        return float(self.request("POST", "/clock", {"advance": seconds})["now"])

    def settings(self, patch: Mapping[str, Any] | None = None, /, **changes: Any) -> Json:  # noqa: ANN401 - JSON values
        """Change settings, if any are given, and return all. A switch set to None goes back to its default."""
        body = {**(patch or {}), **changes}
        return self.request("PATCH", "/settings", body) if body else self.request("GET", "/settings")

    def unlimited(self) -> None:
        """Lift the rate limits of all operations."""
        self.settings(rates={"default": {"rate": None}, "DescribeContact": {"rate": None}})

    def drain(self, operation: str, tokens: float | None = None, **scope: str) -> float:
        """Take tokens, or all, out of a bucket, as a neighbour in the account would; return what is left."""
        return float(self.request("POST", "/drain", {"operation": operation, "tokens": tokens, **scope})["tokens"])

    def expire_credentials(self, access_key_id: str | None = None) -> list[str]:
        """Let temporary credentials expire, one or all; return their access keys."""
        body = {} if access_key_id is None else {"accessKeyId": access_key_id}
        expired: list[str] = self.request("POST", "/credentials/expire", body)["expired"]
        return expired

    # --- the journal ------------------------------------------------------------------------

    def journal(self, since: int = 0, operation: str | None = None) -> list[JournalEntry]:
        """Return the calls with a number greater than `since`, oldest first."""
        entries: list[JournalEntry] = []
        while True:
            query = urlencode({"since": since, **({"operation": operation} if operation else {})})
            page = self.request("GET", f"/journal?{query}")
            entries += [JournalEntry(**{_snake(key): value for key, value in item.items()}) for item in page["entries"]]
            if not page["entries"] or page["last"] <= since:
                return entries
            since = page["last"]

    def journal_position(self) -> int:
        """Return the number of the newest call, to pass as `since` later."""
        return int(self.request("GET", "/journal?limit=0")["last"])

    def clear_journal(self) -> None:
        """Forget all calls."""
        self.request("DELETE", "/journal")

    # --- faults -----------------------------------------------------------------------------

    def fault(
        self,
        kind: str,
        operation: str = "*",
        *,
        times: int | None = 1,
        after: int = 0,
        **options: Any,  # noqa: ANN401
    ) -> FaultHandle:
        """Put a fault in force; `times=None` until it is removed. Options: match, resource, code, status, message,
        seconds, when.
        """  # noqa: D205 - the options are one list
        body = {"kind": kind, "operation": operation, "times": times, "after": after, **options}
        return FaultHandle(self, self.request("POST", "/faults", body))

    def faults(self) -> list[Json]:
        """Return all faults, exhausted ones included."""
        found: list[Json] = self.request("GET", "/faults")["faults"]
        return found

    def clear_faults(self) -> None:
        """Remove all faults."""
        self.request("DELETE", "/faults")

    # --- users ------------------------------------------------------------------------------

    def users(self, instance: str | None = None) -> list[Json]:
        """Return the true state of all users: what DescribeUser shows plus Proficiencies, whatever is visible."""
        found: list[Json] = self.request("GET", f"{self._path(instance)}/users")["users"]
        return found

    def user(self, username: str, instance: str | None = None) -> Json | None:
        """Return the true state of one user by name, or None."""
        query = urlencode({"username": username})
        found = self.request("GET", f"{self._path(instance)}/users?{query}")["users"]
        return found[0] if found else None

    def add_users(self, users: Iterable[Mapping[str, Any]], instance: str | None = None) -> list[Json]:
        """Create users behind the API's back; `{"Username": "ann"}` is enough. Returns Id, Arn and Username of each."""
        created: list[Json] = self.request("POST", f"{self._path(instance)}/users", {"users": list(users)})["users"]
        return created

    def edit_user(
        self,
        user_id: str,
        instance: str | None = None,
        *,
        moves_last_modified: bool = True,
        **members: Any,  # noqa: ANN401
    ) -> Json:
        """Edit a user as in the console: blocks are merged, lists and tags replaced. Returns the user."""
        body = {**members, "movesLastModified": moves_last_modified}
        return self.request("PATCH", f"{self._path(instance)}/users/{_tail(user_id)}", body)

    def hide_user(self, user_id: str, seconds: float | Mapping[str, float], instance: str | None = None) -> None:
        """Make a user invisible for seconds: in all views, or {"describe": ..., "list": ..., "search": ...}."""
        self.request("PATCH", f"{self._path(instance)}/users/{_tail(user_id)}", {"hideFor": seconds})

    def delete_user(self, user_id: str, instance: str | None = None) -> None:
        """Delete a user as in the console."""
        self.request("DELETE", f"{self._path(instance)}/users/{_tail(user_id)}")

    # --- instances and what is in them ------------------------------------------------------

    def instances(self) -> list[Json]:
        """Return all instances."""
        found: list[Json] = self.request("GET", "/instances")["instances"]
        return found

    def add_instance(self, **spec: Any) -> Json:  # noqa: ANN401 - a document
        """Create an instance as in a seed file; all members have defaults."""
        return self.request("POST", "/instances", spec)

    def edit_instance(self, instance: str | None = None, **changes: Any) -> Json:  # noqa: ANN401 - JSON values
        """Change status, statusReason, userQuota, directoryReachable or alias."""
        return self.request("PATCH", self._path(instance), changes)

    def delete_instance(self, instance: str) -> None:
        """Delete an instance with everything in it."""
        self.request("DELETE", self._path(instance))

    def records(self, kind: str, instance: str | None = None) -> list[Json]:
        """Return all records of a kind: routing-profiles, security-profiles, hierarchy-groups, predefined-attributes,
        contacts, quick-connects, presence.
        """  # noqa: D205 - the kinds are one list
        found: list[Json] = self.request("GET", f"{self._path(instance)}/{kind}")[kind]
        return found

    def add_record(self, kind: str, instance: str | None = None, **spec: Any) -> Json:  # noqa: ANN401 - a document
        """Create a record of a kind, as in a seed file."""
        return self.request("POST", f"{self._path(instance)}/{kind}", spec)

    def delete_record(self, kind: str, record_id: str, instance: str | None = None) -> None:
        """Delete a record of a kind."""
        self.request("DELETE", f"{self._path(instance)}/{kind}/{quote(_tail(record_id), safe='')}")

    def contact(self, contact_id: str, instance: str | None = None) -> Json:
        """Return the true state of a contact; its `state` is what DescribeContact does not show."""
        found = [item for item in self.records("contacts", instance) if item["id"] == contact_id]
        if not found:
            raise SimError(f"no contact {contact_id}")
        return found[0]

    def move_contact(
        self, contact_id: str, state: str, instance: str | None = None, agent_id: str | None = None
    ) -> Json:
        """Move a contact to QUEUED, CONNECTING, CONNECTED, MISSED, ACW or ENDED."""
        body = {"state": state, **({"agentId": agent_id} if agent_id else {})}
        return self.request("PATCH", f"{self._path(instance)}/contacts/{_tail(contact_id)}", body)

    def sign_in(
        self, user_id: str, instance: str | None = None, *, sessions: int = 1, status: str = "Available"
    ) -> None:
        """Say where a user is signed in, and its agent status; no session signs it out."""
        body = {"sessions": sessions, "status": status}
        self.request("PATCH", f"{self._path(instance)}/users/{_tail(user_id)}/presence", body)

    def sessions(self, user_id: str, instance: str | None = None) -> int:
        """Return how many sessions a user has, also one that was deleted."""
        found = [item["sessions"] for item in self.records("presence", instance) if item["id"] == _tail(user_id)]
        return int(found[0]) if found else 0

    def _path(self, instance: str | None) -> str:
        return f"/instances/{_tail(instance or self.instance)}"


def _tail(id_or_arn: str) -> str:
    return id_or_arn.rpartition("/")[2]


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
