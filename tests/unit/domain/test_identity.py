"""The rules of each identity management type, and of passwords."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connect_operator.domain.kinds.spec import ConnectUserSpec
from connect_operator.domain.rules.identity import normal_form, password_violation, violations

NAMES = {"firstName": "Jane", "lastName": "Doe"}
SECRET = {"passwordSecretRef": {"name": "s"}}


def broken(spec: dict[str, Any], identity_type: str, *, creating: bool, username: str = "jdoe") -> list[str]:
    """The fields that are complained about."""
    found = violations(msgspec.convert(spec, ConnectUserSpec), username, identity_type, creating=creating)
    return [each.split(":")[0].removeprefix("spec.") for each in found]


CREATION = [
    ("CONNECT_MANAGED", {"identityInfo": {**NAMES, "email": "a@b.cd"}, **SECRET}, []),
    ("CONNECT_MANAGED", {"identityInfo": {**NAMES, "email": "a@b.cd"}}, ["passwordSecretRef"]),
    ("CONNECT_MANAGED", {"identityInfo": NAMES, **SECRET}, ["identityInfo.email"]),
    ("CONNECT_MANAGED", {"identityInfo": {**NAMES, "email": ""}, **SECRET}, ["identityInfo.email"]),
    (
        "CONNECT_MANAGED",
        {},
        ["passwordSecretRef", "identityInfo.firstName", "identityInfo.lastName", "identityInfo.email"],
    ),
    ("SAML", {"identityInfo": NAMES}, []),
    ("SAML", {"identityInfo": {**NAMES, "secondaryEmail": "a@b.cd"}}, []),
    ("SAML", {"identityInfo": {**NAMES, "email": "a@b.cd"}}, ["identityInfo.email"]),
    ("SAML", {"identityInfo": {**NAMES, "email": ""}}, []),
    ("SAML", {"identityInfo": NAMES, **SECRET}, ["passwordSecretRef"]),
    ("SAML", {"identityInfo": NAMES, "directoryUserId": "d"}, ["directoryUserId"]),
    ("SAML", {"identityInfo": {"firstName": "Jane"}}, ["identityInfo.lastName"]),
    ("EXISTING_DIRECTORY", {}, []),
    ("EXISTING_DIRECTORY", {"directoryUserId": "d"}, []),
    ("EXISTING_DIRECTORY", SECRET, ["passwordSecretRef"]),
]


@pytest.mark.parametrize(("identity_type", "spec", "fields"), CREATION)
def test_creation(identity_type: str, spec: dict[str, Any], fields: list[str]) -> None:
    assert sorted(broken(spec, identity_type, creating=True)) == sorted(fields)


@pytest.mark.parametrize(
    ("identity_type", "spec", "fields"),
    [
        ("CONNECT_MANAGED", {}, []),
        ("CONNECT_MANAGED", {"identityInfo": {"email": "a@b.cd"}}, []),
        ("SAML", {}, []),
        ("SAML", {"identityInfo": {"email": "a@b.cd"}}, ["identityInfo.email"]),
        ("EXISTING_DIRECTORY", {}, []),
        ("CONNECT_MANAGED", {"identityInfo": {"firstName": ""}}, ["identityInfo.firstName"]),
        ("SAML", {"identityInfo": {"lastName": ""}}, ["identityInfo.lastName"]),
        ("CONNECT_MANAGED", {"identityInfo": {"email": ""}}, ["identityInfo.email"]),
        ("CONNECT_MANAGED", {"identityInfo": {"secondaryEmail": "", "mobile": ""}}, []),
        ("SAML", {"identityInfo": {"email": "", "secondaryEmail": ""}}, []),
        ("EXISTING_DIRECTORY", {"identityInfo": {"email": ""}}, ["identityInfo.email"]),
        ("EXISTING_DIRECTORY", {"identityInfo": {"firstName": "", "mobile": ""}}, ["identityInfo.firstName"]),
    ],
)
def test_an_existing_users_absent_fields_are_unmanaged(
    identity_type: str, spec: dict[str, Any], fields: list[str]
) -> None:
    assert broken(spec, identity_type, creating=False) == fields


@pytest.mark.parametrize(
    ("identity_type", "length", "fields"),
    [
        ("SAML", 64, []),
        ("SAML", 65, ["username"]),
        ("CONNECT_MANAGED", 20, []),
        ("CONNECT_MANAGED", 21, ["username"]),
        ("EXISTING_DIRECTORY", 20, []),
        ("EXISTING_DIRECTORY", 21, ["username"]),
    ],
)
def test_the_length_of_usernames(identity_type: str, length: int, fields: list[str]) -> None:
    told = broken({}, identity_type, creating=True, username="x" * length)
    assert [field for field in told if field == "username"] == fields
    # A user that exists has a name that Connect once took.
    assert broken({}, identity_type, creating=False, username="x" * length) == []


@pytest.mark.parametrize("identity_type", ["CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"])
@pytest.mark.parametrize(
    ("username", "fits"),
    [
        ("jdoe", True),
        ("j.d_o-e", True),
        ("t@example.com", True),
        ("t@e.g.example", True),
        ("t@example", False),
        ("jdoe@", False),
        ("a@b@example.com", False),
        ("@example.com", False),
        ("jane doe", False),
        ("jörg", False),
        ("a+b@example.com", False),
        ("005A1@00D5EAQ", False),
    ],
)
def test_the_form_of_usernames_that_are_created(identity_type: str, username: str, fits: bool) -> None:  # noqa: FBT001 - a table
    told = broken({}, identity_type, creating=True, username=username)
    assert ("username" not in told) is fits
    # Others make users whom Connect would not take from us; those can be managed all the same.
    assert broken({}, identity_type, creating=False, username=username) == []


def test_every_violation_says_what_to_do() -> None:
    for identity_type, spec, _ in CREATION:
        found = violations(msgspec.convert(spec, ConnectUserSpec), "j", identity_type, creating=True)
        assert all(each.startswith("spec.") and len(each) > 30 for each in found)


class TestPassword:
    @pytest.mark.parametrize("password", ["Abcdefg1", "A1b" + "x" * 61, "Pässwört1", "A1b!§$%&/()"])
    def test_good(self, password: str) -> None:
        assert password_violation(password) is None

    @pytest.mark.parametrize(
        "password",
        [
            "",
            "Abcdef1",
            "A1b" + "x" * 62,
            "abcdefg1",
            "ABCDEFG1",
            "Abcdefgh",
            "Abc defg1",
            "Abcdefg1\n",
            "\nAbcdefg1",
            "Abcdefg1\0",
            "Abc\x1bdefg1",
            "Abcdefg1\x7f",
            "Abcdefg1\x85",
        ],
    )
    def test_bad(self, password: str) -> None:
        assert password_violation(password) is not None

    @given(st.text(min_size=3, max_size=80))
    def test_nothing_of_it_is_ever_told(self, password: str) -> None:
        told = password_violation(password)
        assert told in (None, password_violation("x")), "one sentence for all of them"


def test_names_are_composed() -> None:
    assert normal_form("Zoe\u0308") == "Zo\u00eb"
