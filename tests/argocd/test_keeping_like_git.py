"""A repository of manifests becomes users in Connect, and stays what Connect holds, whatever is committed."""

from __future__ import annotations

import shutil
from typing import Any

from kubernetes.client import ApiClient, CoreV1Api

from local_argocd import an_application
from local_argocd.applications import health, is_at, resource, sync

from .conftest import ARGOCD_USER, ROOT
from .team import Team

SAMPLE = ROOT / "manifests" / "samples" / "one-team"


def test_a_repository_becomes_synced_and_healthy(team: Team) -> None:
    team.write_instance()
    for name in ("ada", "ben", "cleo"):
        team.write_user(name)
    found = team.wait(team.hand_over())

    assert team.usernames() == ["ada", "ben", "cleo"]
    for kind, name in (("ConnectInstance", team.name), ("ConnectUser", "ada")):
        told = resource(found, kind, name)
        assert (told["status"], told["health"]["status"]) == ("Synced", "Healthy")


def test_a_manifest_that_is_removed_deletes_its_user_and_no_other(team: Team) -> None:
    team.write_instance()
    for name in ("ada", "ben", "cleo"):
        team.write_user(name)
    team.wait(team.hand_over())

    team.repository.remove("ben.yaml")
    team.wait(team.commit("Ben leaves"))
    team.applications.wait(team.name, lambda _: team.usernames() == ["ada", "cleo"])
    team.objects.wait("ConnectUser", team.name, "ben", lambda found: found is None)


def test_an_edit_reaches_connect_and_a_revert_takes_it_back(team: Team) -> None:
    team.write_instance()
    team.write_user("ada")
    team.wait(team.hand_over())

    team.write_user("ada", securityProfileNames=["Agent", "CallCenterManager"], tags={"team": "returns"})
    team.write_user("ben")
    team.wait(team.commit("Ada manages, Ben joins"))
    profiles = {each["name"]: each["id"] for each in team.sim.records("security-profiles")}
    ada = team.sim.user("ada") or {}
    assert sorted(ada["SecurityProfileIds"]) == sorted([profiles["Agent"], profiles["CallCenterManager"]])

    revision = team.repository.revert()
    team.applications.refresh(team.name)
    team.wait(revision)
    team.applications.wait(team.name, lambda _: team.usernames() == ["ada"])
    assert (team.sim.user("ada") or {})["SecurityProfileIds"] == [profiles["Agent"]]


def test_waves_bring_the_instance_before_its_users(team: Team) -> None:
    team.write_instance(wave=0)
    team.write_user("ada", wave=1)
    team.sim.fault("error", "*", times=None, code="InternalServiceException", status=500)
    mark = team.cluster.audit_mark()
    team.hand_over()

    def waits(found: dict[str, Any]) -> bool:
        told = resource(found, "ConnectInstance", team.name)
        return bool(told) and told.get("health", {}).get("status") == "Progressing"

    team.applications.wait(team.name, waits)
    assert team.objects.get("ConnectUser", team.name, "ada") is None

    team.sim.clear_faults()
    team.wait(team.repository.head())
    first_writes = [each for each in team.writes_by(ARGOCD_USER.name, mark) if each.verb in {"create", "patch"}]
    assert [each.resource for each in first_writes][:2] == ["connectinstances", "connectusers"]
    ready = next(
        each["lastTransitionTime"]
        for each in (team.objects.get("ConnectInstance", None, team.name) or {})["status"]["conditions"]
        if each["type"] == "Ready"
    )
    assert ready <= team.user("ada")["metadata"]["creationTimestamp"]


def test_the_sample_repository_of_one_team_works_as_it_is(team: Team, admin: ApiClient) -> None:
    """With kustomize, its namespace and its RoleBinding; only the Secret comes from elsewhere."""
    shutil.copytree(SAMPLE, team.repository.folder / "one-team")
    revision = team.repository.commit("The sample")
    application = an_application(team.name, team.repository, "one-team", team.cluster.server)
    team.applications.create(application)

    def waits(found: dict[str, Any]) -> bool:
        told = resource(found, "ConnectUser", "jane.doe").get("health", {})
        return bool(told.get("message", "").startswith("ReferenceNotFound: ")) and sync(found) == "Synced"

    assert health(team.applications.wait(team.name, waits)) == "Progressing"

    secret = {"metadata": {"name": "initial-password"}, "stringData": {"password": "Rumpelst1lzchen"}}
    CoreV1Api(admin).create_namespaced_secret("support", secret)
    team.applications.wait(team.name, is_at(revision))
    sample = team.sim.__class__(team.sim.base_url)
    assert {each["Username"] for each in sample.users()} >= {"jane.doe", "john.roe"}
