"""A person changes a user in Connect again and again: each time it is put back, the third and fifth like the first."""

from __future__ import annotations

import pytest

from .stage import Stage, wait_for

CHANGES = ["One", "Two", "Three", "Three", "One"]


@pytest.mark.usefixtures("operator")
def test_every_change_in_the_console_is_put_back(stage: Stage) -> None:
    stage.apply_instance(driftCheckInterval="10s")
    stage.apply_user("ada")
    user_id = stage.wait_ready("ada")["status"]["userId"]
    identity = stage.truth("ada")["IdentityInfo"]
    for number, name in enumerate(CHANGES, start=1):
        stage.sim.edit_user(user_id, IdentityInfo={"LastName": name})
        wait_for(lambda: stage.truth("ada")["IdentityInfo"] == identity, f"repair {number}", timeout=120.0)
    assert stage.write_names() == ["CreateUser", *["UpdateUserIdentityInfo"] * len(CHANGES)]
    assert stage.conditions("ada")["Ready"] == "True"
