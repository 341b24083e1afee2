"""Whose details are read next, and by when all will have been read."""

from __future__ import annotations

import pytest

from connect_operator.domain.text.timestamps import epoch, rfc3339
from connect_operator.engine.instances.agenda import Agenda, Reading, completion, fact

NOW = 1_800_000_017.0


def a_reading(name: str, *, since: float = NOW, proficiencies: bool = False) -> Reading:
    return Reading(name, contact=True, proficiencies=proficiencies, since_time=since)


def listed(agenda: Agenda, *readings: Reading) -> Agenda:
    for each in readings:
        agenda.note(each)
    agenda.keep({each.user_id for each in readings})
    return agenda


def test_the_unread_first_then_who_was_read_longest_ago() -> None:
    agenda = listed(Agenda(), *(a_reading(name) for name in "abc"))
    order = []
    for each in range(8):
        if each == 4:
            agenda.note(a_reading("new"))
        reading = agenda.next()
        assert reading is not None
        order.append(reading.user_id)
        agenda.done(reading)
    assert order == ["a", "b", "c", "a", "new", "b", "c", "a"]


def test_who_cannot_be_read_lets_others_go_first() -> None:
    agenda = listed(Agenda(), a_reading("a"), a_reading("b"))
    agenda.put_off(a_reading("a"))
    following = agenda.next()
    assert following is not None
    assert following.user_id == "b"


def test_more_to_read_of_a_user_is_unread() -> None:
    agenda = listed(Agenda(), a_reading("a"))
    agenda.done(a_reading("a"))
    agenda.note(a_reading("a"))
    assert agenda.unread == 0
    agenda.note(a_reading("a", proficiencies=True))
    assert agenda.unread == 1


def test_before_the_users_are_known_nothing_is_told() -> None:
    assert completion(Agenda(), 2.0, "", NOW) == ""
    assert completion(Agenda(), 2.0, "2020-01-01T00:00:01Z", NOW) == "2020-01-01T00:00:01Z"


def test_a_promise_is_a_whole_minute_and_not_too_early() -> None:
    agenda = listed(Agenda(), *(a_reading(str(each)) for each in range(100)))
    promised = epoch(completion(agenda, 2.0, "", NOW))
    assert promised is not None
    assert promised >= NOW + 200.0
    assert promised % 60 == 0


def test_a_promise_stands_while_it_can_be_kept() -> None:
    agenda = listed(Agenda(), *(a_reading(str(each)) for each in range(100)))
    told = completion(agenda, 2.0, "", NOW)
    for each in range(99):
        agenda.done(a_reading(str(each)))
        assert completion(agenda, 2.0, told, NOW + 2.0 * each) == told


def test_it_is_renewed_seldom_while_an_instance_grows() -> None:
    agenda, told, promises = listed(Agenda(), a_reading("0")), "", set()
    for each in range(10_000):
        now = NOW + each * 0.5
        agenda.note(a_reading(str(each)))
        told = completion(agenda, 2.0, told, now)
        assert (epoch(told) or 0.0) >= now + agenda.unread * 2.0
        promises.add(told)
    assert len(promises) <= 40


def test_what_is_done_is_told_once() -> None:
    agenda = listed(Agenda(), a_reading("a"))
    told = completion(agenda, 2.0, "", NOW)
    agenda.done(a_reading("a"))
    done = completion(agenda, 2.0, told, NOW + 5.0)
    assert fact(done, NOW + 5.0) == NOW + 5.0
    assert completion(agenda, 2.0, done, NOW + 9000.0) == done


@pytest.mark.parametrize("second", [0.0, 1.0, 59.0])
def test_a_fact_is_never_taken_for_a_promise(second: float) -> None:
    now = NOW - NOW % 60 + second
    assert fact(completion(listed(Agenda()), 2.0, "", now), now) is not None


@pytest.mark.parametrize(
    ("reason", "told", "since", "unread"),
    [
        ("the former process had read all", rfc3339(NOW - 5.0), NOW - 100.0, 0),
        ("this one came later", rfc3339(NOW - 5.0), NOW - 1.0, 1),
        ("a promise, and nobody knows whether it was kept", rfc3339(NOW - 17.0), NOW - 100.0, 1),
        ("a promise for later", rfc3339(NOW + 43.0), NOW - 100.0, 1),
        ("nothing", "", NOW - 100.0, 1),
    ],
)
def test_what_a_new_process_believes(reason: str, told: str, since: float, unread: int) -> None:
    agenda = listed(Agenda(fact(told, NOW)), a_reading("a", since=since))
    assert agenda.unread == unread, reason
