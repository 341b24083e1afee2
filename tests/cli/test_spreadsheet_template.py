"""`csv import --template`: what the cells do not say, and what they say otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from connect_sim.control_client import SAML_INSTANCE

from .commands import Cli
from .spreadsheets import GOOD, HEADER, KIND, imported, manifests, specs


def test_a_template_says_what_the_cells_do_not(cli: Cli, tmp_path: Path) -> None:
    template = tmp_path / "base.yaml"
    template.write_text(
        "apiVersion: connect-operator.io/v1alpha1\nkind: ConnectUser\n"
        "metadata: {name: base, namespace: team-b, labels: {team: b}}\n"
        "spec:\n  instanceRef: {name: support}\n  passwordSecretRef: {name: initial-password}\n"
        "  routingProfileId: rp-1\n  securityProfileNames: [Agent]\n  identityInfo: {email: all@example.com}\n"
        "  phoneConfig: {phoneType: SOFT_PHONE, autoAccept: true}\n  deletionPolicy: Retain\n"
    )
    content = "user login,first name,routing profile name,ACW timeout\nann,Ann,Priority,30\nbea,,,\n"
    ended = imported(cli, tmp_path, content, "--template", template)
    assert ended.code == 0, ended.err
    found = manifests(tmp_path)
    assert found["ann"]["metadata"] == {"name": "ann", "namespace": "team-b", "labels": {"team": "b"}}
    assert found["ann"]["spec"] == {
        "instanceRef": {"name": "support"},
        "username": "ann",
        "identityInfo": {"email": "all@example.com", "firstName": "Ann"},
        "passwordSecretRef": {"name": "initial-password"},
        "routingProfileName": "Priority",
        "securityProfileNames": ["Agent"],
        "phoneConfig": {"phoneType": "SOFT_PHONE", "autoAccept": True, "afterContactWorkTimeLimit": 30},
        "deletionPolicy": "Retain",
    }
    assert found["bea"]["spec"]["routingProfileId"] == "rp-1"


@pytest.mark.parametrize(
    ("said", "column", "cell", "gone", "there"),
    [
        ("instanceRef: {name: test}", "instance id", SAML_INSTANCE, "instanceRef", "instanceId"),
        ("phoneConfig: {autoAccept: true}", "auto accept by channel", "VOICE=no", "autoAccept", "autoAcceptConfigs"),
        (
            "phoneConfig: {afterContactWorkTimeLimit: 9}",
            "ACW timeout by channel",
            "VOICE=45",
            "afterContactWorkTimeLimit",
            "afterContactWorkConfigs",
        ),
        (
            "phoneConfig: {phoneType: DESK_PHONE, deskPhoneNumber: '+493012345678'}",
            "phone by channel",
            "VOICE=soft",
            "deskPhoneNumber",
            "phoneNumberConfigs",
        ),
        (
            "phoneConfig: {persistentConnection: true}",
            "persistent connection by channel",
            "VOICE=no",
            "persistentConnection",
            "persistentConnectionConfigs",
        ),
        (
            "autoAcceptConfigs: [{channel: VOICE, autoAccept: true}]",
            "soft phone auto accept",
            "no",
            "autoAcceptConfigs",
            "autoAccept",
        ),
        ("hierarchyGroupId: group-1", "hierarchy group path", "EMEA", "hierarchyGroupId", "hierarchyGroupPath"),
        ("securityProfileIds: [sp-1]", "security profile", "Agent", "securityProfileIds", "securityProfileNames"),
    ],
)
def test_a_cell_goes_before_what_the_template_says_otherwise(  # noqa: PLR0913, PLR0917 - a table
    said: str, column: str, cell: str, gone: str, there: str, cli: Cli, tmp_path: Path
) -> None:
    template = tmp_path / "base.yaml"
    profiles = "" if "security" in column else "  securityProfileNames: [Agent]\n"
    template.write_text(f"{KIND}\nspec:\n  routingProfileName: Basic\n{profiles}  {said}\n")
    more = () if "instance" in column else ("--instance-ref", "support")
    ended = imported(cli, tmp_path, f"user login,{column}\nann,{cell}\n", "--template", template, *more)
    assert ended.code == 0, ended.err
    [spec] = specs(tmp_path).values()
    members = {*spec, *spec.get("phoneConfig", {})}
    assert (gone in members, there in members) == (False, True)
    assert spec.get("phoneConfig") != {}


def test_passwords_that_are_to_be_made_get_a_secret_for_each(cli: Cli, tmp_path: Path) -> None:
    template = tmp_path / "base.yaml"
    template.write_text(f"{KIND}\nspec: {{passwordSecretRef: {{generate: true, deleteAfter: 72h}}}}\n")
    content = f"{HEADER}\n{GOOD}\n{GOOD.replace('ann', 'bea@example.com')}\n"
    ended = imported(cli, tmp_path, content, "--template", template, "--instance-ref", "support")
    assert ended.code == 0, ended.err
    found = manifests(tmp_path)
    assert len(found) == 2
    for name, manifest in found.items():
        wanted = {"name": f"{name}-password", "generate": True, "deleteAfter": "72h"}
        assert manifest["spec"]["passwordSecretRef"] == wanted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{KIND}\nspec: {{passwordSecretRef: {{name: a, generate: true}}}}", "would be one Secret for all"),
        (f"{KIND}\nspec: {{passwordSecretRef: {{generate: true, deletAfter: 1h}}}}", "did you mean deleteAfter"),
        (f"{KIND}\nspec: {{passwordSecretRef: {{deleteAfter: 1h}}}}", "spec.passwordSecretRef.name"),
        ("kind: ConnectInstance", "one manifest of kind ConnectUser"),
        ("{", "base.yaml"),
        ("kind: ConnectUser", "apiVersion has to be"),
        (f"{KIND}\nspec: {{username: a}}", "the column user login says it"),
        (f"{KIND}\nspec: {{rotingProfileName: b}}", "did you mean routingProfileName"),
    ],
)
def test_a_wrong_template_is_told(text: str, told: str, cli: Cli, tmp_path: Path) -> None:
    template = tmp_path / "base.yaml"
    template.write_text(text)
    ended = imported(cli, tmp_path, f"{HEADER}\n{GOOD}\n", "--template", template)
    assert ended.code == 1
    assert told in ended.err
