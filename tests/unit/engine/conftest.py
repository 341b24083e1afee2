"""What these tests did is told at their end, for `make soak` and `make campaign`."""

from __future__ import annotations

from campaign.tally import TALLY


def pytest_sessionfinish() -> None:
    TALLY.tell()
