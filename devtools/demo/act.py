"""An act: its title, the story in plain words, how long it may take, and how it is played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.scene import Scene


@dataclass(frozen=True, slots=True)
class Act:
    """`play` returns what was observed, in one line, or raises NotObservedError. `seconds` is its deadline."""

    title: str
    story: str
    seconds: float
    play: Callable[[Scene], str]
    others_need_it: bool = False
    """Without it the later acts cannot be played."""
