"""What Connect's refusal of a hand-over means: its codes do not tell a contact that has left the queue from a mistake.

So DescribeContact is asked once before anything is said. Pure.
"""

from __future__ import annotations

from connect_operator.domain.conditions.assignment_status import AssignmentVerdict
from connect_operator.domain.conditions.reasons import Reason
from connect_operator.domain.connect.errors import ConnectError
from connect_operator.domain.kinds.assignment import ContactView, Ending, Phase
from connect_operator.engine.assignments.memory import AssignmentMemory
from connect_operator.engine.assignments.situation import Conclude, Look

_QUEUED = (
    "the contact must wait in a queue, Connect must hand over contacts of its channel, and the user's routing profile "
    "may have to have that queue; correct this and create another ConnectContactAssignment"
)


def of_refusal(memory: AssignmentMemory, error: ConnectError, *, readable: bool) -> Look | Conclude:
    """The end, or a look at the contact first. `readable`: whether the instance can be asked."""
    contact = memory.contact
    if contact is None:
        if readable and not memory.unseen:
            return Look()
        return Conclude(AssignmentVerdict(Phase.FAILED, Reason.INVALID_SPEC, f"{error.text.rstrip('.')}; {_QUEUED}"))
    if contact.queued:
        return Conclude(AssignmentVerdict(Phase.FAILED, Reason.INVALID_SPEC, f"{error.text.rstrip('.')}; {_QUEUED}"))
    message = f"the contact waits in no queue any more: {_where(contact)}; nothing is left to hand over ({error.text})"
    return Conclude(AssignmentVerdict(Phase.FAILED, Ending.CONTACT_NOT_QUEUED, message))


def _where(contact: ContactView) -> str:
    if contact.ended:
        return "it has ended"
    if contact.agent_id:
        return f"it is with user {contact.agent_id}"
    return "it is being offered to a user, or was never put into one"
