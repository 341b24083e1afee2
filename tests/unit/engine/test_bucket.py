"""The token bucket over a moved clock, and against a simulated server bucket of the same quota."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from connect_operator.engine.pace.adaptive_rate import AdaptiveRate
from connect_operator.engine.pace.token_bucket import TokenBucket


def a_bucket(rate: float = 2.0, burst: int = 5, now: float = 0.0) -> TokenBucket:
    return TokenBucket(AdaptiveRate(rate), burst, now, random.Random(1))  # noqa: S311 - spreads pauses, guards nothing


def taken(bucket: TokenBucket, now: float) -> int:
    """How many tokens can be taken at once."""
    count = 0
    while bucket.take(now):
        count += 1
    return count


def test_it_starts_with_one_token() -> None:
    """The former process may just have emptied the server's."""
    assert taken(a_bucket(), 0.0) == 1


def test_it_holds_one_less_than_the_servers() -> None:
    assert taken(a_bucket(burst=5), 3600.0) == 4


def test_a_bucket_of_one_still_has_one() -> None:
    assert taken(a_bucket(burst=1), 3600.0) == 1


@pytest.mark.parametrize(("rate", "seconds", "tokens"), [(2.0, 0.5, 1), (2.0, 1.0, 2), (0.5, 2.0, 1), (2.0, 0.4, 0)])
def test_it_refills_at_its_rate(rate: float, seconds: float, tokens: int) -> None:
    bucket = a_bucket(rate)
    taken(bucket, 0.0)
    assert taken(bucket, seconds) == tokens


def test_ready_at_is_when_a_token_can_be_taken() -> None:
    bucket = a_bucket(rate=3.0)
    now = 0.0
    for _ in range(1000):
        assert bucket.take(now)
        now = bucket.ready_at(now)


def test_an_unused_token_comes_back_but_never_too_many() -> None:
    bucket = a_bucket()
    assert bucket.take(0.0)
    bucket.give_back()
    assert bucket.take(0.0)
    full = a_bucket(burst=5, now=0.0)
    assert full.available(100.0) == 4.0
    full.give_back()
    assert full.available(100.0) == 4.0


def test_a_clock_that_goes_back_makes_no_tokens() -> None:
    bucket = a_bucket()
    taken(bucket, 100.0)
    assert taken(bucket, 50.0) == 0
    assert taken(bucket, 100.0) == 0


class TestPause:
    def test_nothing_is_taken_while_it_lasts(self) -> None:
        bucket = a_bucket(now=0.0)
        bucket.refused(10.0)
        assert taken(bucket, 10.7) == 0
        assert 10.75 <= bucket.ready_at(10.0) <= 11.25

    def test_after_it_at_most_one_call_tries(self) -> None:
        bucket = a_bucket(rate=0.001)
        bucket.refused(10_000.0)
        assert taken(bucket, 10_002.0) == 1

    def test_it_grows_until_a_call_succeeds(self) -> None:
        bucket, now, pauses = a_bucket(), 0.0, []
        for _ in range(8):
            bucket.refused(now)
            pauses.append(bucket.ready_at(now) - now)
            now += pauses[-1] + 1.0
        assert all(0.75 * 2**each <= pause <= 1.25 * 2**each for each, pause in enumerate(pauses[:5]))
        assert max(pauses) <= 30.0 * 1.25
        bucket.succeeded()
        bucket.refused(now)
        assert bucket.ready_at(now) - now <= 1.25

    def test_several_refusals_of_one_burst_count_once(self) -> None:
        bucket = a_bucket()
        for each in range(4):
            bucket.refused(10.0 + each * 0.01)
        assert bucket.ready_at(10.04) - 10.04 <= 1.25


def test_another_quota_takes_effect_at_once() -> None:
    bucket = a_bucket(burst=20)
    bucket.available(100.0)
    bucket.rate.quota = 10.0
    bucket.configure(5, 100.0)
    assert taken(bucket, 100.0) == 4
    assert taken(bucket, 100.2) == 2


@dataclass
class ServerBucket:
    """What Connect is said to do: `rate` a second into `burst`, full at first unless a former process emptied it."""

    rate: float
    burst: float
    tokens: float
    at: float = 0.0

    def admits(self, now: float) -> bool:
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("rate", "burst"), [(2.0, 5), (10.0, 20)])
@pytest.mark.parametrize("left", [1.0, 5.0], ids=["emptied by a former process", "full"])
def test_the_server_never_throttles_us(rate: float, burst: int, left: float, seed: int) -> None:
    """Calls arrive with jitter, in order; with pauses of idleness that fill both buckets."""
    jitter = random.Random(seed)  # noqa: S311 - a simulation
    ours, server, now, arrived = a_bucket(rate, burst), ServerBucket(rate, burst, left), 0.0, 0.0
    throttled = 0
    for call in range(2000):
        if call % 97 == 0:
            now += jitter.uniform(0.0, 10.0)
        now = max(now, ours.ready_at(now))
        assert ours.take(now)
        # The network delays each by 10 to 110 ms: one may catch up with the one before.
        arrived = max(arrived, now + jitter.uniform(0.01, 0.01 + 0.2 / rate))
        throttled += not server.admits(arrived)
    assert throttled == 0
