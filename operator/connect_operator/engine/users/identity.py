"""What is remembered of which user in Connect is an object's, and of CreateUser. Losing it costs a few reads."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.status import PasswordSecret
from connect_operator.engine.instances.record import NEVER


class Attempt(enum.Enum):
    """What is known of CreateUser calls for an object whose user is not known."""

    UNKNOWN = "this process has made none; an earlier one may have, if the finalizer is on"
    UNCERTAIN = "one was made, and it may have been carried out"
    TAKEN = "all were refused for certain, the last one because the name exists; its holder is to be found"
    SETTLED = "none is in doubt: the user is known, or all were refused for certain"


@dataclass(slots=True)
class Identity:
    """`user_id`, `user_arn`: of the user that this process has seen to be this object's, by CreateUser's answer or tag.

    `home`: the ARN of the instance that status was made to name before a call that may make a user there.
    `doubted`: a user was made although an instance that could not be read may have held one.
    `foreign`: an id in status that does not name this object's user. `gone`: its user was deleted by us.
    `attempted_tick`: of the last CreateUser. `created_tick`: of its answer, or of its recognition; `created_time` the
    same by the server's clock. `duplicates`: how often CreateUser said that the name exists. `untold`: a failure of
    CreateUser that was looked into before anything was said of it.
    `secret`: the Secret that the user was created with; `others_secret`: the name of one that is not deleted, for it
    was not made for this object.
    """

    user_id: str = ""
    user_arn: str = ""
    home: str = ""
    doubted: bool = False
    foreign: str = ""
    gone: bool = False
    attempt: Attempt = Attempt.UNKNOWN
    attempted_tick: float = NEVER
    created_tick: float = NEVER
    created_time: float = 0.0
    duplicates: int = 0
    untold: ConnectError | None = None
    secret: PasswordSecret | None = None
    others_secret: str = ""

    def recognise(self, user_id: str, arn: str) -> None:
        """This user is the object's."""
        self.user_id, self.user_arn, self.attempt = user_id, arn, Attempt.SETTLED

    def lose(self) -> None:
        """The user is gone or another's."""
        self.user_id, self.user_arn, self.created_tick = "", "", NEVER

    def live_in(self, arn: str) -> None:
        """The user lives there, or may come to."""
        self.home = arn

    def doubt(self) -> None:
        """A user is made although the object may have one in an instance that cannot be read."""
        self.doubted = True

    def leave_home(self) -> None:
        """No user was made, so the manifest may be corrected in every field."""
        self.home = ""

    def reject(self, user_id: str) -> None:
        """The id in status is not that of this object's user."""
        self.foreign = user_id

    def depart(self) -> None:
        """The object has no user any more."""
        self.gone = True

    def settle(self) -> None:
        """No CreateUser is in doubt."""
        self.attempt = Attempt.SETTLED

    def take_back(self, before: Attempt) -> None:
        """CreateUser was refused for certain: as before it."""
        self.attempt = before

    def try_to_create(self, attempt: Attempt, tick: float) -> None:
        """CreateUser was sent, or said that the name exists."""
        self.attempt, self.attempted_tick = attempt, tick

    def show_since(self, tick: float) -> None:
        """Connect may go on showing the user here and not there for as long as any that is new at that moment."""
        self.created_tick = tick

    def date(self, time: float) -> None:
        """The user was created then."""
        self.created_time = time

    def create(self, tick: float, time: float) -> None:
        """CreateUser was answered."""
        self.created_tick, self.created_time = tick, time
        self.foreign, self.untold = "", None

    def meet_duplicate(self) -> int:
        """CreateUser said that the name exists; how often by now."""
        self.duplicates += 1
        return self.duplicates

    def keep_untold(self, error: ConnectError) -> None:
        """This failure is looked into before anything is said of it."""
        self.untold = error.anew()

    def take_untold(self) -> ConnectError | None:
        """The failure of which nothing was said yet."""
        untold, self.untold = self.untold, None
        return untold

    def use_secret(self, secret: PasswordSecret) -> None:
        """The user was created with it, or it has been deleted since."""
        self.secret = secret

    def forget_secret(self) -> None:
        """Another user is to come."""
        self.secret, self.others_secret = None, ""

    def spare_secret(self, name: str) -> None:
        """The Secret of that name was not made for this object."""
        self.others_secret = name
