"""A ConnectInstance that is deleted while in use: nothing new comes through it, and it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest

from local_stack.objects import Object

from .manifests import a_connect_instance
from .stage import Stage, wait_for

pytestmark = pytest.mark.usefixtures("operator")


def told(found: Object | None) -> str:
    conditions: list[dict[str, Any]] = (found or {}).get("status", {}).get("conditions", [])
    return " ".join(str(each["message"]) for each in conditions if each["reason"] == "Deleting")


def test_the_remedies_that_are_told_work(stage: Stage) -> None:
    stage.apply_users(["stays", "goes"])
    stage.wait_ready("stays", "goes")
    stage.objects.delete("ConnectInstance", None, stage.instance)
    found = stage.wait_instance(lambda found: "2 ConnectUsers still need it" in told(found))
    assert "no new user is made through it meanwhile" in told(found)

    stage.apply_user("comes")
    assert "is being deleted" in stage.wait_reason("comes", "ReferenceNotFound")
    assert sorted(stage.usernames()) == ["goes", "stays"]

    # Going on: with Retain the user stays.
    stage.patch_user("goes", deletionPolicy="Retain")
    stage.delete_user("goes")
    stage.wait_gone("goes")
    stage.delete_user("comes")
    stage.wait_gone("comes")
    assert sorted(stage.usernames()) == ["goes", "stays"]

    # Taking it back: another ConnectInstance for the same instance, and its id in place of the reference.
    users, second = stage.truth("stays")["Id"], f"{stage.instance}-2"
    stage.objects.apply(a_connect_instance(second, stage.instance_arn))
    stage.patch_user("stays", instanceRef=None, instanceId=stage.instance_arn)
    wait_for(lambda: True if stage.objects.get("ConnectInstance", None, stage.instance) is None else None, "its end")
    stage.wait_ready("stays")
    assert stage.truth("stays")["Id"] == users, "the same user as before"
    stage.delete_user("stays")
    stage.wait_gone("stays")
    stage.objects.delete("ConnectInstance", None, second)
