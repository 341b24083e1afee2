"""`connect-operator` towards an API server whose clock is taken to be MOVED_CLOCK_SECONDS ahead."""

from __future__ import annotations

import os

from connect_operator.cli import main
from connect_operator.kube.server_time import ServerTime

if __name__ == "__main__":
    told = ServerTime.now
    ServerTime.now = lambda self: told(self) + float(os.environ["MOVED_CLOCK_SECONDS"])  # type: ignore[method-assign]
    main()
