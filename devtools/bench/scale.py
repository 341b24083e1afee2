"""How many users "the quota" means: Connect admits 10 000 to an instance at first. Fewer for a quick look."""

from __future__ import annotations

import os

AT_THE_QUOTA = int(os.environ.get("CONNECT_BENCH_USERS") or 10_000)
"""`make bench USERS=1000` sets it; goals that depend on it are scaled."""
FAST = {"rate": 1000, "burst": 1000}
"""What CreateUser is given where making the users is not what is measured."""
