"""The reasons of conditions: the contract's table, one row each.

`Ready`, `Synced`, `Reconciling` and `Stalled` follow from the reason alone; only Suspended keeps the former values and
Observing looks at the plan.
"""

from __future__ import annotations

import enum
from typing import NamedTuple


class Reason(enum.StrEnum):
    """Why an object is as it is; part of the API."""

    AVAILABLE = "Available"
    CREATING = "Creating"
    UPDATING = "Updating"
    DELETING = "Deleting"
    WAITING_FOR_QUOTA = "WaitingForQuota"
    REFERENCE_NOT_FOUND = "ReferenceNotFound"
    REFERENCE_AMBIGUOUS = "ReferenceAmbiguous"
    PERMISSION_DENIED = "PermissionDenied"
    INVALID_SPEC = "InvalidSpec"
    USERNAME_TAKEN = "UsernameTaken"
    OWNERSHIP_LOST = "OwnershipLost"
    QUOTA_EXCEEDED = "QuotaExceeded"
    THROTTLED = "Throttled"
    SERVICE_UNAVAILABLE = "ServiceUnavailable"
    IMMUTABLE_FIELD = "ImmutableField"
    NOT_CONVERGING = "NotConverging"
    DELETIONS_PAUSED = "DeletionsPaused"
    DRIFT_PENDING = "DriftPending"
    SCHEDULED = "Scheduled"
    INACTIVE = "Inactive"
    WAITING_FOR_CONTACTS = "WaitingForContacts"
    SUSPENDED = "Suspended"
    OBSERVING = "Observing"


class Retry(enum.Enum):
    """When an object with that reason is looked at again by itself."""

    DRIFT = "with the next drift check"
    GOES_ON = "as soon as its turn comes"
    BACKOFF = "after an exponential backoff"
    SLOWLY = "every few minutes"
    ON_EDIT = "when it is edited"


class Row(NamedTuple):
    """One row of the table; after `stalls_after` seconds of trying it is Stalled instead of Reconciling."""

    ready: bool
    synced: bool
    reconciling: bool
    stalled: bool
    retry: Retry
    event: bool = True
    warning: bool = True
    stalls_after: float = float("inf")


_GOES_ON = Row(ready=False, synced=False, reconciling=True, stalled=False, retry=Retry.GOES_ON, event=False)
_BACKOFF = Row(ready=False, synced=False, reconciling=True, stalled=False, retry=Retry.BACKOFF)
# Somebody who watches (Argo CD, Flux, kubectl wait) would else wait for ever for what only a person can put right.
_REFERENCE = _BACKOFF._replace(stalls_after=600.0)
_SLOWLY = Row(ready=False, synced=False, reconciling=False, stalled=True, retry=Retry.SLOWLY)
_ON_EDIT = Row(ready=False, synced=False, reconciling=False, stalled=True, retry=Retry.ON_EDIT)
_FINE = Row(ready=True, synced=True, reconciling=False, stalled=False, retry=Retry.DRIFT, warning=False)

TABLE: dict[Reason, Row] = {
    Reason.AVAILABLE: _FINE,
    Reason.CREATING: _GOES_ON,
    Reason.UPDATING: _GOES_ON,
    Reason.DELETING: _GOES_ON._replace(event=True, warning=False),
    Reason.WAITING_FOR_QUOTA: _GOES_ON,
    Reason.REFERENCE_NOT_FOUND: _REFERENCE,
    Reason.REFERENCE_AMBIGUOUS: _REFERENCE,
    Reason.PERMISSION_DENIED: _SLOWLY,
    Reason.INVALID_SPEC: _ON_EDIT,
    Reason.USERNAME_TAKEN: _SLOWLY,
    Reason.OWNERSHIP_LOST: _SLOWLY,
    Reason.QUOTA_EXCEEDED: _SLOWLY,
    Reason.THROTTLED: _BACKOFF,
    Reason.SERVICE_UNAVAILABLE: _BACKOFF,
    Reason.IMMUTABLE_FIELD: _SLOWLY,
    Reason.NOT_CONVERGING: _SLOWLY,
    Reason.DELETIONS_PAUSED: _SLOWLY,
    Reason.DRIFT_PENDING: _FINE._replace(synced=False),
    Reason.SCHEDULED: _FINE,
    Reason.INACTIVE: _FINE,
    Reason.WAITING_FOR_CONTACTS: _GOES_ON._replace(event=True, warning=False),
    Reason.SUSPENDED: _FINE,
    Reason.OBSERVING: _FINE,
}

CONVERGED = frozenset({Reason.AVAILABLE, Reason.SCHEDULED, Reason.INACTIVE})
"""The reasons under which Connect holds exactly what the manifest asks, at that time."""
