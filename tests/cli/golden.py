"""Golden files: what a person reads, word by word. UPDATE_GOLDEN=1 writes them anew, for a person to review."""

from __future__ import annotations

import os
from pathlib import Path

TESTDATA = Path(__file__).parent / "testdata"


def assert_golden(text: str, name: str) -> None:
    """The text is as the file says."""
    path = TESTDATA / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
