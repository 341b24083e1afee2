"""`import`: what the manifests look like, where they go, and what is told besides."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from connect_sim.control_client import OTHER_ACCOUNT_INSTANCE, SimControl

from .commands import FAST, Cli, Ended
from .golden import assert_golden

ROLE = "arn:aws:iam::444455556666:role/connect-operator"

FULL = {
    "Username": "Jane_Doe",
    "IdentityInfo": {
        "FirstName": "Jane",
        "LastName": "No",
        "Email": "jane@example.com",
        "SecondaryEmail": "j@example.com",
        "Mobile": "+4915112345678",
    },
    "hierarchyGroupPath": "EMEA/Berlin/Team A",
    "securityProfileNames": ["CallCenterManager", "Agent"],
    "proficiencies": [
        {"AttributeName": "Skill", "AttributeValue": "Billing", "Level": 2},
        {"AttributeName": "Language", "AttributeValue": "German", "Level": 5},
    ],
    "AutoAcceptConfigs": [
        {"Channel": "VOICE", "AutoAccept": True, "AgentFirstCallbackAutoAccept": True},
        {"Channel": "CHAT", "AutoAccept": False},
    ],
    "AfterContactWorkConfigs": [
        {"Channel": "VOICE", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 60}},
        {"Channel": "TASK", "AfterContactWorkConfig": {"AfterContactWorkTimeLimit": 0}},
    ],
    "PhoneNumberConfigs": [{"Channel": "VOICE", "PhoneType": "DESK_PHONE", "PhoneNumber": "+493012345678"}],
    "VoiceEnhancementConfigs": [{"Channel": "VOICE", "VoiceEnhancementMode": "NOISE_SUPPRESSION"}],
    "Tags": {"team": "support", "cost-center": "4711", "aws:x": "y", "connect-operator.io/owner": "c/u/n/o"},
}


def run(cli: Cli, sim: SimControl, *options: str | Path) -> Ended:
    ended = cli("import", "--instance", sim.instance, *FAST, *options)
    assert ended.code == 0, ended.err
    return ended


def users(ended: Ended) -> list[dict[str, Any]]:
    return [each for each in ended.documents if each["kind"] == "ConnectUser"]


def test_the_stream_reads_like_this(cli: Cli, sim: SimControl) -> None:
    sim.add_users([FULL, {"Username": "plain"}])
    assert_golden(run(cli, sim, "--instance-ref", "support", "-n", "team-a").out, "import.yaml")


def test_importing_writes_nothing_to_connect(cli: Cli, sim: SimControl) -> None:
    sim.add_users([FULL])
    mark = sim.journal_position()
    run(cli, sim)
    assert {call.operation[:4] for call in sim.journal(mark)} == {"Desc", "List", "Sear"}


def test_the_same_users_give_the_same_bytes(cli: Cli, sim: SimControl) -> None:
    sim.add_users({"Username": f"user-{number}"} for number in (3, 1, 2))
    assert run(cli, sim).out == run(cli, sim).out


def test_a_folder_has_a_file_for_each_object(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    sim.add_users([{"Username": "jdoe"}, {"Username": "JDoe"}])
    run(cli, sim, "-d", tmp_path / "new" / "folder")
    written = {path.name: yaml.safe_load(path.read_text()) for path in (tmp_path / "new" / "folder").iterdir()}
    names = {name: document["spec"].get("username") for name, document in written.items()}
    digest = next(name for name in names if name.startswith("jdoe-"))
    assert names == {"_connectinstance.yaml": None, "jdoe.yaml": "jdoe", digest: "JDoe"}
    assert all(f"{document['metadata']['name']}.yaml" == name for name, document in written.items() if name[0] != "_")


def test_importing_again_touches_only_what_changed(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    made = sim.add_users([{"Username": "one"}, {"Username": "two"}])
    run(cli, sim, "-d", tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    sim.edit_user(made[0]["Id"], IdentityInfo={"FirstName": "Other"})
    sim.delete_user(made[1]["Id"])
    ended = run(cli, sim, "-d", tmp_path)
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {name for name, moment in after.items() if before[name] != moment} == {"one.yaml"}
    assert "1 files written, 1 were up to date" in ended.err
    assert "1 YAML files there are not of this import: two.yaml" in ended.err


@pytest.mark.parametrize(
    ("options", "reference", "instances"),
    [
        ((), {"instanceRef": {"name": "connect-5eed0000"}}, ["connect-5eed0000"]),
        (("--instance-ref", "support"), {"instanceRef": {"name": "support"}}, ["support"]),
        (("--no-instance",), {"instanceRef": {"name": "connect-5eed0000"}}, []),
        (
            ("--by-instance-id", "--no-instance"),
            {"instanceId": "arn:aws:connect:us-east-1:111122223333:instance/5eed0000-0000-4000-8000-000000000001"},
            [],
        ),
    ],
)
def test_how_the_instance_is_named(
    cli: Cli, sim: SimControl, options: tuple[str, ...], reference: dict[str, Any], instances: list[str]
) -> None:
    sim.add_users([{"Username": "jdoe"}])
    ended = run(cli, sim, *options)
    [user] = users(ended)
    assert {name: value for name, value in user["spec"].items() if name.startswith("instance")} == reference
    assert [each["metadata"]["name"] for each in ended.documents if each["kind"] == "ConnectInstance"] == instances


def test_policies(cli: Cli, sim: SimControl) -> None:
    sim.add_users([{"Username": "jdoe"}])
    [user] = users(run(cli, sim, "--deletion-policy", "Retain"))
    assert (user["spec"]["adoptionPolicy"], user["spec"]["deletionPolicy"]) == ("IfUnowned", "Retain")


def test_a_name_that_two_have_stays_an_id(cli: Cli, sim: SimControl) -> None:
    twin = sim.add_record("routing-profiles", name="Basic Routing Profile", id="0f1e2d3c-0000-4000-8000-000000000001")
    sim.add_users([{"Username": "jdoe", "RoutingProfileId": twin["id"]}])
    [user] = users(run(cli, sim))
    assert user["spec"]["routingProfileId"] == twin["id"]
    assert "routingProfileName" not in user["spec"]


def test_what_a_manifest_cannot_say_is_left_out_and_told(cli: Cli, sim: SimControl) -> None:
    odd = [{"AttributeName": "Skill", "AttributeValue": "Billing", "Level": 2.5}]
    sim.add_users([{"Username": "odd", "proficiencies": odd}, {"Username": "jörg"}, {"Username": "fine"}])
    sim.add_users([{"Username": "bell\x07"}, {"Username": "line\nPlan: 0 to create"}])
    ended = cli("import", "--instance", sim.instance, *FAST)
    assert ended.code == 1, "somebody has no manifest, and whoever scripts this must see it"
    assert [user["spec"]["username"] for user in users(ended)] == ["fine", "jörg", "odd"]
    assert all("proficiencies" not in user["spec"] for user in users(ended))
    assert "odd: proficiencies is left out, because spec.proficiencies[0].level: is read as the number 2.5" in ended.err
    assert r"bell\x07: left out, because spec.username: " in ended.err
    assert r"3 users imported, 2 left out (bell\x07, line\nPlan: 0 to create)" in ended.err


def test_a_user_who_vanishes_meanwhile_is_left_out(cli: Cli, sim: SimControl) -> None:
    [gone, _] = sim.add_users([{"Username": "gone"}, {"Username": "here"}])
    sim.hide_user(gone["Id"], {"describe": 600, "list": 0, "search": 0})
    ended = cli("import", "--instance", sim.instance, *FAST)
    assert ended.code == 1
    assert [user["spec"]["username"] for user in users(ended)] == ["here"]
    assert "gone: left out, because DescribeUser does not know it" in ended.err


def test_names_cannot_move_the_cursor(cli: Cli, sim: SimControl) -> None:
    sim.add_users([{"Username": "evil", "IdentityInfo": {"FirstName": "\x1b[2J", "LastName": "\x07"}}])
    ended = run(cli, sim)
    assert "\x1b" not in ended.out + ended.err
    [user] = users(ended)
    assert user["spec"]["identityInfo"]["firstName"] == "\x1b[2J"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--instance", "0f1e2d3c"), "ResourceNotFoundException"),
        (("--instance", "0f1e2d3c"), "correct --instance, --region, or the account of the credentials"),
        (
            ("--instance", OTHER_ACCOUNT_INSTANCE, "--region", "eu-central-1", "--role-arn", ROLE),
            f"let the trust policy of {ROLE} allow whoever runs this, with --external-id if it asks for one",
        ),
        (("--instance", "https://x.my.connect.aws"), "instanceId must be the ID of a Connect instance or its ARN"),
        (("--instance", "0f1e2d3c", "--instance-ref", "Support"), "is no name of a Kubernetes object"),
        (("--instance", "0f1e2d3c", "-n", "Team A"), "is no namespace"),
        ((), "Missing option '--instance'"),
    ],
)
def test_mistakes(cli: Cli, sim: SimControl, options: tuple[str, ...], says: str) -> None:
    assert sim.health()
    ended = cli("import", *options)
    assert (ended.code, ended.out) == (1, "")
    assert says in ended.err


def test_a_denied_read_says_what_to_grant(cli: Cli, sim: SimControl) -> None:
    sim.fault("deny", "SearchUsers", times=None)
    ended = cli("import", "--instance", sim.instance)
    assert ended.code == 1
    assert "grant this action to whoever runs this (or to --role-arn)" in ended.err


def test_a_failure_in_the_middle_writes_nothing(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    sim.add_users({"Username": f"user-{number}"} for number in range(5))
    sim.fault("deny", "ListUserProficiencies", times=None)
    ended = cli("import", "--instance", sim.instance, "-d", tmp_path, *FAST)
    assert ended.code == 1
    assert "ListUserProficiencies failed: AccessDeniedException" in ended.err
    assert "grant connect:ListUserProficiencies to whoever runs this" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_without_credentials(cli: Cli, sim: SimControl) -> None:
    without = {name: value for name, value in cli.environment.items() if not name.startswith("AWS_ACCESS_KEY")}
    ended = Cli({**without, "AWS_SECRET_ACCESS_KEY": ""})("import", "--instance", sim.instance)
    assert ended.code == 1
    assert "give this command valid AWS credentials" in ended.err


def test_a_second_import_loses_nothing_of_the_first(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    other = "5eed0000-0000-4000-8000-000000000003"
    sim.add_users([{"Username": "jdoe"}])
    sim.add_users([{"Username": "jdoe"}], other)
    run(cli, sim, "-d", tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for options in (
        ("--instance", other),
        ("--instance", other, "--no-instance"),
        ("--instance", sim.instance, "-n", "another"),
    ):
        ended = cli("import", *options, "-d", tmp_path, *FAST)
        assert ended.code == 1
        assert "nothing was written" in ended.err
        assert ("_connectinstance.yaml" if other in options else "jdoe.yaml") in ended.err
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert "0 files written" in run(cli, sim, "-d", tmp_path).err, "the same import again may"


def test_who_has_a_file_keeps_its_name_when_somebody_of_a_like_name_comes(
    cli: Cli, sim: SimControl, tmp_path: Path
) -> None:
    sim.add_users([{"Username": "Ann"}])
    run(cli, sim, "-d", tmp_path)
    sim.add_users([{"Username": "ann"}])
    run(cli, sim, "-d", tmp_path)
    found = {
        path.stem: yaml.safe_load(path.read_text())["spec"].get("username") for path in tmp_path.glob("[a-z]*.yaml")
    }
    assert (found.pop("ann"), list(found.values())) == ("Ann", ["ann"])


@pytest.mark.parametrize("made", ["a note", "a pipe"])
def test_what_a_person_keeps_there_is_not_written_over(cli: Cli, sim: SimControl, tmp_path: Path, made: str) -> None:
    sim.add_users([{"Username": "jdoe"}])
    path = tmp_path / "jdoe.yaml"
    path.write_text("remember: milk\n") if made == "a note" else os.mkfifo(path)
    ended = cli("import", "--instance", sim.instance, "-d", tmp_path, *FAST)
    assert ended.code == 1
    assert [each.name for each in tmp_path.iterdir()] == ["jdoe.yaml"]


@pytest.mark.parametrize("given", ["users", "users/team-a"])
def test_nothing_is_written_through_a_link_in_a_repository(
    cli: Cli, sim: SimControl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    sim.add_users([{"Username": "jdoe"}])
    (tmp_path / "repository").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "repository" / "users").symlink_to("../elsewhere")
    monkeypatch.chdir(tmp_path / "repository")
    for command in (
        ("import", "--instance", sim.instance, "-d", given, *FAST),
        ("csv", "import", a_row(tmp_path), "-d", given, "--instance-ref", "support"),
    ):
        ended = cli(*command)
        assert ended.code == 1
        assert f"{given}: users is a link, and nothing is written through one; name the folder" in ended.err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_in_a_files_place_is_replaced_and_not_followed(cli: Cli, sim: SimControl, tmp_path: Path) -> None:
    sim.add_users([{"Username": "jdoe"}])
    run(cli, sim, "-d", tmp_path / "users")
    mine = tmp_path / "mine.yaml"
    (tmp_path / "users" / "jdoe.yaml").rename(mine)
    mine.write_text(before := f"{mine.read_text()}# kept\n")
    (tmp_path / "users" / "jdoe.yaml").symlink_to(mine)
    run(cli, sim, "-d", tmp_path / "users")
    assert mine.read_text() == before
    assert not (tmp_path / "users" / "jdoe.yaml").is_symlink()


def a_row(folder: Path) -> Path:
    """A file of one person."""
    file = folder / "people.csv"
    file.write_text("user login,routing profile name,security profile name\njdoe,Basic Routing Profile,Agent\n")
    return file
