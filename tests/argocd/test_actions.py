"""Health checks and actions, run by Argo CD's own Lua out of the ConfigMap of a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from local_argocd import ArgoCD
from local_argocd.applications import resource
from local_stack.objects import is_ready

from .conftest import ROOT, NewTeam
from .team import Team

CUSTOMIZATIONS = ROOT / "manifests" / "argocd" / "resource_customizations"
ANNOTATION = "connect-operator.io/reconcile-requested-at"


def cases(name: str, member: str) -> list[tuple[Path, dict[str, Any]]]:
    """The cases of a kind of file, each with the folder that its paths start from."""
    files = sorted(CUSTOMIZATIONS.rglob(name))
    return [(file.parent, case) for file in files for case in yaml.safe_load(file.read_text())[member]]


def document(folder: Path, path: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / path).read_text())
    return found


def merged(target: Any, patch: Any) -> Any:  # noqa: ANN401 - JSON values
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def test_argo_cd_judges_every_case_of_health_as_written(argocd: ArgoCD) -> None:
    table = cases("health_test.yaml", "tests")
    answers = argocd.lua(*({"object": document(folder, case["inputPath"])} for folder, case in table))
    assert [each["health"] for each in answers] == [case["healthStatus"] for _, case in table]


def test_argo_cd_offers_the_actions_of_every_case(argocd: ArgoCD) -> None:
    table = cases("action_test.yaml", "discoveryTests")
    answers = argocd.lua(*({"object": document(folder, case["inputPath"])} for folder, case in table))
    offered = [{each["name"]: each.get("disabled", False) for each in answer["actions"]} for answer in answers]
    assert offered == [{each["name"]: each["disabled"] for each in case["result"]} for _, case in table]


def test_argo_cds_actions_do_what_every_case_says(argocd: ArgoCD) -> None:
    table = cases("action_test.yaml", "actionTests")
    questions = [{"object": document(folder, case["inputPath"]), "action": case["action"]} for folder, case in table]
    for (folder, case), question, answer in zip(table, questions, argocd.lua(*questions), strict=True):
        changed = merged(question["object"], answer["patch"])
        expected = document(folder, case["expectedOutputPath"])
        if case["action"] == "reconcile":
            assert changed["metadata"]["annotations"].pop(ANNOTATION).endswith("Z")
            expected["metadata"]["annotations"].pop(ANNOTATION)
        assert changed == expected


@pytest.fixture
def ada(team: Team) -> Team:
    """A team with one user, Ada, in Git."""
    team.write_instance()
    team.write_user("ada")
    team.wait(team.hand_over())
    return team


def act(argocd: ArgoCD, team: Team, action: str) -> dict[str, Any]:
    """What the button of that name does to Ada."""
    live = team.user("ada")
    offered, done = argocd.lua({"object": live}, {"object": live, "action": action})
    assert {"name": action} in [{"name": each["name"]} for each in offered["actions"] if not each.get("disabled")]
    return team.objects.patch("ConnectUser", team.name, "ada", done["patch"])


def test_reconcile_has_the_operator_look_now(argocd: ArgoCD, ada: Team) -> None:
    wanted = act(argocd, ada, "reconcile")["metadata"]["annotations"][ANNOTATION]
    ada.objects.wait(
        "ConnectUser",
        ada.name,
        "ada",
        lambda found: (found or {})["status"].get("lastHandledReconcileAt") == wanted,
    )


def test_suspend_and_resume_last_where_git_says_nothing_of_it(argocd: ArgoCD, ada: Team) -> None:
    def is_health(status: str) -> Any:  # noqa: ANN401 - a test for an Application
        return lambda found: resource(found, "ConnectUser", "ada").get("health", {}).get("status") == status

    act(argocd, ada, "suspend")
    ada.applications.wait(ada.name, is_health("Suspended"))
    first = ada.applications.get(ada.name)["status"]["reconciledAt"]
    found = ada.applications.wait(ada.name, lambda found: found["status"]["reconciledAt"] > first)
    assert resource(found, "ConnectUser", "ada")["status"] == "Synced"
    assert ada.user("ada")["spec"]["suspend"] is True

    act(argocd, ada, "resume")
    ada.applications.wait(ada.name, is_health("Healthy"))


def test_what_git_says_of_suspend_wins_over_the_button(argocd: ArgoCD, new_team: NewTeam) -> None:
    team = new_team()
    team.write_instance()
    team.write_user("ada", suspend=False)
    team.wait(team.hand_over())
    act(argocd, team, "suspend")
    team.objects.wait(
        "ConnectUser", team.name, "ada", lambda found: is_ready(found) and not (found or {})["spec"].get("suspend")
    )
