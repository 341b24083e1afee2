"""A pipeline does what marks in the output of our commands say: names and manifests of others put none there."""

from __future__ import annotations

import json
import re

import pytest

from connect_sim.control_client import SimControl

from .commands import FAST, Cli, Ended
from .manifests import a_user, an_instance

AZURE = "##vso[task.setvariable variable=PATH]/tmp/evil"
GITHUB = "##[add-mask]a"
COLONS = "::add-mask::e"

_COMMANDS = re.compile(r"##\w*\[|^\s*::\w[^:]*::", re.MULTILINE)


def commands_in(ended: Ended) -> list[str]:
    """What a build service would do after this command."""
    return _COMMANDS.findall(ended.out) + _COMMANDS.findall(ended.err)


@pytest.mark.parametrize("form", ["text", "json", "yaml"])
def test_a_plan_of_somebodys_manifests_holds_no_command(cli: Cli, sim: SimControl, form: str) -> None:
    names = {"firstName": COLONS, "lastName": GITHUB, "email": "a@example.com"}
    users = [a_user("ann", username=AZURE), a_user("bea", identityInfo=names), a_user("cat", routingProfileName=AZURE)]
    stream = "\n---\n".join(json.dumps(each) for each in [an_instance(sim.instance), *users])
    ended = cli("plan", "-f", "-", *([] if form == "text" else ["-o", form]), *FAST, stdin=stream)
    assert commands_in(ended) == []
    assert "vso[task.setvariable" in ended.out
    if form == "json":
        assert AZURE in {user["username"] for user in json.loads(ended.out)["users"]}


def test_a_manifest_that_is_refused_holds_none_either(cli: Cli) -> None:
    stream = json.dumps({**a_user("ann"), AZURE: COLONS, "spec": {GITHUB: AZURE}})
    ended = cli("plan", "-f", "-", stdin=stream)
    assert ended.code == 1
    assert commands_in(ended) == []


@pytest.mark.parametrize("options", [(), ("-o", "json"), ("-o", "yaml")])
def test_neither_do_users_of_an_instance(cli: Cli, sim: SimControl, options: tuple[str, ...]) -> None:
    sim.add_users([{"Username": AZURE, "IdentityInfo": {"FirstName": GITHUB, "LastName": COLONS}}])
    ended = cli("who", "--instance", sim.instance, *FAST, *options)
    assert ended.code == 0
    assert commands_in(ended) == []
    assert "task.setvariable" in ended.out


def test_nor_do_imported_manifests(cli: Cli, sim: SimControl) -> None:
    sim.add_users([{"Username": AZURE, "IdentityInfo": {"FirstName": GITHUB, "LastName": COLONS}}])
    ended = cli("import", "--instance", sim.instance, "--region", "us-east-1", *FAST)
    assert commands_in(ended) == []
    assert AZURE in {each["spec"].get("username") for each in ended.documents}
