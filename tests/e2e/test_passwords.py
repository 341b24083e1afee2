"""Passwords: read from the Secret for the one call, refused without being shown, and found nowhere afterwards."""

from __future__ import annotations

import json

import pytest

from .conftest import StartOperator
from .manifests import PASSWORD
from .stage import Stage, wait_for

UNFIT = {
    "too short": "Sh0rt-p",
    "too long": "Long-passw0rd-" * 5,
    "no digit": "No-digit-in-this-password",
    "no upper case": "no-upper-case-1n-this",
    "no lower case": "NO-LOWER-CASE-1N-THIS",
    "a space": "Space 1n-this-password",
    "a line break": "Line-break\n1n-this",
}


@pytest.mark.usefixtures("operator")
@pytest.mark.parametrize("password", UNFIT.values(), ids=UNFIT)
def test_unfit_password_is_refused_without_being_shown(stage: Stage, password: str) -> None:
    stage.apply_secret("unfit", password=password)
    stage.apply_user("ada", passwordSecretRef={"name": "unfit"})
    message = stage.wait_reason("ada", "InvalidSpec")
    event = stage.wait_event("ada", "InvalidSpec")
    assert "spec.passwordSecretRef" in message
    assert f"{stage.namespace}/unfit" in message
    assert stage.calls("CreateUser") == []
    assert password.strip() not in json.dumps([stage.user("ada"), event])


@pytest.mark.usefixtures("operator")
def test_line_break_at_the_end_of_the_file_is_no_part_of_the_password(stage: Stage) -> None:
    stage.apply_secret("password", password=f"{PASSWORD}\n")
    stage.apply_user("ada")
    stage.wait_ready("ada")  # Connect would have refused a line break


@pytest.mark.usefixtures("operator")
def test_corrected_secret_is_enough(stage: Stage) -> None:
    stage.apply_secret("unfit", password=UNFIT["no digit"])
    stage.apply_user("ada", passwordSecretRef={"name": "unfit"})
    stage.wait_reason("ada", "InvalidSpec")
    stage.apply_secret("unfit", password=PASSWORD)
    stage.wait_ready("ada")


@pytest.mark.usefixtures("operator")
def test_secret_that_changes_later_is_never_sent_again(stage: Stage) -> None:
    stage.apply_user("ada")
    before = stage.wait_ready("ada")["status"]["passwordSecret"]
    stage.apply_secret("password", password="An0ther-password")
    stage.apply_user("ada", securityProfileNames=["Admin"])
    assert stage.wait_ready("ada")["status"]["passwordSecret"] == before
    assert stage.write_names() == ["CreateUser", "UpdateUserSecurityProfiles"]


def test_password_is_nowhere(run_operator: StartOperator, stage: Stage) -> None:
    operator = run_operator(log_level="DEBUG")
    # An answer that quotes the request would show it, if anything did.
    stage.fault("error", "CreateUser", code="InvalidParameterException", status=400, message=f"bad value {PASSWORD}")
    stage.apply_user("ada")
    message = stage.wait_reason("ada", "InvalidSpec")
    assert "bad value ***" in message
    stage.fault("500-after-commit", "CreateUser")
    stage.apply_user("ada", securityProfileNames=["Admin"])
    stage.wait_ready("ada")
    stage.apply_user("bob")
    stage.wait_ready("bob")
    wait_for(lambda: "Created" in stage.event_reasons("bob"), "the Event about bob")

    assert PASSWORD not in operator.log
    assert stage.leaked() == []
    everything = [stage.user("ada"), stage.user("bob"), stage.objects.events(stage.namespace), stage.sim.users()]
    assert PASSWORD not in json.dumps(everything)
