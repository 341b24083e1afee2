"""kopf's two memories of an object, for handlers that only pass it on: nothing is kept, copied or compared.

kopf builds the essence of each object with each event, a deep copy of it, to tell handlers of changes what has changed.
There are none here, so that was a tenth of what an event cost (measured).
"""

from __future__ import annotations

from typing import Any

import kopf


class NoDiffBase(kopf.DiffBaseStorage):
    """Finds no former state, and sees none."""

    def build(self, **_: Any) -> Any:  # noqa: ANN401 - kopf's type for it is not public
        """An object without an essence."""
        return {}

    def fetch(self, **_: Any) -> None:  # noqa: ANN401 - kopf's calling convention
        """Nothing was kept."""

    def store(self, **_: Any) -> None:  # noqa: ANN401 - likewise
        """Keep nothing."""


class NoProgress(kopf.ProgressStorage):
    """No handler here has progress to keep."""

    def fetch(self, **_: Any) -> None:  # noqa: ANN401 - kopf's calling convention
        """Nothing was kept."""

    def store(self, **_: Any) -> None:  # noqa: ANN401 - likewise
        """Keep nothing."""

    def purge(self, **_: Any) -> None:  # noqa: ANN401 - likewise
        """There is nothing to take away."""

    def touch(self, **_: Any) -> None:  # noqa: ANN401 - likewise
        """Mark nothing."""

    def clear(self, *, essence: Any) -> Any:  # noqa: ANN401 - likewise
        """The same: there is nothing in it of ours."""
        return essence
