"""What the instance's identity type demands and forbids is refused before any call, and goes on once it is edited."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from .conftest import NewStage

pytestmark = pytest.mark.usefixtures("operator")

MANAGED, SAML, DIRECTORY = "CONNECT_MANAGED", "SAML", "EXISTING_DIRECTORY"
NAMES = {"firstName": "Ada", "lastName": "Lovelace"}
VALID: dict[str, dict[str, Any]] = {
    MANAGED: {},
    SAML: {"passwordSecretRef": None, "identityInfo": NAMES},
    DIRECTORY: {"passwordSecretRef": None, "identityInfo": None},
}


class Broken(NamedTuple):
    """What is changed in a valid manifest, and what the message must say."""

    identity_type: str
    spec: dict[str, Any]
    says: tuple[str, ...]


CASES = {
    "managed without a password": Broken(MANAGED, {"passwordSecretRef": None}, ("spec.passwordSecretRef",)),
    "managed without an e-mail address": Broken(MANAGED, {"identityInfo": NAMES}, ("spec.identityInfo.email",)),
    "managed without anything": Broken(
        MANAGED,
        {"identityInfo": None, "passwordSecretRef": None},
        (
            "spec.identityInfo.firstName",
            "spec.identityInfo.lastName",
            "spec.identityInfo.email",
            "spec.passwordSecretRef",
        ),
    ),
    "SAML with a password": Broken(SAML, {"passwordSecretRef": {"name": "password"}}, ("spec.passwordSecretRef",)),
    "SAML with an e-mail address": Broken(
        SAML, {"identityInfo": {**NAMES, "email": "ada@example.com"}}, ("spec.identityInfo.email", "secondaryEmail")
    ),
    "SAML without names": Broken(
        SAML, {"identityInfo": None}, ("spec.identityInfo.firstName", "spec.identityInfo.lastName")
    ),
    "directory with a password": Broken(
        DIRECTORY, {"passwordSecretRef": {"name": "password"}}, ("spec.passwordSecretRef",)
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_broken_rule_is_told_before_any_call_and_cured_by_an_edit(new_stage: NewStage, case: Broken) -> None:
    stage = new_stage(identityManagementType=case.identity_type)
    stage.apply_user("ada", **{**VALID[case.identity_type], **case.spec})
    message = stage.wait_reason("ada", "InvalidSpec")
    conditions = stage.conditions("ada")
    assert all(part in message for part in case.says), message
    assert (conditions["Ready"], conditions["Synced"], conditions["Stalled"]) == ("False", "False", "True")
    assert stage.writes() == []
    stage.wait_event("ada", "InvalidSpec")

    stage.apply_user("ada", **VALID[case.identity_type])
    stage.wait_ready("ada")
    assert stage.write_names() == ["CreateUser"]


@pytest.mark.parametrize(
    ("identity_type", "length", "reason"),
    [(MANAGED, 20, "Available"), (MANAGED, 21, "InvalidSpec"), (SAML, 64, "Available"), (DIRECTORY, 21, "InvalidSpec")],
)
def test_username_may_be_as_long_as_the_identity_type_allows(
    new_stage: NewStage, identity_type: str, length: int, reason: str
) -> None:
    stage = new_stage(identityManagementType=identity_type)
    stage.apply_user("ada", username="a" * length, **VALID[identity_type])
    message = stage.wait_reason("ada", reason)
    if reason == "InvalidSpec":
        assert "spec.username" in message
        assert stage.writes() == []


def test_directory_user_has_the_id_of_the_directory(new_stage: NewStage) -> None:
    stage = new_stage(identityManagementType=DIRECTORY, directoryReachable=False)
    stage.apply_user("ada", **VALID[DIRECTORY], directoryUserId="S-1-5-21-1013")
    stage.wait_ready("ada")
    assert stage.truth("ada")["DirectoryUserId"] == "S-1-5-21-1013"


@pytest.mark.usefixtures("operator")
def test_what_the_directory_has_is_not_named_when_the_rest_is_changed(new_stage: NewStage) -> None:
    stage = new_stage(identityManagementType=DIRECTORY)
    valid = VALID[DIRECTORY] | {"identityInfo": {"secondaryEmail": "ada@home.example.com"}}
    stage.apply_user("ada", **valid)
    user_id = stage.wait_ready("ada")["status"]["userId"]
    names = {"FirstName": "Ada", "LastName": "Lovelace", "Email": "ada@corp.example.com"}
    stage.sim.edit_user(user_id, IdentityInfo=names | {"SecondaryEmail": "ada@home.example.com"})
    stage.apply_user("ada", **valid | {"identityInfo": {"secondaryEmail": "lovelace@home.example.com"}})
    stage.wait_ready("ada")
    assert stage.truth("ada")["IdentityInfo"] == names | {"SecondaryEmail": "lovelace@home.example.com"}
    assert stage.write_names() == ["CreateUser", "UpdateUserIdentityInfo"]
