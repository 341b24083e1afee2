"""What one pass knows before it decides, and the decisions that it can come to. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from connect_operator.domain.conditions.conditions import Verdict
from connect_operator.domain.connect.arn import InstanceArn
from connect_operator.domain.connect.ownership import OWNER_TAG, Owner
from connect_operator.domain.kinds.objects import ConnectUser
from connect_operator.domain.kinds.spec import AllowedNamespace, ConnectUserSpec
from connect_operator.domain.plan import leaving
from connect_operator.domain.plan.changes import Call
from connect_operator.domain.plan.desired import Resolution
from connect_operator.domain.plan.leaving import Phase
from connect_operator.engine.instances.homes import Unread
from connect_operator.engine.instances.record import Record
from connect_operator.engine.instances.view import InstanceView
from connect_operator.engine.users import recognition, resolving
from connect_operator.engine.users.memory import Memory


@dataclass(frozen=True)
class Situation:
    """The newest manifest, the newest observation, and what is remembered; what follows from them is computed once.

    `now` in epoch seconds, for what status says; `tick` in monotonic seconds, for the order of what was done and read.

    `arn` is the instance that the user lives in, `wanted` the ARN of the one that the manifest asks for, `grant` what
    the object's namespace may give there.
    `rivals` are the oldest few of the other live objects that ask for the same username in the same instance, in order.
    `unread`: an instance that cannot be read and may hold the user, of whom neither a tag nor this process tells where
    it is. `doubles`: further ConnectInstances with a user that carries the object's tag.
    """

    user: ConnectUser
    spec: ConnectUserSpec
    me: Owner
    memory: Memory
    instance: InstanceView
    arn: InstanceArn
    is_live: Callable[[Owner], bool]
    rivals: tuple[ConnectUser, ...]
    now: float
    tick: float
    window: float
    grant: AllowedNamespace
    wanted: str = ""
    unread: Unread | None = None
    doubles: tuple[str, ...] = ()

    @cached_property
    def record(self) -> Record | None:
        """The user that the object stands for, as the inventory has it; None when it shows none."""
        return recognition.match(self.user, self.me, self.memory, self.instance.inventory)

    @cached_property
    def own(self) -> bool:
        """Whether that user is this object's."""
        record = self.record
        return record is not None and recognition.is_own(self.user, self.me, self.memory, record)

    @cached_property
    def known_id(self) -> str:
        """The id under which the object's user is looked for, whether or not the inventory shows it; "" for none."""
        return recognition.known_id(self.user, self.memory, self.arn)

    @cached_property
    def inactive(self) -> bool:
        """Whether the user is to be inactive now. Before activeFrom one that does not exist yet is not."""
        phase = leaving.phase(self.spec, self.now)
        return self.own if phase is Phase.SCHEDULED else phase is Phase.INACTIVE

    @cached_property
    def resolution(self) -> Resolution:
        """The manifest with its references resolved; an inactive user has the instance's profiles for such."""
        read = resolving.deactivated if self.inactive else resolving.resolved
        return read(self.spec, self.user.username, self.arn, self.instance, self.grant)

    def anew(self) -> Situation:
        """The same after a call, which may have taught what the user is, and whose."""
        return replace(self)


@dataclass(frozen=True, slots=True)
class Conclude:
    """Nothing to do now. `verdict` None: nothing new to say either. `requeue_after` None: by the reason's own rule.

    `back_off`: a call has just failed, so the object is left alone for that time, whatever wakes it but an edit.
    """

    verdict: Verdict | None
    requeue_after: float | None = None
    back_off: bool = False


@dataclass(frozen=True, slots=True)
class Create:
    """Put the finalizer on, read the password, send CreateUser once."""

    resolution: Resolution


@dataclass(frozen=True, slots=True)
class Update:
    """One call that removes differences of an existing user, whose tags were read just before it. The finalizer is on.

    `what` is said in the Event. `until`: it only puts drift back, and may be sent before that time (epoch seconds).
    `sign_out`: the occasion on which the user's sessions are ended right before it, "" for none. `demotes`: it takes a
    security profile away that the namespace may not give.
    """

    user_id: str
    call: Call
    what: str
    until: float | None = None
    sign_out: str = ""
    demotes: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """Likewise, put a tag of the operator's own on.

    `adopts`: the object may come to own the user by it, so its status names the instance first.
    """

    user_id: str
    key: str
    value: str
    what: str
    adopts: bool = False

    @property
    def call(self) -> Call:
        """The call that does it."""
        return Call("TagResource", {"tags": {self.key: self.value}})


@dataclass(frozen=True, slots=True)
class Untag:
    """Likewise, take the owner tag off. `departs`: the user is inactive by now, and the object has none after that."""

    user_id: str
    what: str
    departs: bool = False

    @property
    def call(self) -> Call:
        """The call that does it."""
        return Call("UntagResource", {"tagKeys": [OWNER_TAG]})


@dataclass(frozen=True, slots=True)
class Delete:
    """Likewise, delete the user. `sign_out` as of an update."""

    user_id: str
    what: str
    sign_out: str = ""

    @property
    def call(self) -> Call:
        """The call that does it."""
        return Call("DeleteUser", {})


@dataclass(frozen=True, slots=True)
class FindByName:
    """Ask SearchUsers for the one user of that name."""

    username: str


@dataclass(frozen=True, slots=True)
class Describe:
    """Ask DescribeUser."""

    user_id: str


@dataclass(frozen=True, slots=True)
class ListProficiencies:
    """Ask ListUserProficiencies."""

    user_id: str


@dataclass(frozen=True, slots=True)
class AskContacts:
    """Ask GetCurrentUserData whether the user is on a contact."""

    user_id: str


@dataclass(frozen=True, slots=True)
class TidyQuickConnects:
    """Delete the quick connects that lead to a user whom we have deleted, then let the object go."""

    user_id: str


@dataclass(frozen=True, slots=True)
class ReadAttributes:
    """Ask DescribePredefinedAttribute for the values of that attribute; "": ListPredefinedAttributes for all names."""

    name: str


@dataclass(frozen=True, slots=True)
class AwaitSweep:
    """Wait for a complete sweep that begins after `after` (epoch seconds); `verdict` is shown meanwhile."""

    after: float
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class ReadTeardown:
    """Read whether something around the object is being uninstalled, so that its deletion may not be meant."""


@dataclass(frozen=True, slots=True)
class AddFinalizer:
    """Put the finalizer on."""


@dataclass(frozen=True, slots=True)
class RemoveFinalizer:
    """Take the finalizer off: the object may go. `note` is a last word for an Event, if there is something to say."""

    note: str = ""


Read = Describe | FindByName | ListProficiencies | ReadAttributes
Write = Update | Tag | Untag | Delete
Decision = (
    Conclude
    | Create
    | Write
    | Read
    | AskContacts
    | TidyQuickConnects
    | AwaitSweep
    | ReadTeardown
    | AddFinalizer
    | RemoveFinalizer
)
