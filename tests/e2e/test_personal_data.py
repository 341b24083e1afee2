"""Names, e-mail addresses and telephone numbers: in the object's own status at most, never in the log or an Event."""

from __future__ import annotations

import json
from typing import Any

from .conftest import StartOperator
from .stage import Stage, wait_for

PERSONAL = {
    "firstName": "Wilhelmina",
    "lastName": "Featherstonehaugh",
    "email": "wilhelmina@example.com",
    "secondaryEmail": "minnie@example.org",
    "mobile": "+491701234567",
}
NUMBER = "+4930987654"
PHONE = [{"channel": "VOICE", "phoneType": "DESK_PHONE", "phoneNumber": NUMBER}]
LATER = {**PERSONAL, "lastName": "Cholmondeley", "email": "cholmondeley@example.com", "mobile": "+491707654321"}
FOREIGN = {"FirstName": "Marjoribanks", "Email": "marjoribanks@example.net"}
WORDS = {*PERSONAL.values(), *LATER.values(), *FOREIGN.values(), NUMBER}


def test_it_is_told_by_field_only(run_operator: StartOperator, stage: Stage) -> None:
    operator = run_operator(log_level="DEBUG")
    stage.apply_instance(driftCheckInterval="10s")
    refusal = f"Email '{PERSONAL['email']}' of {PERSONAL['firstName']} is not valid"
    fault = stage.fault("error", "CreateUser", code="InvalidParameterException", status=400, message=refusal)
    spec: dict[str, Any] = {"identityInfo": PERSONAL, "phoneNumberConfigs": PHONE}
    stage.apply_user("ada", **spec)
    assert "Email '***' of *** is not valid" in stage.wait_reason("ada", "InvalidSpec")
    fault.remove()
    stage.apply_user("ada", **spec, tags={"team": "a"})
    user_id = stage.wait_ready("ada")["status"]["userId"]

    stage.apply_user("ada", identityInfo=LATER, phoneNumberConfigs=[{**PHONE[0], "phoneNumber": "+4930111111"}])
    wait_for(lambda: stage.truth("ada")["IdentityInfo"]["LastName"] == LATER["lastName"], "the edit")
    stage.wait_event("ada", "Updated")
    stage.wait_ready("ada")

    stage.sim.edit_user(user_id, IdentityInfo=FOREIGN)
    wait_for(lambda: stage.truth("ada")["IdentityInfo"]["Email"] == LATER["email"], "the repair")
    repaired = stage.wait_event("ada", "DriftRepaired")["message"]
    assert "identityInfo.firstName" in repaired
    assert "->" not in repaired

    events = json.dumps(stage.events("ada"))
    assert [word for word in WORDS if word in operator.log] == []
    assert [word for word in WORDS if word in events] == []
