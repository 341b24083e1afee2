"""A reader for each walk, with a cluster of their own: some pages end with everything uninstalled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .reader import Reader, a_reader


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    """Everything runs."""
    with a_reader(tmp_path) as found:
        yield found
