"""A Connect whose reads go to replicas that know nothing of anybody for a while."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.model_user import ModelUser  # noqa: TID252 - one model for both folders
from .fake_connect import FakeConnect
from .fake_users import History
from .script import error


@dataclass
class Flapping(FakeConnect):
    """Between the two `dark` times (epoch seconds) no read and no write finds any user."""

    dark: tuple[float, float] = (float("inf"), float("inf"))

    @property
    def is_dark(self) -> bool:
        return self.dark[0] <= self.clock.now() < self.dark[1]

    def darken(self, seconds: float) -> None:
        self.dark = (self.clock.now(), self.clock.now() + seconds)

    def _shown(self, delay: float) -> list[tuple[float, ModelUser]]:
        return [] if self.is_dark else super()._shown(delay)

    def _visible(self, operation: str, user_id: str) -> tuple[float, ModelUser]:
        if self.is_dark:
            raise error(operation, "ResourceNotFoundException", 404)
        return super()._visible(operation, user_id)

    def _reached(self, history: History) -> bool:
        return not self.is_dark and super()._reached(history)
