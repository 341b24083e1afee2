"""Backing off from an API server that refuses: when nothing is sent, and for how long."""

from __future__ import annotations

from collections import Counter

import pytest

from connect_operator.kube.circuit import Circuit, Circuits, asked_pause


def a_circuit() -> Circuit:
    return Circuit(jitter=lambda: 0.5)


def refuse(circuit: Circuit, times: int, now: float = 0.0) -> None:
    for _ in range(times):
        circuit.ended(circuit.turn, now, refused=True)


def test_chance_does_not_open_it() -> None:
    circuit = a_circuit()
    refuse(circuit, 2)
    circuit.ended(circuit.turn, 0.0, refused=False)
    refuse(circuit, 2)
    assert circuit.wait(0.0) == 0.0


def test_what_was_under_way_when_it_opened_does_not_count_twice() -> None:
    circuit = a_circuit()
    turn = circuit.turn
    assert [circuit.ended(turn, 0.0, refused=True) for _ in range(16)].count(True) == 1
    assert circuit.wait(0.0) == 1.0


def test_one_probe_at_a_time_and_a_longer_pause_after_each_that_fails() -> None:
    circuit, now, pauses = a_circuit(), 0.0, list[float]()
    refuse(circuit, 3)
    for _ in range(7):
        pauses.append(circuit.wait(now))
        now += pauses[-1]
        assert circuit.wait(now) == 0.0
        assert circuit.wait(now) > 0.0, "behind the probe"
        refuse(circuit, 1, now)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_a_probe_that_is_answered_closes_it_for_all() -> None:
    circuit = a_circuit()
    refuse(circuit, 3)
    assert circuit.wait(1.0) == 0.0
    circuit.ended(circuit.turn, 1.0, refused=False)
    assert [circuit.wait(1.0) for _ in range(3)] == [0.0, 0.0, 0.0]


def test_a_probe_that_was_given_up_lets_the_next_try() -> None:
    circuit = a_circuit()
    refuse(circuit, 3)
    assert circuit.wait(1.0) == 0.0
    circuit.ended(circuit.turn, 1.0, refused=None)
    assert circuit.wait(1.0) == 0.0


@pytest.mark.parametrize(("asked", "pause"), [(None, 0.0), (7.0, 7.0), (86_400.0, 120.0)])
def test_retry_after_is_honoured_at_once_and_within_reason(asked: float | None, pause: float) -> None:
    circuit = a_circuit()
    circuit.ended(circuit.turn, 0.0, refused=True, asked=asked)
    assert circuit.wait(0.0) == pause


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), (None, None), ("Fri, 27 Nov 2026 04:00:00 GMT", None)])
def test_the_header(header: str | None, seconds: float | None) -> None:
    assert asked_pause(header) == seconds


def test_what_refuses_writes_may_serve_reads() -> None:
    circuits = Circuits()
    kinds = [
        circuits.of("GET", "/apis/g/v1/namespaces/a/connectusers"),
        circuits.of("PATCH", "/apis/g/v1/namespaces/a/connectusers/b/status"),
        circuits.of("POST", "/api/v1/namespaces/a/events"),
        circuits.of("PATCH", "/apis/coordination.k8s.io/v1/namespaces/a/leases/b"),
    ]
    assert len({id(circuit) for circuit in kinds}) == len(kinds)
    assert circuits.of("DELETE", "/apis/g/v1/x") is kinds[1]


def test_a_thousand_who_want_to_write_send_few_requests_a_minute() -> None:
    """In virtual minutes: each asks again when it is told to, or after five seconds."""
    circuit, sent = a_circuit(), Counter[int]()
    due = dict.fromkeys(range(1000), 0.0)
    while (now := min(due.values())) < 300.0:
        who = min(due, key=lambda each: due[each])
        wait = circuit.wait(now)
        if not wait:
            sent[int(now // 60)] += 1
            circuit.ended(circuit.turn, now, refused=True)
        due[who] = now + (wait or 5.0) + 0.001
    assert sent[0] <= 12
    assert all(sent[minute] <= 3 for minute in range(1, 5))
