"""Waiting for a condition, with a clock that is moved by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local_cluster.readiness import Endpoint, wait_until

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def test_returns_as_soon_as_the_condition_holds() -> None:
    clock = Clock()

    assert wait_until(lambda: clock.now >= 103, timeout=10, clock=clock, pause=clock.pause)
    assert 103 <= clock.now < 103.1


def test_gives_up_at_the_deadline() -> None:
    clock = Clock()

    assert not wait_until(lambda: False, timeout=10, clock=clock, pause=clock.pause)
    assert 110 <= clock.now < 110.1


def test_asks_at_least_once() -> None:
    assert wait_until(lambda: True, timeout=0)


def test_a_server_without_a_certificate_yet_is_not_ready(tmp_path: Path) -> None:
    assert not Endpoint(port=1, certificate_authority=tmp_path / "missing.crt", token="t").is_ready()
