"""What a person sees in Argo CD while users wait, and when somebody must do something."""

from __future__ import annotations

from typing import Any

from local_argocd.applications import health, resource, sync
from local_stack.objects import is_ready

from .team import UNLIMITED, Team

NAMES = [f"user-{number:02}" for number in range(12)]


def healths(application: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: resource(application, "ConnectUser", name).get("health", {}) for name in NAMES}


def test_users_that_wait_for_quota_are_progressing_and_say_so(team: Team) -> None:
    team.write_instance(apiRates={**UNLIMITED, "CreateUser": {"rate": 0.02, "burst": 2}})
    for name in NAMES:
        team.write_user(name)
    team.hand_over()

    def waits(found: dict[str, Any]) -> bool:
        told = [each.get("message", "") for each in healths(found).values()]
        return sync(found) == "Synced" and any(each.startswith("WaitingForQuota: ") for each in told)

    found = team.applications.wait(team.name, waits)
    assert health(found) == "Progressing"
    assert {each["status"] for each in healths(found).values()} <= {"Progressing", "Healthy"}

    team.write_instance()
    team.wait(team.commit("The quota was raised"))
    assert team.usernames() == NAMES


def test_a_user_that_needs_a_person_is_degraded_with_our_message(team: Team) -> None:
    team.sim.add_users([{"Username": "ada"}])
    team.write_instance()
    team.write_user("ada")
    team.write_user("ben")
    revision = team.hand_over()
    team.objects.wait("ConnectUser", team.name, "ben", is_ready)
    found = team.wait(revision, "Degraded")

    told = resource(found, "ConnectUser", "ada")["health"]
    assert told["status"] == "Degraded"
    assert told["message"].startswith("UsernameTaken: ")
    assert "adoptionPolicy" in told["message"]
    team.applications.wait(
        team.name, lambda found: resource(found, "ConnectUser", "ben")["health"]["status"] == "Healthy"
    )

    team.write_user("ada", adoptionPolicy="IfUnowned")
    team.wait(team.commit("Take Ada over"))


def test_what_the_api_server_refuses_fails_the_sync_with_the_field(team: Team) -> None:
    team.write_instance()
    team.write_user("ada", securityProfileNames=[])
    team.hand_over()

    def failed(found: dict[str, Any]) -> bool:
        results = found.get("status", {}).get("operationState", {}).get("syncResult", {}).get("resources", [])
        return any("spec.securityProfileNames" in each.get("message", "") for each in results)

    team.applications.wait(team.name, failed)
    team.write_user("ada")
    team.wait(team.commit("Ada needs a profile"))
