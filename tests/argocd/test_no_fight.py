"""Argo CD and the operator leave one another's fields alone: for two minutes neither undoes what the other does.

Every field is in the manifests, and the explicit empty values. Meanwhile somebody edits a user in Connect, so that the
operator has something to do. One team has Argo CD compare and apply by itself, another has the API server do both.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import yaml
from kubernetes import watch
from kubernetes.client import ApiClient, CustomObjectsApi

from local_argocd.applications import health, sync

from .conftest import ARGOCD_USER, ROOT, SERVICE_ACCOUNT, NewTeam
from .team import Team

SECONDS = 120
LEAST_COMPARISONS = 8
OPERATOR = "system:serviceaccount:" + ":".join(SERVICE_ACCOUNT)


def write_everything(team: Team) -> None:
    instance: dict[str, Any] = yaml.safe_load((ROOT / "manifests/samples/connectinstance-full.yaml").read_text())[
        "spec"
    ]
    # The last would leave what is edited in Connect as it is until the night.
    for key in ("instanceId", "allowedNamespaces", "region", "assumeRole", "driftRepair"):
        instance.pop(key, None)
    team.write_instance(**{**instance, "apiRates": {"default": {"rate": 50, "burst": 50}}, "driftCheckInterval": "10s"})
    full: dict[str, Any] = yaml.safe_load((ROOT / "manifests/samples/connectuser-full.yaml").read_text())["spec"]
    team.write_user(
        "richard.miles", **full | {"instanceRef": {"name": team.name}, "passwordSecretRef": {"name": "password"}}
    )
    team.write_user("ada")
    team.write_user("ben", tags={}, proficiencies=[], hierarchyGroupPath="", phoneConfig={"autoAccept": False})
    # Quantities that a careless schema would write in another way.
    team.write_user("cleo", phoneConfig={"phoneType": "SOFT_PHONE", "afterContactWorkTimeLimit": 0}, suspend=False)


def generations(team: Team) -> dict[tuple[str, str], int]:
    users = team.objects.every("ConnectUser", team.name)
    instance = team.objects.get("ConnectInstance", None, team.name) or {}
    return {(each["kind"], each["metadata"]["name"]): each["metadata"]["generation"] for each in (*users, instance)}


def watched(admin: ApiClient) -> dict[str, list[dict[str, Any]]]:
    """Every state of every Application within the time."""
    seen = defaultdict(list)
    applications = CustomObjectsApi(admin).list_namespaced_custom_object
    where = ("argoproj.io", "v1alpha1", "argocd", "applications")
    for event in watch.Watch().stream(applications, *where, timeout_seconds=SECONDS):
        seen[event["object"]["metadata"]["name"]].append(event["object"])
    return seen


def test_nobody_fights_for_two_minutes_however_argo_cd_compares_and_applies(
    new_team: NewTeam, admin: ApiClient
) -> None:
    teams = {server_side: new_team() for server_side in (False, True)}
    for server_side, team in teams.items():
        write_everything(team)
        team.wait(team.hand_over(server_side=server_side))
    before = {team.name: generations(team) for team in teams.values()}
    mark = teams[True].cluster.audit_mark()
    for team in teams.values():
        ada = team.sim.user("ada") or {}
        team.sim.edit_user(ada["Id"], IdentityInfo={"FirstName": "Edited", "LastName": "Elsewhere"})

    seen = watched(admin)

    for team in teams.values():
        states = seen[team.name]
        assert {sync(each) for each in states} == {"Synced"}
        assert {health(each) for each in states} <= {"Healthy", "Progressing"}
        assert len({each["status"]["reconciledAt"] for each in states}) >= LEAST_COMPARISONS
        assert len({each["status"]["operationState"]["startedAt"] for each in states}) == 1, "it synced again"
        assert generations(team) == before[team.name]
        assert [(each.verb, each.name) for each in team.writes_by(ARGOCD_USER.name, mark)] == []
        assert {each.subresource for each in team.writes_by(OPERATOR, mark)} == {"status"}
        assert (team.sim.user("ada") or {})["IdentityInfo"]["FirstName"] == "Ada", "the operator has not repaired it"
