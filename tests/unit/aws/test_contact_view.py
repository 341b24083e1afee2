"""What DescribeContact tells about a contact: who has it, whether it is queued, whether it has ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from connect_operator.aws import shapes
from connect_operator.domain.kinds.assignment import ContactView

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
BEFORE, AFTER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
QUEUE: dict[str, Any] = {"Id": "q-1", "EnqueueTimestamp": NOON}
ARN = "arn:aws:connect:eu-central-1:123456789012:instance/i-1/agent/u-1"


class Case(NamedTuple):
    reason: str
    contact: dict[str, Any]
    view: ContactView


NOBODY = ContactView(agent_id="", queued=False, ended=False)
QUEUED = NOBODY._replace(queued=True)
WITH_AGENT = NOBODY._replace(agent_id="u-1")
ENDED = NOBODY._replace(ended=True)


def agent(**times: datetime) -> dict[str, Any]:
    """AgentInfo with these times."""
    return {"AgentInfo": {"Id": "u-1", **{f"{name}Timestamp": time for name, time in times.items()}}}


CASES = [
    Case("nothing is known of it but that it exists", {}, NOBODY),
    Case("in no queue yet", {"Id": "c-1", "InitiationTimestamp": BEFORE}, NOBODY),
    Case("a queue and no time", {"QueueInfo": {}}, NOBODY),
    Case("queued, or offered to somebody who has not accepted", {"QueueInfo": QUEUE}, QUEUED),
    Case("an agent without an ID is nobody", {"QueueInfo": QUEUE, "AgentInfo": {}}, QUEUED),
    Case("an agent whose ID is empty", {"QueueInfo": QUEUE, "AgentInfo": {"Id": ""}}, QUEUED),
    Case("connected", {"QueueInfo": QUEUE, **agent(ConnectedToAgent=AFTER)}, WITH_AGENT),
    Case(
        "accepted, not connected yet",
        {"QueueInfo": QUEUE, **agent(AcceptedByAgent=AFTER)},
        WITH_AGENT,
    ),
    Case(
        "accepted anew by one who was connected before it was queued again",
        {"QueueInfo": QUEUE, **agent(AcceptedByAgent=AFTER, ConnectedToAgent=BEFORE)},
        WITH_AGENT,
    ),
    Case(
        "connected in the moment in which it was queued",
        {"QueueInfo": QUEUE, **agent(ConnectedToAgent=NOON)},
        WITH_AGENT,
    ),
    Case("an agent and no time", {"QueueInfo": QUEUE, **agent()}, WITH_AGENT),
    Case(
        "an agent and no queue, as of an outbound call",
        agent(ConnectedToAgent=BEFORE),
        WITH_AGENT,
    ),
    Case("an agent by ARN", {"AgentInfo": {"Id": ARN}}, WITH_AGENT),
    Case(
        "queued again after an agent had it",
        {"QueueInfo": QUEUE, **agent(AcceptedByAgent=BEFORE, ConnectedToAgent=BEFORE)},
        QUEUED,
    ),
    Case(
        "queued again after one had accepted",
        {"QueueInfo": QUEUE, **agent(AcceptedByAgent=BEFORE)},
        QUEUED,
    ),
    Case("ended in its queue", {"QueueInfo": QUEUE, "DisconnectTimestamp": AFTER}, ENDED),
    Case(
        "ended with an agent, who has had it",
        {"QueueInfo": QUEUE, **agent(ConnectedToAgent=AFTER), "DisconnectTimestamp": AFTER},
        ENDED._replace(agent_id="u-1"),
    ),
    Case(
        "ended in its queue after an agent had it",
        {"QueueInfo": QUEUE, **agent(ConnectedToAgent=BEFORE), "DisconnectTimestamp": AFTER},
        ENDED,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.reason for case in CASES])
def test_a_contact(case: Case) -> None:
    assert shapes.contact({"Contact": case.contact}) == case.view


def test_times_of_two_zones_are_compared_as_moments() -> None:
    """Botocore gives times in the machine's zone or in UTC, depending on how they were written."""
    east = AFTER.astimezone(tz=datetime.strptime("+0900", "%z").tzinfo)
    contact = {"QueueInfo": QUEUE, **agent(ConnectedToAgent=east)}
    assert shapes.contact({"Contact": contact}) == WITH_AGENT


def test_an_answer_without_a_contact_is_no_contact_with_nobody() -> None:
    with pytest.raises(KeyError):
        shapes.contact({})
