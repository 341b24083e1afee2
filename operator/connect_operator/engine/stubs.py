"""What is kept of an object whose namespace no instance admits: its key, and what is needed to answer and release it.

Whoever may create objects in such a namespace can create any number, each as large as the API server takes it. None of
it is acted on until somebody admits the namespace, and then the object is read again, whole. So a stub says nothing
about its user: no name, profile or tag of a manifest is taken from it. Pure.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec
from msgspec import UNSET

from connect_operator.domain.kinds.assignment import AssignmentStatus, ConnectContactAssignment
from connect_operator.domain.kinds.objects import ConnectUser, with_few_finalizers
from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.kinds.status import UserStatus

# Which instance is meant, what becomes of a user when the object goes, who asks for which name: all short.
_KEPT = (
    "instance_ref",
    "instance_id",
    "username",
    "password_secret_ref",
    "state",
    "active_from",
    "active_until",
    "deletion_policy",
    "adoption_policy",
    "management_policy",
    "suspend",
)
# Where a user may live, and what a call may have been made for; they count when the namespace is admitted again.
_TOLD = ("user_id", "user_arn", "instance_arn", "created_time", "phase", "attempted_time", "completion_time")
_LONGEST_TOLD = 256
_LONGEST_STATUS = 8192
"""Bytes: what this operator writes about such an object is a quarter of that."""
_LONGEST_FINALIZERS = 256

_Status = TypeVar("_Status", UserStatus, AssignmentStatus)


def stub_of(user: ConnectUser) -> ConnectUser:
    """The little that is kept of a ConnectUser; not `whole`."""
    spec = user.spec
    return ConnectUser(
        metadata=with_few_finalizers(user.metadata, _LONGEST_FINALIZERS),
        spec=None if spec is None else ConnectUserSpec(**{name: getattr(spec, name) for name in _KEPT}),
        status=_short(user.status),
        spec_error=user.spec_error,
        whole=False,
    )


def short_of(assignment: ConnectContactAssignment) -> ConnectContactAssignment:
    """A ConnectContactAssignment, whose manifest is short in any case, with as little of its metadata and status."""
    return msgspec.structs.replace(
        assignment,
        metadata=with_few_finalizers(assignment.metadata, _LONGEST_FINALIZERS),
        status=_short(assignment.status),
    )


def _short(status: _Status) -> _Status:
    """The status; of one that is far longer than any that is written, only the members that are acted on."""
    if len(msgspec.json.encode(status)) <= _LONGEST_STATUS:
        return status
    told = {name: getattr(status, name, UNSET) for name in _TOLD}
    kind = type(status)
    return kind(**{name: text for name, text in told.items() if text is not UNSET and len(text) <= _LONGEST_TOLD})
