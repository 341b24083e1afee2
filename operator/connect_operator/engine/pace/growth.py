"""How pauses grow: each twice the one before, up to an end. Said once, for a power of two outgrows a float."""

from __future__ import annotations

_ENOUGH = 64
"""Doublings after which any pause has come to its end: a day has 17 of a second's."""


def doubled(first: float, times: int, longest: float = float("inf")) -> float:
    """`first` seconds, doubled so many times, `longest` at most; an outage may last for days."""
    return min(longest, first * 2.0 ** min(times, _ENOUGH))
