"""Every reason in words: what it means, what the operator does then, and what a person can do.

What follows from the reason alone (Ready, Synced, Reconciling, Stalled) comes from domain/conditions/reasons.py, so
that it cannot say otherwise. A test holds this table to the reasons that the operator knows, and to those that docs/
lists.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from connect_operator.domain.conditions.reasons import TABLE, Reason

_USER, _INSTANCE, _ASSIGNMENT = "ConnectUser", "ConnectInstance", "ConnectContactAssignment"
_PAGES = {
    _USER: "docs/connectuser.md#conditions",
    _INSTANCE: "docs/connectinstance.md#conditions",
    _ASSIGNMENT: "docs/connectcontactassignment.md#conditions",
}
# Their conditions depend on more than the reason.
_AS_BEFORE = frozenset({Reason.SUSPENDED.value, Reason.OBSERVING.value})
_ALL = (_USER, _INSTANCE, _ASSIGNMENT)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason; `conditions` is empty where they do not follow from the reason alone."""

    reason: str
    meaning: str
    then: str
    remedy: str
    kinds: tuple[str, ...] = (_USER,)

    @property
    def conditions(self) -> str:
        """The conditions of a ConnectUser under that reason."""
        row = next((row for reason, row in TABLE.items() if reason.value == self.reason), None)
        if row is None or self.reason in _AS_BEFORE:
            return ""
        said = [f"Ready {row.ready}", f"Synced {row.synced}"]
        said += ["Reconciling True"] if row.reconciling else []
        return ", ".join([*said, "Stalled True"] if row.stalled else said)

    @property
    def page(self) -> str:
        """Where the documentation has more."""
        return _PAGES[self.kinds[0]]

    def document(self) -> dict[str, object]:
        """All of it, for programs."""
        return {**asdict(self), "conditions": self.conditions, "page": self.page}


_WAITS = "goes on by itself, in turn"
_SLOWLY = "tried again every 5 minutes, and at once when something that matters has changed"
_BACKOFF = "tried again with growing intervals"
_TABLE = (
    Explanation(
        "Available",
        "Connect holds exactly what the manifest asks; of a ConnectInstance: it is observed.",
        "watched for changes made elsewhere, which are put back",
        "Nothing.",
        (_USER, _INSTANCE),
    ),
    Explanation("Creating", "The call that creates the user is queued or under way.", _WAITS, "Wait."),
    Explanation(
        "Updating",
        "Calls that bring Connect to what the manifest asks are queued or under way; of an instance: it is read for "
        "the first time.",
        _WAITS,
        "Wait.",
        _ALL,
    ),
    Explanation(
        "Deleting",
        "The user is being deleted in Connect; of a ConnectInstance: it is still needed by the objects that the "
        "message counts.",
        _WAITS,
        "Wait; for a ConnectInstance, delete the objects that use it first.",
        (_USER, _INSTANCE),
    ),
    Explanation(
        "WaitingForQuota",
        "Connect admits so many calls a second for each operation (2, unless AWS has raised it); the message says how "
        "many wait before this one.",
        _WAITS,
        "Wait; connect-operator status shows by when all is done. A quota that AWS has raised belongs into "
        "spec.apiRates of the ConnectInstance.",
        (_USER, _ASSIGNMENT),
    ),
    Explanation(
        "ReferenceNotFound",
        "The manifest names something that is not there: an instance, profile, hierarchy group, Secret or user.",
        _BACKOFF + "; what does not depend on it still converges",
        "Correct the name, which has to be exact, or create what is missing. The message names field and value.",
        _ALL,
    ),
    Explanation(
        "ReferenceAmbiguous",
        "Two things have the name that the manifest gives.",
        _BACKOFF,
        "Refer to the one that is meant by its ID, or by another path.",
        (_USER, _ASSIGNMENT),
    ),
    Explanation(
        "PermissionDenied",
        "IAM refuses the call, role or credentials; or the ConnectInstance does not allow this to the namespace.",
        _SLOWLY,
        "The message says which. connect-operator iam-policy prints the policy that the operator needs; for "
        "RoleNotAssumed, the role's trust policy has to allow the operator's own role. "
        "spec.allowedNamespaces and spec.allowedAdoptionPolicies of the ConnectInstance are an administrator's.",
        _ALL,
    ),
    Explanation(
        "InvalidSpec",
        "Connect, or a rule of the instance's identity type, refuses a value of the manifest.",
        "waits for an edit",
        "Correct the field that the message names.",
        (_USER, _ASSIGNMENT),
    ),
    Explanation(
        "UsernameTaken",
        "Another user of the instance, or another object, has the username.",
        _SLOWLY,
        "Choose another username; or take the user over by adoptionPolicy: IfUnowned, if the ConnectInstance allows "
        "that. Of two objects for one user, keep one, and give the other deletionPolicy: Retain before you delete it.",
    ),
    Explanation(
        "OwnershipLost",
        "The user in Connect now carries the owner tag of another object.",
        _SLOWLY + "; the user is neither changed nor deleted",
        "Find out who took it over (the message names the owner); delete the manifest that is not meant to have it, "
        "with deletionPolicy: Retain, or put this object's own value, which the message tells, back on the tag.",
    ),
    Explanation(
        "QuotaExceeded",
        "The instance is full: its quota of users (500, unless AWS has raised it) is used up.",
        "one attempt for all objects every 5 minutes, and one at once after an edit or a deletion",
        "Delete users that are not needed, or have AWS raise the quota of users per instance.",
        (_USER, _ASSIGNMENT),
    ),
    Explanation(
        "Throttled",
        "Connect has refused a call for now, because too many were made in the account and Region, by whomever.",
        _BACKOFF,
        "Wait. If it stays so, another program uses the account's quota up.",
        _ALL,
    ),
    Explanation(
        "ServiceUnavailable",
        "Connect fails, cannot be reached, or answers with something that says nothing about the manifest.",
        _BACKOFF,
        "Wait; if it lasts, look at the operator's network, proxy and credentials: the message has the answer.",
        _ALL,
    ),
    Explanation(
        "ImmutableField",
        "The manifest asks for a change that Connect cannot make: username, directory user ID, or instance.",
        "the rest still converges",
        "Do as the message says, which keeps the user; or delete the manifest and apply a new one, which makes a new "
        "user with a new ID.",
    ),
    Explanation(
        "NotConverging",
        "Connect has acknowledged a write twice and yet shows another value.",
        _SLOWLY,
        "Compare both values in the message: stop what sets it back in Connect; or, where Connect changes what it is "
        "given, write into the manifest what it shows.",
    ),
    Explanation(
        "DeletionsPaused",
        "More users would be deleted at once than the guard of the ConnectInstance allows.",
        "nothing is deleted until a person decides",
        "If it is meant, connect-operator confirm-deletions INSTANCE. If not, put the manifests back in Git, and then "
        "connect-operator keep-deletions INSTANCE: the objects go, their users stay, and what is put back takes them "
        "over with adoptionPolicy: IfUnowned.",
        (_USER, _INSTANCE),
    ),
    Explanation(
        "DriftPending",
        "The user was changed in Connect, and the ConnectInstance's spec.driftRepair puts such changes back in windows "
        "only; the message says which fields, and when the next window opens.",
        "put back in that window, or in the one after it; edits of the manifest are applied at once",
        "Nothing. To keep the change write it into the manifest or name the section in spec.ignoreDrift; to put it "
        "back now edit the section.",
    ),
    Explanation(
        "Suspended",
        "spec.suspend is true: the user is left alone, and the conditions stay as they were.",
        "nothing is written to Connect",
        "Set spec.suspend to false to go on.",
    ),
    Explanation(
        "Observing",
        "spec.managementPolicy is Observe: status.plan shows what would be changed.",
        "nothing is written to Connect",
        "Set spec.managementPolicy to Manage to have the plan carried out.",
    ),
    Explanation(
        "Scheduled",
        "spec.activeFrom is still to come.",
        "created at that time",
        "Nothing; or bring spec.activeFrom forward.",
    ),
    Explanation(
        "Inactive",
        "By spec.state or spec.activeUntil the user has the profiles of inactive users, and keeps its ID and history.",
        "watched for changes",
        "Set spec.state to Active, or move spec.activeUntil, to give the user its own profiles back.",
    ),
    Explanation(
        "WaitingForContacts",
        "The user is to be deleted or made inactive, and still has a contact.",
        "goes on when the contact ends, or when spec.waitForContacts of the ConnectInstance has passed",
        "Wait; or set spec.waitForContacts to 0s.",
    ),
    Explanation(
        "Assigned",
        "Connect has taken the contact for the user.",
        "final",
        "Nothing.",
        (_ASSIGNMENT,),
    ),
    Explanation(
        "OutcomeUnknown",
        "The hand-over may have been carried out, but no certain answer came.",
        "DescribeContact is asked for up to 30 s; then it is final, and never repeated",
        "Look in Connect whether the user has the contact; if not, apply a new object.",
        (_ASSIGNMENT,),
    ),
    Explanation(
        "DeadlineExceeded",
        "The contact was not handed over within spec.activeDeadlineSeconds; no call was carried out.",
        "final",
        "Apply a new object, with a longer deadline if the user or the instance was not ready in time.",
        (_ASSIGNMENT,),
    ),
    Explanation(
        "ContactNotQueued",
        "The contact is in no queue any more: somebody has it, or it has ended.",
        "final",
        "Nothing; a contact can only be handed over while it waits in a queue.",
        (_ASSIGNMENT,),
    ),
)
EXPLANATIONS = {each.reason: each for each in _TABLE}
