"""`connect-operator` on a machine whose clock is MOVED_CLOCK_SECONDS ahead of the others'."""

from __future__ import annotations

import os

from connect_operator import app
from connect_operator.cli import main
from connect_operator.clock import SystemClock


class AheadClock(SystemClock):
    """The system's clock, moved."""

    def now(self) -> float:
        """Seconds since the epoch, and some more."""
        return super().now() + float(os.environ["MOVED_CLOCK_SECONDS"])


if __name__ == "__main__":
    # The composition root makes its clock by that name; it is not there for others, hence the ignored complaint.
    app.SystemClock = AheadClock  # type: ignore[attr-defined]
    main()
