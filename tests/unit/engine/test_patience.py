"""Gates and backoff: how long, and who may try meanwhile."""

from __future__ import annotations

import random

import pytest

from connect_operator.domain.conditions.reasons import Reason
from connect_operator.engine.pace.backoff import Backoff
from connect_operator.engine.pace.circuit_breaker import CircuitBreaker

from .builders import an_error

ERROR = an_error("LimitExceededException", http_status=429)


class TestGate:
    def test_open_it_admits_everybody(self) -> None:
        assert all(CircuitBreaker(300.0).allows(now) for now in (0.0, 0.0, 1.0))

    def test_closed_it_admits_one_probe_each_interval(self) -> None:
        breaker = CircuitBreaker(300.0)
        breaker.trip(ERROR, 1000.0)
        assert [breaker.allows(now) for now in (1000.0, 1299.0, 1300.0, 1300.0, 1599.0, 1600.0)] == [
            False,
            False,
            True,
            False,
            False,
            True,
        ]
        assert breaker.error is not None
        assert breaker.error.text == ERROR.text

    def test_a_success_opens_it_and_tells_so_once(self) -> None:
        breaker = CircuitBreaker(300.0)
        breaker.trip(ERROR, 0.0)
        assert breaker.reset()
        assert not breaker.reset()
        assert breaker.allows(0.0)


def a_backoff(slow: float = 300.0, seed: int = 1) -> Backoff:
    return Backoff(slow, random.Random(seed))  # noqa: S311 - spreads retries, guards nothing


@pytest.mark.parametrize(
    ("reason", "failures", "least", "most"),
    [
        (Reason.SERVICE_UNAVAILABLE, 0, 0.75, 1.25),
        (Reason.SERVICE_UNAVAILABLE, 3, 6.0, 10.0),
        (Reason.SERVICE_UNAVAILABLE, 1000, 225.0, 375.0),
        (Reason.THROTTLED, 1, 1.5, 2.5),
        (Reason.REFERENCE_NOT_FOUND, 0, 0.75, 1.25),
        (Reason.REFERENCE_NOT_FOUND, 1000, 22.5, 37.5),
        (Reason.PERMISSION_DENIED, 0, 270.0, 330.0),
        (Reason.PERMISSION_DENIED, 1000, 270.0, 330.0),
        (Reason.USERNAME_TAKEN, 5, 270.0, 330.0),
    ],
)
def test_delays(reason: Reason, failures: int, least: float, most: float) -> None:
    for seed in range(20):
        delay = a_backoff(seed=seed).delay(reason, failures)
        assert delay is not None
        assert least <= delay <= most


@pytest.mark.parametrize("reason", [Reason.AVAILABLE, Reason.INVALID_SPEC, Reason.SUSPENDED, Reason.CREATING])
def test_what_is_not_tried_again_by_itself(reason: Reason) -> None:
    assert a_backoff().delay(reason, 0) is None


def test_retries_are_spread() -> None:
    backoff = a_backoff()
    assert len({backoff.delay(Reason.SERVICE_UNAVAILABLE, 5) for _ in range(10)}) > 5
