"""Times as the API server takes them, and as the operator reads them: what is stored and not read would be no end."""

from __future__ import annotations

import pytest

from connect_operator.domain.text.timestamps import epoch

EIGHT = 1_801_468_800.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-02-01T08:00:00Z", EIGHT),
        ("2027-02-01t08:00:00z", EIGHT),
        ("2027-02-01T09:00:00+01:00", EIGHT),
        ("2027-02-01T04:30:00-03:30", EIGHT),
        ("2027-02-02T08:30:00+24:30", EIGHT),
        ("2027-02-01T09:00:00+00:60", EIGHT),
        ("2027-02-01T08:00:00-00:00", EIGHT),
        ("2027-02-01T08:00:00,5Z", EIGHT + 0.5),
        ("2027-02-01T08:00:00.123456789123Z", EIGHT + 0.123456),
        ("tomorrow", None),
        ("2027-02-30T08:00:00Z", None),
        ("0000-01-01T00:00:00Z", None),
        ("", None),
    ],
)
def test_times_are_read_as_the_api_server_reads_them(text: str, expected: float | None) -> None:
    assert epoch(text) == (expected if expected is None else pytest.approx(expected))
