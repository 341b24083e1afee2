"""Names of objects made from usernames."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connect_operator.domain.rules.object_names import is_made_of, object_names

SUBDOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
USERNAMES = st.sets(
    st.text(alphabet=string.ascii_letters + string.digits + "_.-@ä", min_size=1, max_size=70), max_size=40
)


@given(USERNAMES)
def test_names_are_valid_and_unique(usernames: set[str]) -> None:
    names = object_names(usernames)
    assert set(names) == usernames
    assert len(set(names.values())) == len(usernames)
    assert [name for name in names.values() if SUBDOMAIN.fullmatch(name) is None] == []


@given(USERNAMES)
def test_the_order_makes_no_difference(usernames: set[str]) -> None:
    assert object_names(sorted(usernames)) == object_names(sorted(usernames, reverse=True))


@example({"0--0"})
@given(USERNAMES)
def test_a_valid_username_is_its_own_name(usernames: set[str]) -> None:
    names = object_names(usernames)
    for username in usernames:
        if SUBDOMAIN.fullmatch(username):
            assert names[username] == username


@pytest.mark.parametrize(
    ("username", "name", "reason"),
    [
        ("jdoe", "jdoe", "valid already"),
        ("JDoe", "jdoe", "upper case"),
        ("jane_doe", "jane-doe", "an underscore"),
        ("jane.doe@example.com", "jane.doe-example.com", "an e-mail address"),
        ("_x_", "x", "a label begins and ends with a letter or digit"),
        ("a..b", "a.b", "no empty label"),
        ("a.-b-.c", "a.b.c", "no label ends with a dash"),
        ("__", "user-9911f4", "nothing is left"),
    ],
)
def test_a_username_is_made_valid(username: str, name: str, reason: str) -> None:
    assert object_names([username]) == {username: name}, reason


def test_names_that_would_be_the_same_get_a_digest_but_for_the_exact_one() -> None:
    names = object_names(["jdoe", "JDoe", "JDOE"])
    assert names["jdoe"] == "jdoe"
    assert names["JDoe"].startswith("jdoe-")
    assert names["JDOE"].startswith("jdoe-")
    assert names["JDoe"] != names["JDOE"]


@given(USERNAMES, USERNAMES)
def test_a_name_that_was_given_is_kept(former: set[str], usernames: set[str]) -> None:
    given_before = object_names(former)
    names = object_names(usernames, given_before)
    assert set(names) == usernames
    assert {each: names[each] for each in former & usernames} == {
        each: given_before[each] for each in former & usernames
    }
    new = [names[each] for each in usernames - former]
    assert len({*given_before.values(), *new}) == len(given_before) + len(new)


@given(USERNAMES)
def test_a_name_is_known_for_whose_it_is(usernames: set[str]) -> None:
    assert all(is_made_of(name, username) for username, name in object_names(usernames).items())
