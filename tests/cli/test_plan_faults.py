"""`plan -f` without a cluster: files, command lines and instances of which no plan can be made."""

from __future__ import annotations

from pathlib import Path

import pytest

from connect_sim.control_client import SimControl

from .commands import Cli
from .manifests import a_user, an_instance
from .plans import plan

UNKNOWN_FIELD = """\
apiVersion: v1
kind: X
---

kind: ConnectUser
apiVersion: connect-operator.io/v1alpha1
metadata: {name: jdoe, namespace: team-a}
spec: {userName: x}
"""


@pytest.mark.usefixtures("sim")
def test_an_instance_that_cannot_be_read_is_exit_code_1(cli: Cli) -> None:
    ended = plan(cli, an_instance("0f1e2d3c"), a_user("jdoe"))
    assert ended.code == 1
    assert "! ReferenceNotFound: DescribeInstance failed: ResourceNotFoundException" in ended.out
    assert "The plan of its 1 user cannot be made." in ended.out


@pytest.mark.usefixtures("sim")
def test_a_list_of_an_instance_that_is_not_there_names_the_options(cli: Cli) -> None:
    ended = cli("plan", "--list", "profiles", "--instance", "0f1e2d3c-0000-4000-8000-000000000000")
    assert ended.code == 1
    assert "correct --instance, --region, or the account of the credentials" in ended.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "connect-operator.io/: [",
            "users.yaml, document 1 (line 1): line 2: is no YAML: did not find expected node content",
        ),
        ("- connect-operator.io/a\n- b\n", "users.yaml, document 1 (line 1): is no manifest but a list"),
        (
            UNKNOWN_FIELD,
            "users.yaml, document 2 (line 5), ConnectUser team-a/jdoe: spec.userName: there is no such field; did you",
        ),
        ("connect-operator.io/: &a [*a]\n", "users.yaml, document 1 (line 1): line 1: refers to itself by an anchor"),
        (
            "kind: ConnectUser\napiVersion: connect-operator.io/v2\nmetadata: {name: jdoe}\nspec: {}\n",
            'apiVersion: is "connect-operator.io/v2"; this program knows connect-operator.io/v1alpha1',
        ),
        ("kind: ConnectUser\napiVersion: connect-operator.io/v1alpha1\nspec: {}\n", "metadata.name: is required"),
        ("apiVersion: v1\nkind: X\n", "no ConnectUser and no ConnectInstance is in there"),
    ],
)
def test_files_that_are_wrong(cli: Cli, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "users.yaml").write_text(text)
    ended = cli("plan", "-f", tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert says in ended.err


def test_every_mistake_is_told_at_once(cli: Cli, sim: SimControl) -> None:
    ended = plan(
        cli, an_instance(sim.instance, region="N. Virginia"), a_user("a", suspend="x"), a_user("b"), a_user("b")
    )
    assert ended.code == 1
    assert 'spec.region: "N. Virginia": region must be the code of an AWS Region' in ended.err
    assert 'spec.suspend: "x" is a text, but true or false is wanted; write true or false' in ended.err
    assert "ConnectUser team-a/b stands already in standard input, document 3" in ended.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("-f", "/nowhere"), "/nowhere: No such file or directory"),
        (("--bogus",), "No such option"),
        (("-f", "-", "--external-id", "x"), "--external-id is for --role-arn"),
        (("-f", "-", "--region", "us-east-1"), "go with --instance"),
        ((), "set KUBECONFIG"),
    ],
)
def test_a_wrong_command_line_is_exit_code_1(cli: Cli, arguments: tuple[str, ...], says: str) -> None:
    ended = cli("plan", *arguments)
    assert ended.code == 1
    assert says in ended.err


def test_a_missing_instance_is_told(cli: Cli) -> None:
    ended = plan(cli, a_user("jdoe"))
    assert ended.code == 1
    assert "no ConnectInstance for support (asked for by team-a/jdoe)" in ended.err


def test_no_role_is_assumed_on_the_word_of_a_file(cli: Cli, sim: SimControl) -> None:
    role = {"roleArn": "arn:aws:iam::111122223333:role/connect-operator"}
    manifests = (an_instance(sim.instance, assumeRole=role), a_user("jdoe"))
    refused = plan(cli, *manifests)
    assert refused.code == 1
    assert "! PermissionDenied: spec.assumeRole: a file names the role" in refused.out
    assert "--allow-assume-role" in refused.out
    assert plan(cli, *manifests, options=("--allow-assume-role",)).code == 2
