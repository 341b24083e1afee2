"""Who leads, by the Leases in the cluster, and when that process was last seen. For people: its clock is another's."""

from __future__ import annotations

from typing import NamedTuple

from connect_operator.cli.progress import duration
from connect_operator.domain.text.timestamps import epoch, rfc3339
from connect_operator.engine.ports import ClusterUnavailableError
from connect_operator.kube.connection import Connection, RequestRefusedError
from connect_operator.kube.leases import NamedLease, find_leases

_SILENT = 60.0


class Leader(NamedTuple):
    """What one Lease says. `alive`: it was renewed of late, as far as the clocks agree."""

    alive: bool
    text: str


async def leaders(opened: Connection, now: float) -> list[Leader] | None:
    """A line for each Lease of an operator; None where they may not be listed."""
    try:
        found = await find_leases(opened)
    except (RequestRefusedError, ClusterUnavailableError):
        return None
    return [described(each, now) for each in found]


def described(lease: NamedLease, now: float) -> Leader:
    """What that Lease says at that time (epoch seconds)."""
    record, where = lease.record, f"Lease {lease.namespace}/{lease.name}"
    renewed = epoch(record.renew_time)
    if not record.holder:
        return Leader(alive=False, text=f"nobody leads: {where} was given up")
    seen = "at an unknown time" if renewed is None else f"{duration(max(0.0, now - renewed))} ago"
    if renewed is None or now - renewed > _SILENT:
        return Leader(alive=False, text=f"nobody leads: {record.holder} was last seen {seen} ({where})")
    acquired = epoch(record.acquire_time)
    since = f" since {rfc3339(acquired)}" if acquired is not None else ""
    return Leader(alive=True, text=f"{record.holder} leads{since}, last seen {seen} ({where})")
