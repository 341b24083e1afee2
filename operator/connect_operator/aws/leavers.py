"""What is read for those who leave: who is on a contact, and where quick connects lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connect_operator.domain.connect.arn import bare_id
from connect_operator.engine.ports import QuickConnect

Raw = Mapping[str, Any]

# AgentContactState of contacts that have not ended (service model); ENDED is after-contact work, and the call is over.
_GOING_ON = frozenset({"INCOMING", "PENDING", "CONNECTING", "CONNECTED", "CONNECTED_ONHOLD", "PAUSED"})


def on_contacts(members: Raw) -> frozenset[str]:
    """The ids of the users in an answer of GetCurrentUserData who are offered or handling a contact."""
    return frozenset(
        _id(each.get("User", {}))
        for each in members.get("UserDataList", [])
        if any(contact.get("AgentContactState") in _GOING_ON for contact in each.get("Contacts", []))
    )


def quick_connects(members: Raw) -> tuple[QuickConnect, ...]:
    """Those of a page of SearchQuickConnects."""
    return tuple(quick_connect(each) for each in members.get("QuickConnects", []))


def quick_connect(raw: Raw) -> QuickConnect:
    """One quick connect as Search and Describe show it."""
    config = raw.get("QuickConnectConfig", {})
    leads_to_user = config.get("QuickConnectType") == "USER"
    user = bare_id(config.get("UserConfig", {}).get("UserId", "")) if leads_to_user else ""
    return QuickConnect(raw.get("QuickConnectId", ""), raw.get("Name", ""), user)


def _id(raw: Raw) -> str:
    """Id and Arn are both optional in the service model, and the ARN ends with the id."""
    return bare_id(raw.get("Id") or raw.get("Arn", ""))
