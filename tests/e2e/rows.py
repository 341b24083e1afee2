"""What brings each reason about: one object per row, in stages that several rows share where they do not disturb.

What is said of them then is test_conditions.py's business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from .conftest import NewStage
from .manifests import UNLIMITED, an_identity
from .stage import OWNER_TAG, Stage

FOREVER: dict[str, Any] = {"times": None}
HOUR = 3600.0
SLOWLY = {"rate": 0.01, "burst": 1}
# No window is open on the day after tomorrow's day of the week.
CLOSED = {
    "timeZone": "UTC",
    "windows": [
        {"start": "10:00", "end": "11:00", "days": [(datetime.now(UTC) + timedelta(days=2)).strftime("%a")]},
    ],
}


@dataclass(frozen=True)
class Row:
    """One way to a reason. `ready` and `synced` are given where the reason alone does not decide them.

    `resolved` is ReferencesResolved; None: absent, where nobody may look or has looked. `lasting` is False where the
    row has to be looked at before something else comes.
    """

    reason: str
    act: Callable[[Place], object]
    stage: str = "open"
    ready: str | None = None
    synced: str | None = None
    resolved: str | None = "True"
    prepare: Callable[[Place], object] | None = None
    lasting: bool = True


@dataclass(frozen=True)
class Place:
    """Where a row is played: its stage, and the name of its object there."""

    stage: Stage
    name: str

    @property
    def user_id(self) -> str:
        """The id of the object's user in Connect."""
        return str(self.stage.truth(self.name)["Id"])


def _apply(**spec: Any) -> Callable[[Place], object]:  # noqa: ANN401 - manifests
    return lambda place: place.stage.apply_user(place.name, **spec)


def _patch(**spec: Any) -> Callable[[Place], object]:  # noqa: ANN401 - manifests
    return lambda place: place.stage.patch_user(place.name, **spec)


def _converge(place: Place) -> None:
    place.stage.apply_user(place.name)
    place.stage.wait_ready(place.name)


def _delete(place: Place) -> None:
    place.stage.delete_user(place.name)


def _refused(kind: str, **options: Any) -> Callable[[Place], None]:  # noqa: ANN401 - the simulator's options
    """Apply an object whose CreateUser goes wrong each time."""

    def act(place: Place) -> None:
        place.stage.fault(kind, "CreateUser", match={"username": place.name}, **FOREVER, **options)
        place.stage.apply_user(place.name)

    return act


def _is_lost_before_the_sweep(place: Place) -> None:
    place.stage.fault("500-before", "CreateUser")
    place.stage.fault("barrier", "ListUsers", **FOREVER)
    place.stage.apply_user(place.name)


def _waits_behind_another(place: Place) -> None:
    _converge(Place(place.stage, f"{place.name}-first"))
    place.stage.apply_user(place.name)


def _waits_with_its_second_call(place: Place) -> None:
    both = {"securityProfileNames": ["Admin"], "hierarchyGroupPath": "AMER"}
    other = Place(place.stage, f"{place.name}-first")
    for each in (other, place):
        _converge(each)
    place.stage.apply_user(other.name, **both)
    place.stage.wait_ready(other.name)
    place.stage.apply_user(place.name, **both)


def _is_taken(place: Place) -> None:
    place.stage.sim.add_users([{"Username": place.name, "Id": "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f1"}])


def _owned_elsewhere(place: Place) -> None:
    place.stage.sim.edit_user(place.user_id, Tags={OWNER_TAG: "elsewhere/uid/team-x/ada"})


def _is_not_known_everywhere_yet(place: Place) -> None:
    _converge(place)
    place.stage.sim.hide_user(place.user_id, {"describe": HOUR})
    place.stage.delete_user(place.name)


def _is_moved(place: Place) -> None:
    place.stage.sim.edit_user(place.user_id, IdentityInfo={"LastName": "Byron"})


def _leaves_in_a_call(place: Place) -> None:
    place.stage.sim.add_record("contacts", channel="VOICE", state="CONNECTED", agentId=place.user_id)
    place.stage.delete_user(place.name)


def _ambiguous(place: Place) -> None:
    for number in (1, 2):
        place.stage.sim.add_record("routing-profiles", name="Twin", id=f"0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f{number}")


def _of_the_directory(place: Place) -> None:
    place.stage.sim.add_users([{"Username": place.name, "DirectoryUserId": "d-1"}])


def _writes_have_no_effect(place: Place) -> None:
    place.stage.sim.settings(contentLag={"describe": HOUR, "list": HOUR, "search": HOUR})
    place.stage.patch_user(place.name, securityProfileNames=["Admin"])


_NOBODY = {"routingProfileName": "Basic Routing Profile", "securityProfileNames": ["Agent"]}

# How each kind of stage is made: what its ConnectInstance says, and members as in a seed file.
STAGES: dict[str, dict[str, Any]] = {
    "open": {},
    "shut": {"instance": {"allowedNamespaces": [{"name": "somebody-else"}]}},
    "full": {"userQuota": 0},
    "throttled": {},
    "failing": {},
    "unsettled": {},
    "hidden": {},
    "guarded": {"instance": {"deletionGuard": {"maxPending": "0%", "minPending": 0}}},
    "slow to update": {"instance": {"apiRates": {**UNLIMITED, "UpdateUserHierarchy": SLOWLY}}},
    "slow to create": {"instance": {"apiRates": {**UNLIMITED, "CreateUser": SLOWLY}}},
    "by day": {"instance": {"driftRepair": CLOSED, "driftCheckInterval": "10s"}},
    "of leavers": {"instance": {"inactive": _NOBODY, "waitForContacts": "1h", "driftCheckInterval": "10s"}},
    "directory": {"identityManagementType": "EXISTING_DIRECTORY", "directoryReachable": False},
}

_WITHOUT_PASSWORD = {"identityInfo": None, "passwordSecretRef": None}

ROWS: dict[str, Row] = {
    "available": Row("Available", _apply()),
    "creating": Row("Creating", _is_lost_before_the_sweep, "unsettled"),
    "updating": Row("Updating", _waits_with_its_second_call, "slow to update", lasting=False),
    "deleting": Row("Deleting", _is_not_known_everywhere_yet, "hidden"),
    "waiting for quota": Row("WaitingForQuota", _waits_behind_another, "slow to create"),
    "no such profile": Row("ReferenceNotFound", _apply(routingProfileName="Nowhere"), resolved="False"),
    "no such instance": Row("ReferenceNotFound", _apply(instanceRef={"name": "nowhere"}), resolved="False"),
    "no such secret": Row("ReferenceNotFound", _apply(passwordSecretRef={"name": "nowhere"}), resolved="False"),
    "nobody to observe": Row("ReferenceNotFound", _apply(managementPolicy="Observe")),
    "two profiles": Row("ReferenceAmbiguous", _apply(routingProfileName="Twin"), resolved="False", prepare=_ambiguous),
    "namespace shut out": Row("PermissionDenied", _apply(), "shut", resolved=None),
    "denied by aws": Row("PermissionDenied", _refused("deny")),
    "username too long": Row("InvalidSpec", _apply(username="far-too-long-for-connect")),
    "refused by aws": Row("InvalidSpec", _refused("error", code="InvalidParameterException", status=400)),
    "username taken": Row("UsernameTaken", _apply(), prepare=_is_taken),
    "owner exchanged": Row("OwnershipLost", _owned_elsewhere, prepare=_converge),
    "instance full": Row("QuotaExceeded", _apply(), "full"),
    "throttled": Row("Throttled", _refused("throttle"), "throttled"),
    "service down": Row("ServiceUnavailable", _refused("refuse"), "failing"),
    "directory id": Row(
        "ImmutableField",
        _apply(**_WITHOUT_PASSWORD, adoptionPolicy="IfUnowned", directoryUserId="d-2"),
        "directory",
        prepare=_of_the_directory,
    ),
    "deletions paused": Row("DeletionsPaused", _delete, "guarded", prepare=_converge),
    "before its day": Row("Scheduled", _apply(activeFrom="2100-01-01T08:00:00Z"), "of leavers"),
    "inactive": Row("Inactive", _apply(state="Inactive"), "of leavers"),
    "leaves in a call": Row("WaitingForContacts", _leaves_in_a_call, "of leavers", prepare=_converge),
    "moved in the console": Row("DriftPending", _is_moved, "by day", prepare=_converge),
    "suspended while ready": Row("Suspended", _patch(suspend=True), ready="True", synced="True", prepare=_converge),
    "suspended from the start": Row(
        "Suspended", _apply(suspend=True), ready="Unknown", synced="Unknown", resolved=None
    ),
    "observed and equal": Row("Observing", _patch(managementPolicy="Observe"), synced="True", prepare=_converge),
    "observed and different": Row(
        "Observing",
        _patch(managementPolicy="Observe", identityInfo=an_identity("ada", firstName="Augusta")),
        synced="False",
        prepare=_converge,
    ),
    # The last one: from here on no edit shows.
    "without effect": Row("NotConverging", _writes_have_no_effect, prepare=_converge),
}


def bring_about(new_stage: NewStage, look: Callable[[str, Place], None]) -> None:
    """Play all rows, and have each looked at: what does not last at once, the others when all have been played."""
    stages = {kind: new_stage(applied=False, **_members(kind)) for kind in STAGES}
    places = {name: Place(stages[row.stage], f"row-{number}") for number, (name, row) in enumerate(ROWS.items())}
    before_the_first_sweep = (_is_taken, _ambiguous, _of_the_directory)
    for name, row in ROWS.items():
        if row.prepare in before_the_first_sweep and row.prepare is not None:
            row.prepare(places[name])
    for kind, stage in stages.items():
        stage.apply_instance(**STAGES[kind].get("instance", {}))
    for name, row in ROWS.items():
        if row.prepare not in (*before_the_first_sweep, None) and row.prepare is not None:
            row.prepare(places[name])
    for name, row in ROWS.items():
        row.act(places[name])
        if not row.lasting:
            look(name, places[name])
    for name, row in ROWS.items():
        if row.lasting:
            look(name, places[name])


def _members(kind: str) -> dict[str, Any]:
    return {name: value for name, value in STAGES[kind].items() if name != "instance"}
