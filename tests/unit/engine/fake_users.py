"""The users that the fake Connect holds: each through time, and what is made of one by a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connect_operator.domain.connect.user import ObservedUser
from connect_operator.domain.plan.changes import Call

from ..domain.connect_model import applied, seen  # noqa: TID252 - one model for both folders
from ..domain.model_user import ModelUser, Reading  # noqa: TID252 - one model for both folders
from .builders import ARN
from .script import error

READING = Reading()


@dataclass(slots=True)
class History:
    """A user through time; None from its deletion on. What is read lags behind by `delay` seconds."""

    versions: list[tuple[float, ModelUser | None]]

    def newest(self) -> ModelUser | None:
        return self.versions[-1][1]

    def as_of(self, when: float) -> tuple[float, ModelUser] | None:
        shown = [(at, user) for at, user in self.versions if at <= when]
        if not shown or shown[-1][1] is None:
            return None
        return shown[-1][0], shown[-1][1]


def after(operation: str, told: dict[str, Any], truth: ModelUser) -> ModelUser | None:
    """What a write makes of the user; None where it is deleted."""
    if operation == "DeleteUser":
        return None
    if operation.endswith("Proficiencies"):
        # Readers may be late: associating what is associated sets its level, what is not there cannot be changed.
        items = told["UserProficiencies"]
        absent = [each for each in items if (each["AttributeName"], each["AttributeValue"]) not in truth.proficiencies]
        if operation == "AssociateUserProficiencies":
            known = [each for each in items if each not in absent]
            truth = applied(Call("UpdateUserProficiencies", {"UserProficiencies": known}), truth, READING)
            told = {"UserProficiencies": absent}
        elif absent:
            raise error(operation, "ResourceNotFoundException", 404)
    if operation == "UntagResource":
        # Likewise: after a restart a late reader may show a tag that is off. Here that is no error, as the simulator's
        # switch has it first; refused it would release a retained object just the same.
        told = {"tagKeys": [key for key in told["tagKeys"] if key in truth.tags]}
    return applied(Call(operation, told), truth, READING)


def created(user_id: str, parameters: Mapping[str, Any]) -> ModelUser:
    """The user that CreateUser makes."""
    return ModelUser(
        user_id=user_id,
        arn=f"{ARN}/agent/{user_id}",
        username=parameters["Username"],
        identity=dict(parameters.get("IdentityInfo", {})),
        routing_profile_id=parameters["RoutingProfileId"],
        security_profile_ids=frozenset(parameters["SecurityProfileIds"]),
        hierarchy_group_id=parameters.get("HierarchyGroupId", ""),
        tags=dict(parameters["Tags"]),
    )


def summary(user: ModelUser) -> ObservedUser:
    """What Connect holds in truth, as the operator would see it."""
    return seen(user, READING)
