"""What these tests did is told at their end, for `make soak` and `make campaign`; and a fixture that several share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from campaign.tally import TALLY


def pytest_sessionfinish() -> None:
    TALLY.tell()


@pytest.fixture(scope="module")
def quiet() -> Iterator[None]:
    """Nothing is logged: thousands of played troubles would be."""
    logger = logging.getLogger("connect_operator")
    former = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(former)
